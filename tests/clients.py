"""The test client: a browser without a screen, for one person."""

from __future__ import annotations

import contextvars
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lab.actions import people
from lab.actions.sign_in import sign_in_as
from lab.database import db
from lab.models import Person
from tests.pages import Page

HTMX = {"HX-Request": "true"}


class LabClient(FlaskClient):
    """A client whose requests see only what was committed, as those of a real browser do."""

    person: Person | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request in a world of its own, then forget what this test had read before."""
        if not has_app_context():
            return super().open(*args, **kwargs)
        assert not (db.session.new or db.session.dirty or db.session.deleted), (
            "Commit what the test prepared first."
        )
        db.session.rollback()
        # A fresh context: the request gets its own `g`, session and connection, and its teardown
        # rolls back what no action committed.
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return response

    def sign_in(self, person: Person) -> LabClient:
        """Open a session for this person in this browser."""
        secret = sign_in_as(person.id).secret
        with self.session_transaction() as cookie:
            cookie["sid"] = secret
        self.person = person
        return self

    def send(
        self, page: str, action: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **kwargs: Any
    ) -> TestResponse:
        """Open `page`, fill the form that goes to `action` with `data`, and send it.

        What the form carries by itself (its token, hidden fields, what is ticked) is sent as the page has
        it; a value of None takes a field out. Raises LookupError if the page has no such form.
        """
        shown = self.get(page)
        assert shown.status_code == 200, f"{page} answered {shown.status_code}."
        fields: dict[str, Any] = dict(Page(shown.text).form(action).fields)
        fields.update(data or {})
        filled = {name: value for name, value in fields.items() if value is not None}
        headers = {**(HTMX if htmx else {}), **kwargs.pop("headers", {})}
        return self.post(action, data=filled, headers=headers, **kwargs)


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self, app: Flask, moment: datetime) -> None:
        self.moment = moment
        app.extensions["lab.clock"] = lambda: self.moment

    def go(self, **distance: float) -> datetime:
        """Move on by days, hours, minutes ..."""
        self.moment += timedelta(**distance)
        return self.moment

    def set(self, moment: datetime) -> datetime:
        """Go to a moment; it must say its time zone."""
        self.moment = moment.astimezone(UTC)
        return self.moment


_count = 0


def somebody(*roles: str, name: str = "") -> Person:
    """A person with these roles and an address of their own."""
    global _count
    _count += 1
    person = people.welcome(f"person{_count}@example.org", name=name or f"Person {_count}")
    for role in roles:
        people.grant(person.id, role, by=None)
    db.session.refresh(person)
    return person
