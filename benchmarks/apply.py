"""How long it takes to apply: `.venv/bin/python -m benchmarks.apply [--persona O01 ...] [--fit]`.

Told people apply in a real Chromium, at a server that this starts: from the front page to the reference.
They know their answers. What is counted:

- pages: every page that loads
- presses: every click, and every Tab into a field that is typed into or chosen from, unless the page begins there
- characters: everything typed, and three letters for a choice from a list that folds down
- minutes: characters at 200 a minute, two seconds to find each thing that is pressed, ten seconds to look at
  each page, and the waits as measured; nothing is really waited for

The goal is at most 12 minutes, 24 pages and 60 presses.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from benchmarks import world
from lab import mail
from lab import vocabulary as words
from lab.database import db
from lab.models import OutboxMessage

CHARACTERS_A_MINUTE, SECONDS_A_PRESS, SECONDS_A_PAGE, LETTERS_OF_A_CHOICE = 200, 2, 10, 3
GOALS = {"minutes": 12.0, "pages": 24, "presses": 60}
PERSONAS = ("O02", "O03", "O06", "O10", "O01")
CODE = re.compile(r"^\s+([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", re.MULTILINE)


def main() -> None:
    """Play every persona and print one line for each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--persona", nargs="+", default=PERSONAS)
    options.add_argument("--fit", action="store_true", help="begin with the five questions of the fit check")
    chosen = options.parse_args()
    documents = {row["ref"]: row for row in world.told("applications")}
    print(f"{'persona':<10}{'minutes':>9}{'pages':>7}{'presses':>9}{'characters':>12}{'waits':>8}   goal")
    for ref in chosen.persona:
        with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (app, url):
            hand = play(app, url, documents[ref], fit=chosen.fit)
        print(
            f"{ref:<10}{hand.minutes:>9.1f}{hand.pages:>7}{hand.presses:>9}{hand.characters:>12}"
            f"{hand.waited:>7.1f}s   {hand.verdict}",
            flush=True,
        )


