"""Signing in by a mailed link or a typed code, and out again."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, request, session, url_for
from flask_babel import gettext as _

from lab.actions import sign_in as action
from lab.errors import BadInput
from lab.forms.sign_in import AddressForm, CodeForm
from lab.hx import page, see
from lab.routes.doors import PUBLIC, SIGNED_IN, opens_for, safe_path, signed_in_secret

sign_in = Blueprint("sign_in", __name__)


@sign_in.route("/sign-in", methods=["GET", "POST"])
@opens_for(PUBLIC)
def start() -> Response:
    """Ask for the address; the page that follows is the same for a known and an unknown one."""
    form = AddressForm(request.form, next=safe_path(request.args.get("next")))
    if request.method == "POST" and form.validate():
        next_path = safe_path(form.next.data)
        action.ask(str(form.email.data), browser=session["browser"], next_path=next_path)
        session["asked"] = str(form.email.data).strip().lower()
        return see(url_for(".code"))
    return page("sign_in/start.html", status=422 if form.errors else 200, form=form)


@sign_in.route("/sign-in/code", methods=["GET", "POST"])
@opens_for(PUBLIC)
def code() -> Response:
    """Type the code that was mailed."""
    email = str(session.get("asked", ""))
    form = CodeForm(request.form, email=email)
    if request.method == "POST" and form.validate():
        try:
            return _welcome(action.spend_code(str(form.email.data or email), str(form.code.data)))
        except BadInput as wrong:
            form.code.errors = (str(wrong),)
    return page("sign_in/code.html", status=422 if form.errors else 200, form=form, email=email)


@sign_in.route("/sign-in/<token>", methods=["GET", "POST"])
@opens_for(PUBLIC)
def link(token: str) -> Response:
    """GET shows a button, so that a mail scanner spends nothing; POST signs in."""
    if request.method == "POST":
        try:
            return _welcome(action.spend_link(token, browser=session["browser"]))
        except BadInput as wrong:
            return page("sign_in/link.html", status=422, problem=str(wrong), token=token)
    return page("sign_in/link.html", problem="", token=token)


@sign_in.post("/stay")
@opens_for(SIGNED_IN)
def stay() -> Response:
    """Keep the session: somebody is still there."""
    action.touch(g.session_id)
    return see(safe_path(request.args.get("back") or _path_behind()))


def _path_behind() -> str:
    return urlsplit(request.referrer or "").path


@sign_in.post("/sign-out")
@opens_for(SIGNED_IN)
def out() -> Response:
    """End the session of this browser."""
    action.sign_out(signed_in_secret())
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    response = see(url_for("public.home"), saying=_("You are signed out."))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _welcome(arrived: action.SignedIn) -> Response:
    begin_session(arrived)
    return see(home_of(arrived))


def begin_session(arrived: action.SignedIn) -> None:
    """A new cookie for the new session: nothing of the one before is kept but the language."""
    locale = session.get("locale")
    session.clear()
    session.permanent = True
    session["sid"] = arrived.secret
    if locale:
        session["locale"] = locale


def home_of(arrived: action.SignedIn) -> str:
    """Where somebody goes first: where they wanted to, otherwise to their own work."""
    wanted = safe_path(arrived.next_path)
    if wanted != "/":
        return wanted
    roles = {grant.role for grant in arrived.person.roles if grant.revoked_at is None}
    for role, endpoint in (
        ("director", "reviews.queue"), ("consultant", "offers.index"),
        ("network_lead", "networks.index"), ("administrator", "people.index"),
    ):  # fmt: skip
        if role in roles and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("cases.index") if "cases.index" in current_app.view_functions else "/"
