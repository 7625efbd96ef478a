"""What is told outside of pages: mail, calendars, tables, and what the program logs."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from werkzeug.test import TestResponse

from lab import logs
from lab.database import db
from lab.mail import written
from lab.models import OutboxMessage

CANARY = re.compile(r"canary[0-9a-f]{16}")
# What can be searched as it stands. A new kind of answer belongs here once its words are read.
READABLE = {"text/html", "text/plain", "text/csv", "text/calendar", "text/javascript", "application/json",
            "image/svg+xml", "application/xml", "application/manifest+json"}  # fmt: skip


def words_of(answer: TestResponse) -> str:
    """Everything an answer says, with its headers; the lines that a calendar breaks are whole again."""
    text = f"{answer.text}\n{answer.headers}"
    if not answer.data or answer.status_code in (302, 303):
        return text
    assert answer.mimetype in READABLE, f"Say how words of {answer.mimetype} are read."
    return re.sub(r"\r?\n[ \t]", "", text) if answer.mimetype == "text/calendar" else text


def mails() -> list[tuple[str, str, str]]:
    """The kind, the reader and the words of each mail that was ever queued; the reader's own address is taken out."""
    settings = current_app.config["SETTINGS"]
    return [
        (row.kind, row.recipient, written(row, settings).as_string().replace(row.recipient, ""))
        for row in db.session.query(OutboxMessage).order_by(OutboxMessage.id)
    ]


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, in the form in which it is written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Scrubbed())
    root, ours = logging.getLogger(), logging.getLogger("lab")
    before = root.handlers, ours.level
    root.handlers = [handler]
    ours.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.handlers = before[0]
        ours.setLevel(before[1])


@contextmanager
def nothing_told() -> Iterator[None]:
    """No token is in a log or in a mail, whoever reads it: neither says anything of a case."""
    with logged() as log:
        yield
    assert log.getvalue().count('"request"'), "Nothing was logged, so nothing was looked at."
    assert not CANARY.search(log.getvalue())
    assert not [kind for kind, _, words in mails() if CANARY.search(words)]
