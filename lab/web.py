"""The application factory: settings, blueprints, who is looking, refusals and headers."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_babel import Babel
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined

from lab import access, arriving, database, headers, hx, jobs, logs, metrics, refusals, showing, surroundings
from lab.actions import sign_in as sign_in_action
from lab.cli import lab_cli
from lab.database import db, now
from lab.queries.viewers import session_of, viewer_of
from lab.routes import BLUEPRINTS, DEMO_BLUEPRINTS
from lab.routes.doors import check_lock
from lab.settings import Settings

ONE_MEGABYTE = 1_000_000
WORKING_DAY = timedelta(hours=12)

csrf = CSRFProtect()
babel = Babel()


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Raises `UnsafeSettings` when the environment asks for something unsafe."""
    settings = settings or Settings.from_environment()
    app = Flask(
        "lab", root_path=str(Path(__file__).parent), static_folder="static", template_folder="templates"
    )
    _configure(app, settings)
    database.init_app(app, settings.database_url)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=surroundings.locale, timezone_selector=surroundings.time_zone)
    hx.init_app(app)
    arriving.init_app(app)
    jobs.init_app(app, settings)
    showing.init_app(app)
    surroundings.init_app(app)
    refusals.init_app(app)
    headers.init_app(app)
    _routes(app, settings)
    app.before_request(_look_who_is_there)
    app.teardown_request(_forget_what_was_read)
    app.cli.add_command(lab_cli)
    logs.init_app(app, settings)
    metrics.init_app(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=ONE_MEGABYTE,
        MAX_FORM_MEMORY_SIZE=ONE_MEGABYTE,
        SESSION_COOKIE_NAME="__Host-lab" if settings.secure_cookies else "lab",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=WORKING_DAY,
        WTF_CSRF_TIME_LIMIT=int(WORKING_DAY.total_seconds()),
        WTF_CSRF_SSL_STRICT=False,  # SameSite and Sec-Fetch-Site do this without a referrer
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=7),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _routes(app: Flask, settings: Settings) -> None:
    for blueprint in BLUEPRINTS + (DEMO_BLUEPRINTS if settings.demo else ()):
        app.register_blueprint(blueprint)
    # The files of the house itself are nobody's secret.
    static: Any = app.view_functions["static"]
    static.lock = "public"


def _look_who_is_there() -> Response | None:
    g.viewer, g.person, g.session_id = access.NOBODY, None, None
    g.ended_secret = ""
    if request.endpoint == "static":
        return None
    session.setdefault("browser", secrets.token_urlsafe(16))
    _recognize(session.get("sid"))
    if request.endpoint is None:
        return None
    _refuse_foreign_posts()
    return check_lock(current_app.view_functions.get(request.endpoint))


def _recognize(secret: str | None) -> None:
    if not secret:
        return
    row = session_of(sign_in_action.digest(secret))
    if row is None:
        g.ended_secret = session.pop("sid", "")
        return
    if row.last_seen_at + timedelta(minutes=1) < now():
        sign_in_action.touch(row.id)
    g.person, g.session_id = row.person, row.id
    g.viewer = viewer_of(row.person)


def _refuse_foreign_posts() -> None:
    """A form from another site is refused by the browser's own word, before any token is looked at."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise CSRFError(_("This form came from another site."))


def _forget_what_was_read(error: BaseException | None) -> None:
    db.session.rollback()
