"""Pages for everybody: what this is, how private it is, and the language switch."""

from __future__ import annotations

from flask import Blueprint, Response, request, session

from lab import vocabulary as words
from lab.actions import sessions
from lab.hx import page, see
from lab.routes.doors import PUBLIC, opens_for, safe_path, signed_in_secret
from lab.vocabulary import RATE_USD

public = Blueprint("public", __name__)
TYPICAL_HOURS = (30, 50)


@public.get("/")
@opens_for(PUBLIC)
def home() -> Response:
    """What this is, who it is for, what it asks and what it costs."""
    return page("public/home.html", hours=TYPICAL_HOURS, rate=RATE_USD)


@public.get("/privacy")
@opens_for(PUBLIC)
def privacy() -> Response:
    """Who sees what, in plain words."""
    return page("public/privacy.html")


@public.get("/who-sees-what/")
@opens_for(PUBLIC)
def who_sees_what() -> Response:
    """The access matrix in plain words: what one role sees, or the whole table."""
    role = request.args.get("role", "")
    roles = words.ACCESS_ROLES
    rows = words.ACCESS_ROWS.values()
    groups = [
        (group, [row for row in rows if row.group == group.code]) for group in words.ACCESS_GROUPS.values()
    ]
    return page(
        "public/who_sees_what.html", groups=groups, chosen=roles.get(role), place=roles.codes.index(role) if role in roles else 0,
    )  # fmt: skip


@public.get("/language/<code>")
@opens_for(PUBLIC)
def language(code: str) -> Response:
    """Read on in this language, on the same page. The choice stays in this browser."""
    if code in ("en", "es"):
        session["locale"] = code
    return see(safe_path(request.args.get("back")))


NEUTRAL_SITE = "https://www.weather.gov/"


@public.get("/leave")
@opens_for(PUBLIC)
def leave() -> Response:
    """Leave at once: the session ends and a page about the weather opens."""
    sessions.sign_out(signed_in_secret())
    session.clear()
    response = see(NEUTRAL_SITE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
