"""Applicants at the real server: each saves one draft again and again and notes what the server acknowledged."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import requests
import sqlalchemy as sa
from flask import Flask

from lab.actions import intake
from lab.database import db
from lab.models import Event, Section, SectionRevision
from tests.clients import LabClient, somebody
from tests.operations.served import PATIENCE
from tests.pages import Page


@dataclass
class Draft:
    """A part of an application, who writes it, and what became of every text that was sent."""

    section_id: int
    case_id: int
    path: str
    cookie: str
    acknowledged: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    refusals: list[requests.Response] = field(default_factory=list)

    def texts(self) -> list[str]:
        """Every text that is kept: the part's own, and those it replaced."""
        db.session.rollback()
        kept = db.session.scalars(
            sa.select(SectionRevision.typed).where(SectionRevision.section_id == self.section_id)
        )
        own = db.session.get_one(Section, self.section_id).typed
        return [typed["description"][0] for typed in [*kept, own] if typed]

    def check(self) -> None:
        """Everything acknowledged is there, once, nothing was kept that was not sent, and nothing is half written."""
        texts = self.texts()
        assert len(set(texts)) == len(texts), "A text was kept twice."
        assert not set(self.acknowledged).difference(texts), "A save that was acknowledged is gone."
        assert not set(texts).difference(self.sent), "A text was kept that nobody sent."
        section = db.session.get_one(Section, self.section_id)
        saves = sa.select(sa.func.count()).where(
            Event.case_id == self.case_id, Event.verb.in_(["section_saved", "text_kept_beside"])
        )
        # Each save is one text, one step of the version and one row of history, or none of them.
        assert db.session.scalar(saves) == len(texts) == section.version - 1


def drafts(app: Flask, count: int) -> list[Draft]:
    """So many applicants with a draft of their own, signed in."""
    made = []
    for number in range(count):
        writer = somebody(name=f"Writer {number}")
        case = intake.start(line="nonprofit", kind="employer", by=writer, key=f"d{number}")
        section = db.session.query(Section).filter_by(case_id=case.id, topic="needs").one()
        client = app.test_client()
        assert isinstance(client, LabClient)
        client.sign_in(writer)
        client.get(f"/applications/{case.ref}/needs")  # the cookie as it is from now on
        cookie = client.get_cookie("lab")
        assert cookie is not None
        path = f"/applications/{case.ref}/needs"
        made.append(Draft(section.id, case.id, path, cookie.value))
    return made


class Writers:
    """Every applicant saves in a thread of their own, also while the server is away, until told to stop."""

    def __init__(self, drafts: list[Draft], port: int) -> None:
        self.drafts = drafts
        self._home = f"http://127.0.0.1:{port}"
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(draft,)) for draft in drafts]

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def acknowledged(self) -> int:
        """How many saves the server has acknowledged so far."""
        return sum(len(draft.acknowledged) for draft in self.drafts)

    def _write(self, draft: Draft) -> None:
        web = requests.Session()
        web.trust_env = False
        web.cookies.set("lab", draft.cookie)
        form: dict[str, list[str]] = {}
        while not self._stop.is_set():
            try:
                form = form or self._open(web, draft)
                form = form and self._save(web, draft, form)
            except requests.RequestException:
                form = {}  # who lost the connection opens the page again
                self._stop.wait(0.02)

    def _open(self, web: requests.Session, draft: Draft) -> dict[str, list[str]]:
        page = web.get(self._home + draft.path, timeout=PATIENCE)
        if page.status_code != 200:
            return self._refused(draft, page)
        return Page(page.text).form(draft.path).fields

    def _save(self, web: requests.Session, draft: Draft, form: dict[str, list[str]]) -> dict[str, list[str]]:
        text = f"{draft.path} {len(draft.sent)}"
        draft.sent.append(text)
        answer = web.post(
            f"{self._home}{draft.path}/autosave",
            data={**form, "description": [text]},
            headers={"HX-Request": "true"},
            timeout=PATIENCE,
        )
        if answer.status_code != 200:
            return self._refused(draft, answer)
        draft.acknowledged.append(text)
        version = answer.text.rpartition('name="read_version"')[2].partition('value="')[2].partition('"')[0]
        return {**form, "read_version": [version]}

    def _refused(self, draft: Draft, answer: requests.Response) -> dict[str, list[str]]:
        draft.refusals.append(answer)
        self._stop.wait(0.05)
        return {}
