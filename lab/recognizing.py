"""Who sends this request: the session of their browser, and whether it has shown what it must."""

from __future__ import annotations

import secrets
from functools import cached_property

from flask import Flask, Response, current_app, g, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.middleware.proxy_fix import ProxyFix

from lab import row_security
from lab.actions import sessions
from lab.database import now
from lab.hx import looks_again
from lab.models import Person
from lab.queries.viewers import (
    LiveSession,
    names_of,
    person_later,
    session_of,
    viewer_in,
    waits_for_second_factor,
)
from lab.routes.doors import check_lock
from lab.settings import Settings
from lab.viewer import NOBODY


class Here(Flask.app_ctx_globals_class):  # type: ignore[misc, valid-type]
    """What a request knows; most pages ask nothing of the row of who is here."""

    @cached_property
    def person(self) -> Person | None:
        """Who is signed in: a row that is read when something of it is asked for."""
        number = self.get("viewer", NOBODY).person_id
        return None if number is None else person_later(number)


def init_app(app: Flask, settings: Settings) -> None:
    """Look at every request before its page does."""
    app.app_ctx_globals_class = Here
    if settings.proxies:
        # Each proxy of ours adds one address at the end; what stands before was sent by the visitor.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.before_request(_look_who_is_there)


def _look_who_is_there() -> Response | None:
    here = g._get_current_object()  # many questions to one object, and one look for where it is
    here.viewer = NOBODY
    here.pop("person", None)
    here.half = None  # who has shown the first factor and not yet the second
    here.ended_secret = ""  # nosec B105 - no session has ended yet
    row_security.read_as(NOBODY)
    endpoint = request.endpoint
    if endpoint == "static":
        return None
    if "browser" not in session:  # what is set anew is sent anew, and signed for it
        session["browser"] = secrets.token_urlsafe(16)
    with row_security.as_the_program():
        _recognize(str(session.get("sid") or ""))
    row_security.read_as(here.viewer)
    if endpoint is None:
        return None
    _refuse_foreign_posts()
    return check_lock(current_app.view_functions.get(endpoint))


def _recognize(secret: str) -> None:
    if not secret:
        return
    live = session_of(sessions.digest(secret))
    # The old secret stays in the cookie until the next sign-in: it opens nothing, and taking it out here
    # could take away the new one that another answer has set meanwhile.
    if live is None or not _renewed(live, secret):
        g.ended_secret = secret
        return
    settings: Settings = current_app.config["SETTINGS"]
    if waits_for_second_factor(live, required_of_staff=not settings.demo):
        g.half = person_later(live.person_id)
    else:
        g.viewer = viewer_in(live)


def _renewed(live: LiveSession, secret: str) -> bool:
    """Keep the session in use, with a new secret if its person's roles have changed; False if it has just ended."""
    if live.made_for != names_of(live.roles):
        fresh = sessions.renew_for_roles(secret, live.person_id)
        if fresh is None:
            return False
        session["sid"] = fresh
    elif (now() - live.last_seen_at).total_seconds() > 60 and not looks_again():
        sessions.touch(secret)
    return True


def _refuse_foreign_posts() -> None:
    """A form from another site is refused by the browser's own word, before any token is looked at."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        g.refused = "foreign_form"
        raise CSRFError(_("This form came from another site."))
