"""The demo's own doors: sign in as anybody with one click, and read the mail. They exist in a demo only."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _

from lab import mail
from lab.actions import sign_in as action
from lab.hx import page, see
from lab.queries import demo as queries
from lab.routes.doors import DEMO, opens_for
from lab.routes.sign_in import agent, begin_session, home_of

demo = Blueprint("demo", __name__, url_prefix="/demo")


@demo.get("/")
@opens_for(DEMO)
def people() -> Response:
    """Who you can be in this demo."""
    return page("demo/people.html", groups=queries.people_by_role())


@demo.post("/as/<ref>")
@opens_for(DEMO)
def sign_in_as(ref: str) -> Response:
    """Sign in as this person."""
    arrived = action.sign_in_as(queries.person(ref).id, agent=agent())
    begin_session(arrived.secret)
    return see(
        home_of(arrived.person, ""),
        saying=_("You are now %(name)s.", name=arrived.person.name or arrived.person.email),
    )


@demo.get("/mail")
@opens_for(DEMO)
def letters() -> Response:
    """The mail that was sent or waits to be sent, as people would read it."""
    settings = current_app.config["SETTINGS"]
    return page(
        "demo/mail.html",
        letters=[(row, mail.written(row, settings)) for row in queries.letters()],
    )
