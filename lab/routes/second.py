"""The second factor at sign-in: six digits, a recovery code, or a passkey."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from lab.actions import passkeys, throttle
from lab.actions import second_factor as action
from lab.errors import BadInput, TooOften
from lab.forms import sign_in as forms
from lab.hx import page, see
from lab.models import Person
from lab.queries import security as queries
from lab.routes.doors import SECOND_FACTOR, opens_for, safe_path, signed_in_secret
from lab.routes.sign_in import begin_session, home_of, later

second = Blueprint("second", __name__, url_prefix="/sign-in/second")


@second.route("/", methods=["GET", "POST"])
@opens_for(SECOND_FACTOR)
def show() -> Response:
    """Type a code, or press the button for a passkey; who has neither yet sets one up first."""
    person: Person = g.half
    wanted = safe_path(request.args.get("next"))
    if person.second_since is None:
        return see(url_for("security.index", next=wanted))
    form = forms.SecondForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            throttle.attempt(f"second {person.ref}", address=request.remote_addr)
            begin_session(action.show_code(signed_in_secret(), str(form.code.data), by=person))
            return see(home_of(g.half, wanted))
        except TooOften as wait:
            return later(wait, "second/show.html", form=form, **_around(person, wanted))
        except BadInput as wrong:
            form.code.errors = (str(wrong),)
    status = 422 if form.errors else 200
    return page("second/show.html", status=status, form=form, wait="", **_around(person, wanted))


@second.post("/passkey/options")
@opens_for(SECOND_FACTOR)
def passkey_options() -> Response:
    """What the browser needs to sign with a passkey."""
    asked = passkeys.ask_to_show(signed_in_secret(), by=g.half)
    return Response(asked, mimetype="application/json")


@second.post("/passkey")
@opens_for(SECOND_FACTOR)
def passkey() -> Response:
    """The browser has signed."""
    person: Person = g.half
    wanted = safe_path(request.args.get("next"))
    form = forms.SecondForm()
    try:
        throttle.attempt(f"second {person.ref}", address=request.remote_addr)
        begin_session(passkeys.show(signed_in_secret(), request.form.get("credential", ""), by=person))
        return see(home_of(g.half, wanted))
    except TooOften as wait:
        return later(wait, "second/show.html", form=form, **_around(person, wanted))
    except BadInput as wrong:
        problem = str(wrong)
    return page("second/show.html", status=422, form=form, wait=problem, **_around(person, wanted))


def _around(person: Person, wanted: str) -> dict[str, Any]:
    return {
        "wanted": wanted,
        "keys": queries.passkeys_of(person.id) if passkeys.possible() else [],
        "app": queries.app_of(person.id),
    }
