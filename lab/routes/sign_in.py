"""Signing in by a mailed link or a typed code, and out again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, request, session, url_for
from flask_babel import gettext as _

from lab.actions import sessions, throttle
from lab.actions import sign_in as action
from lab.errors import BadInput, TooOften
from lab.forms import sign_in as forms
from lab.hx import page, see
from lab.models import Person
from lab.queries.viewers import roles_of
from lab.routes.doors import PUBLIC, SIGNED_IN, opens_for, safe_path, signed_in_secret

sign_in = Blueprint("sign_in", __name__)


@sign_in.route("/sign-in", methods=["GET", "POST"])
@opens_for(PUBLIC)
def start() -> Response:
    """Ask for the address; the page that follows is the same for a known and an unknown one."""
    wanted = safe_path(request.args.get("next"))
    if request.method == "GET" and g.viewer.signed_in and wanted != "/":
        return see(wanted)  # signed in meanwhile, in another tab
    form = forms.AddressForm(request.form, next=wanted)
    if request.method == "POST" and form.validate():
        email = str(form.email.data)
        try:
            throttle.attempt(f"ask {email}", address=request.remote_addr)
        except TooOften as wait:
            return later(wait, "sign_in/start.html", form=form, organization=_has_organization())
        action.ask(email, browser=session["browser"], next_path=safe_path(form.next.data))
        session["asked"] = email.strip().lower()
        return see(url_for(".code"))
    status = 422 if form.errors else 200
    return page("sign_in/start.html", status=status, form=form, wait="", organization=_has_organization())


def _has_organization() -> bool:
    """Whether staff may sign in with their organization."""
    return bool(current_app.config["SETTINGS"].oidc_issuer)


@sign_in.route("/sign-in/code", methods=["GET", "POST"])
@opens_for(PUBLIC)
def code() -> Response:
    """Type the code that was mailed."""
    email = str(session.get("asked", ""))
    form = forms.CodeForm(request.form, email=email)
    if request.method == "POST" and form.validate():
        address = str(form.email.data or email)
        try:
            throttle.attempt(f"code {address}", address=request.remote_addr)
            return _welcome(action.spend_code(address, str(form.code.data), agent=agent()))
        except TooOften as wait:
            return later(wait, "sign_in/code.html", form=form, email=email)
        except BadInput as wrong:
            form.code.errors = (str(wrong),)
    return page("sign_in/code.html", status=422 if form.errors else 200, form=form, email=email, wait="")


@sign_in.route("/sign-in/<token>", methods=["GET", "POST"])
@opens_for(PUBLIC)
def link(token: str) -> Response:
    """GET shows a button, so that a mail scanner spends nothing; POST signs in."""
    if request.method == "POST":
        try:
            throttle.attempt(f"link {token}", address=request.remote_addr)
            return _welcome(action.spend_link(token, browser=session["browser"], agent=agent()))
        except TooOften as wait:
            return later(wait, "sign_in/link.html", problem="", token=token)
        except BadInput as wrong:
            return page("sign_in/link.html", status=422, problem=str(wrong), token=token, wait="")
    return page("sign_in/link.html", problem="", token=token, wait="")


@sign_in.post("/stay")
@opens_for(SIGNED_IN)
def stay() -> Response:
    """Keep the session: somebody is still there."""
    sessions.touch(signed_in_secret())
    return see(safe_path(request.args.get("back") or _path_behind()))


def _path_behind() -> str:
    try:
        return urlsplit(request.referrer or "").path
    except ValueError:  # no browser of ours sends what is no address
        return ""


@sign_in.post("/sign-out")
@opens_for(PUBLIC)
def out() -> Response:
    """End the session of this browser, also one that has got only half way."""
    sessions.sign_out(signed_in_secret())
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    response = see(url_for("public.home"), saying=_("You are signed out."))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def later(wait: TooOften, template: str, **values: Any) -> Response:
    """The same page with what was typed, and from when on it may be tried again."""
    response = page(template, status=429, wait=str(wait), **values)
    response.headers["Retry-After"] = str(wait.seconds)
    return response


def agent() -> str:
    """What this browser calls itself, for the list of one's own sessions."""
    return str(request.user_agent)


def _welcome(arrived: action.SignedIn) -> Response:
    begin_session(arrived.secret)
    # Whoever still has to show a second factor is led there from the first page they open.
    return see(home_of(arrived.person, arrived.next_path))


def begin_session(secret: str) -> None:
    """A new cookie for the new session: nothing of the one before is kept but the language."""
    locale = session.get("locale")
    session.clear()
    session.permanent = True
    session["sid"] = secret
    if locale:
        session["locale"] = locale


def home_of(person: Person, next_path: str) -> str:
    """Where somebody goes first: where they wanted to, otherwise to their own work."""
    wanted = safe_path(next_path)
    if wanted != "/":
        return wanted
    roles = roles_of(person)
    for role, endpoint in (
        ("director", "reviews.queue"), ("consultant", "offers.index"),
        ("network_lead", "networks.index"), ("administrator", "people.index"),
    ):  # fmt: skip
        if role in roles and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("cases.index") if "cases.index" in current_app.view_functions else "/"
