"""Showing once more who one is, before what is hard to take back: by the second factor, or by a mailed code."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, request, session, url_for
from flask_babel import gettext as _

from lab.actions import passkeys, second_factor, sessions, sign_in, throttle
from lab.errors import BadInput, TooOften
from lab.forms import sign_in as forms
from lab.hx import page, see
from lab.queries import security as queries
from lab.routes.doors import SIGNED_IN, is_fresh, opens_for, safe_path, signed_in_secret
from lab.routes.sign_in import agent, begin_session, later

again = Blueprint("again", __name__, url_prefix="/sign-in/again")


@again.route("/", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def show() -> Response:
    """Type a code, or press the button for a passkey."""
    wanted = safe_path(request.args.get("next"))
    if request.method == "GET" and is_fresh():
        # A file is fetched by a click of its own: a browser that is led to one stays on the page before.
        return page("again/done.html", wanted=wanted) if _is_a_file(wanted) else see(wanted)
    form = _form()(request.form)
    if request.method == "POST" and form.validate():
        try:
            throttle.attempt(f"again {g.person.ref}", address=request.remote_addr)
            begin_session(_shown(str(form.code.data)))
            return _onward(wanted)
        except TooOften as wait:
            return later(wait, "again/show.html", form=form, **_around(wanted))
        except BadInput as wrong:
            form.code.errors = (str(wrong),)
    status = 422 if form.errors else 200
    return page("again/show.html", status=status, form=form, wait="", **_around(wanted))


@again.post("/mail")
@opens_for(SIGNED_IN)
def mail() -> Response:
    """Send a code to who has no second factor."""
    wanted = safe_path(request.args.get("next"))
    if g.person.second_since is not None:
        return see(url_for(".show", next=wanted))
    try:
        throttle.attempt(f"ask {g.person.email}", address=request.remote_addr)
    except TooOften as wait:
        return later(wait, "again/show.html", form=forms.CodeForm(), **_around(wanted))
    sign_in.ask(g.person.email, browser=session["browser"], next_path=wanted)
    return see(url_for(".show", next=wanted, sent="yes"), saying=_("We have sent you a code."))


@again.post("/passkey/options")
@opens_for(SIGNED_IN)
def passkey_options() -> Response:
    """What the browser needs to sign with a passkey."""
    asked = passkeys.ask_to_show(signed_in_secret(), by=g.person)
    return Response(asked, mimetype="application/json")


@again.post("/passkey")
@opens_for(SIGNED_IN)
def passkey() -> Response:
    """The browser has signed."""
    wanted = safe_path(request.args.get("next"))
    form = _form()()
    try:
        throttle.attempt(f"again {g.person.ref}", address=request.remote_addr)
        begin_session(passkeys.show(signed_in_secret(), request.form.get("credential", ""), by=g.person))
        return _onward(wanted)
    except TooOften as wait:
        return later(wait, "again/show.html", form=form, **_around(wanted))
    except BadInput as wrong:
        problem = str(wrong)
    return page("again/show.html", status=422, form=form, wait=problem, **_around(wanted))


def _form() -> type[forms.SecondForm] | type[forms.CodeForm]:
    return forms.SecondForm if g.person.second_since is not None else forms.CodeForm


def _shown(code: str) -> str:
    """The session's new secret. A mailed code opens a session as at sign-in; the one before ends with it."""
    if g.person.second_since is not None:
        return second_factor.show_code(signed_in_secret(), code, by=g.person)
    before = signed_in_secret()
    opened = sign_in.spend_code(g.person.email, code, agent=agent())
    sessions.sign_out(before)
    return opened.secret


def _onward(wanted: str) -> Response:
    return see(url_for(".show", next=wanted) if _is_a_file(wanted) else wanted)


def _is_a_file(path: str) -> bool:
    return path.partition("?")[0].endswith(".csv")


def _around(wanted: str) -> dict[str, Any]:
    person = g.person
    issuer: str = current_app.config["SETTINGS"].oidc_issuer
    by_mail = person.second_since is None
    return {
        "wanted": wanted,
        "by_mail": by_mail,
        "sent": "sent" in request.args or request.method == "POST",
        "organization": issuer and queries.account_of(person.id, issuer=issuer) is not None,
        "keys": queries.passkeys_of(person.id) if passkeys.possible() and not by_mail else [],
        "app": queries.app_of(person.id),
    }