class Silent(WSGIRequestHandler):
    """A server without a log, so that the table can be read."""

    def log_request(self, *told: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[tuple[Flask, str]]:
    """The application with an empty database, on a port of its own."""
    server = make_server(
        "127.0.0.1", 0, lambda *request: app(*request), threaded=True, request_handler=Silent
    )
    url = f"http://127.0.0.1:{server.server_port}"
    app = world.application(folder, base_url=url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield app, url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@dataclass
class Hand:
    """Somebody at keyboard and mouse, who is counted."""

    page: Page
    pages: int = 0
    presses: int = 0
    characters: int = 0
    waited: float = 0.0

    def __post_init__(self) -> None:
        """Count every page that loads."""
        self.page.on("domcontentloaded", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.pages += 1

    @property
    def minutes(self) -> float:
        """Typing, finding, looking and waiting together."""
        seconds = self.presses * SECONDS_A_PRESS + self.pages * SECONDS_A_PAGE + self.waited
        return self.characters / CHARACTERS_A_MINUTE + seconds / 60

    @property
    def verdict(self) -> str:
        """Which goals are missed, or that none is."""
        missed = [name for name, most in GOALS.items() if getattr(self, name) > most]
        return f"missed: {', '.join(missed)}" if missed else "met"

    def follow(self, selector: str) -> None:
        """Press what leads to another page, and wait for it."""
        self.presses += 1
        began = time.perf_counter()
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()
        self.waited += time.perf_counter() - began

    def go_on(self) -> None:
        """Press the main button of a part, and see that it was accepted."""
        before = self.page.url
        self.follow("main .actions button[value=continue]")
        if self.page.url == before:
            raise RuntimeError(f"{before} was not accepted: {self.page.locator('main').inner_text()[:400]}")

    def type(self, name: str, text: Any) -> None:
        """Tab into a field and type."""
        if text not in (None, ""):
            box = self.page.locator(f"[name='{name}']")
            self.presses += not box.evaluate("field => field === document.activeElement")
            box.fill(str(text))
            self.characters += len(str(text))

    def pick(self, name: str, value: str | None) -> None:
        """Tab into a list that folds down and type until it stands on the choice."""
        if value:
            self.page.locator(f"select[name='{name}']").select_option(value)
            self.presses += 1
            self.characters += LETTERS_OF_A_CHOICE

    def mark(self, name: str, *values: str) -> None:
        """Click choices that are not marked yet."""
        for value in values:
            box = self.page.locator(f"input[name='{name}'][value='{value}']")
            if not box.is_checked():
                # The label lies over the box and takes the press for it.
                box.check(force=True)
                self.presses += 1


def play(app: Flask, url: str, told: dict[str, Any], *, fit: bool) -> Hand:
    """One person applies, from the front page to the reference."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("LAB_CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(10_000)
        hand = Hand(page)
        page.goto(url)
        arrive(hand, app, told, fit=fit)
        for part in (organization, people, dates, needs, foundation, hours, conflicts):
            part(hand, told)
        hand.mark("consent", "y")
        hand.follow("main form .actions button")
        if not page.url.endswith("/sent"):
            raise RuntimeError(f"Not sent: {page.locator('main').inner_text()[:400]}")
        browser.close()
    return hand


def arrive(hand: Hand, app: Flask, told: dict[str, Any], *, fit: bool) -> None:
    """By way of the fit check or straight on, sign in with a code and begin."""
    if fit:
        fit_check(hand, told)
    else:
        hand.follow("main a[href*='/sign-in']")
    email = told["contact"]["email"]
    hand.type("email", email)
    hand.follow("main form button")
    hand.type("code", code_for(app, email))
    hand.follow("main form button")
    if "/applications/new" not in hand.page.url:
        hand.follow("main a[href*='/applications/new']")
    hand.mark("line", told["line"])
    hand.type("name", told["contact"]["name"])
    hand.follow("main form .actions button")
    hand.follow("main .actions a")


def fit_check(hand: Hand, told: dict[str, Any]) -> None:
    """The five questions before an application."""
    hand.follow("main a[href*='/fit']")
    hand.mark("role", "leader")
    hand.follow("main .actions button")
    hand.mark("kind", "nonprofit")
    hand.follow("main .actions button")
    hand.page.locator("input[name='stage']").last.check(force=True)
    hand.presses += 1
    hand.follow("main .actions button")
    hand.pick("state", told["organization"]["state"])
    hand.follow("main .actions button")
    for code in ("pro_union", "aligned_lawyer", "share_learning"):
        hand.mark(code, told["foundation"][code])
    hand.follow("main .actions button")
    hand.follow("main a[href*='/applications/new']")


def code_for(app: Flask, email: str) -> str:
    """The code in the mail."""
    with app.app_context():
        row = db.session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.recipient == email).order_by(OutboxMessage.id.desc())
        ).first()
        found = CODE.search(mail.written(row, app.config["SETTINGS"]).get_content()) if row else None
    if not found:
        raise RuntimeError(f"No mail with a code came to {email}.")
    return found.group(1)


def organization(hand: Hand, told: dict[str, Any]) -> None:
    """Who applies."""
    one = told["organization"]
    hand.type("name", one["name"])
    hand.mark("type", one["type"])
    hand.mark("mission", one["mission_social_justice"])
    hand.pick("sector", one["sector"])
    hand.type("city", one["city"])
    hand.type("county", one["county"])
    hand.pick("state", one["state"])
    hand.type("staff", one["staff_count"])
    hand.type("supervisors", one["supervisors_count"])
    hand.pick("budget", one["annual_budget_band"])
    hand.type("role", told["contact"]["role"])
    hand.go_on()


def people(hand: Hand, told: dict[str, Any]) -> None:
    """Every group, and what goes on."""
    units = told["bargaining_units"]
    hand.mark("any_group", "yes" if units else "no")
    for number, unit in enumerate(units):
        row_for(hand, "units", "label", number)
        hand.type(f"units-{number}-label", unit["label"])
        hand.pick(f"units-{number}-stage", unit["stage"])
        hand.type(f"units-{number}-union", unit["union"] or "not known")
        hand.type(f"units-{number}-size", unit["size"])
    hand.mark("conditions", *told["conditions"])
    hand.go_on()


def row_for(hand: Hand, rows: str, first_field: str, number: int) -> None:
    """One more row of a list where there is none yet."""
    if not hand.page.locator(f"[name='{rows}-{number}-{first_field}']").count():
        hand.follow(f"button[value='add:{rows}']")


def dates(hand: Hand, told: dict[str, Any]) -> None:
    """Every date, or that there is none."""
    days = [(kind, day) for kind, day in told["dates"].items() if kind in words.DATE_KINDS]
    for number, (kind, day) in enumerate(days):
        row_for(hand, "days", "kind", number)
        hand.pick(f"days-{number}-kind", kind)
        hand.type(f"days-{number}-when", day)
    if not days:
        hand.mark("none", "y")
    hand.go_on()


def needs(hand: Hand, told: dict[str, Any]) -> None:
    """What would help, and the story."""
    for need in told["needs"]:
        code, weight = (need, "must") if isinstance(need, str) else (need["need"], need["weight"])
        hand.pick(f"need_{code}", weight)
    hand.type("description", told["description"])
    hand.go_on()


def foundation(hand: Hand, told: dict[str, Any]) -> None:
    """The commitments, and the lawyer."""
    for code in ("pro_union", "aligned_lawyer", "share_learning"):
        hand.mark(code, told["foundation"][code])
    hand.type("counsel", (told.get("counsel") or {}).get("name"))
    hand.go_on()


def hours(hand: Hand, told: dict[str, Any]) -> None:
    """When, how many hours, in which languages and where."""
    hand.mark("urgency", told["urgency"])
    hand.type("start_from", told["start_from"])
    hand.type("timeframe", told["timeframe"])
    hand.mark("hours", told["hours_budget"])
    hand.mark("languages", *told["session_languages"])
    hand.mark("meeting", told["session_format"])
    hand.go_on()


def conflicts(hand: Hand, told: dict[str, Any]) -> None:
    """Whom to keep away."""
    parents = told["organization"]["parents"]
    hand.mark("has_parents", "yes" if parents else "no")
    hand.type("parents", "\n".join(parents))
    hand.go_on()


if __name__ == "__main__":
    main()
