"""Signing in with one's organization, where that is set up: there and back again."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, request, session, url_for

from lab.actions import organization as action
from lab.actions import organization_provider as provider
from lab.actions import sessions, throttle
from lab.errors import BadInput, TooOften
from lab.hx import page, see
from lab.routes.doors import PUBLIC, opens_for, safe_path, signed_in_secret
from lab.routes.sign_in import agent, begin_session, home_of, later
from lab.settings import Settings

organization = Blueprint("organization", __name__, url_prefix="/sign-in/organization")
KEPT = "organization"


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.oidc_issuer:
        abort(404)
    return settings


def _back(settings: Settings) -> str:
    return settings.base_url + url_for(".back")


@organization.get("")
@opens_for(PUBLIC)
def start() -> Response:
    """Lead the browser to the organization. A link, for a form may lead nowhere but into this house."""
    settings = _settings()
    try:
        throttle.attempt(f"organization {session['browser']}", address=request.remote_addr)
        address, kept = provider.begin(settings, back=_back(settings), again="again" in request.args)
    except TooOften as wait:
        return later(wait, "sign_in/organization.html")
    except BadInput as wrong:
        return page("sign_in/organization.html", status=422, wait=str(wrong))
    session[KEPT] = {**kept, "next": safe_path(request.args.get("next"))}
    return redirect(address, 303)  # type: ignore[return-value]


@organization.get("/back")
@opens_for(PUBLIC)
def back() -> Response:
    """The organization has sent the browser back; what was kept for that counts once."""
    settings, kept = _settings(), session.pop(KEPT, None)
    try:
        throttle.attempt(f"organization {session['browser']}", address=request.remote_addr)
        proof = provider.arrived(settings, kept, request.args, back=_back(settings))
        found = action.arrive(proof, next_path=kept["next"], agent=agent())
    except TooOften as wait:
        return later(wait, "sign_in/organization.html")
    except BadInput as wrong:
        return page("sign_in/organization.html", status=422, wait=str(wrong))
    if before := signed_in_secret():
        sessions.sign_out(before)
    begin_session(found.secret)
    return see(home_of(found.person, found.next_path))
