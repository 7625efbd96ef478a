"""The application factory: settings, blueprints, who is looking, refusals and headers."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from lab import (
    addresses,
    arriving,
    database,
    headers,
    hx,
    jobs,
    logs,
    metrics,
    outages,
    recognizing,
    refusals,
    showing,
    surroundings,
    tongue,
)
from lab.cli import lab_cli
from lab.routes import BLUEPRINTS, DEMO_BLUEPRINTS
from lab.settings import Settings

ONE_MEGABYTE = 1_000_000
# A session in the database ends after twelve hours; its cookie lives on, so that what was typed until then arrives.
COOKIE_LIFE = timedelta(hours=24)

csrf = CSRFProtect()
babel = Babel()


class House(Flask):
    """Flask, whose views and hooks are plain functions here: none of them has to be asked whether it is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


class Templates(Environment):
    """Templates that know one dictionary of globals: with Jinja's chain of two, each import of a macro looks them all up."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What is global when a template is first read; all of ours are by then."""
        return {**self.globals, **(d or {})}


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions; what signs them is made once and not for each request."""

    _signs: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """What signs the cookies of this application."""
        if self._signs is None:
            self._signs = super().get_signing_serializer(app)
        return self._signs


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Raises `UnsafeSettings` when the environment asks for something unsafe."""
    settings = settings or Settings.from_environment()
    app = House(
        "lab", root_path=str(Path(__file__).parent), static_folder="static", template_folder="templates"
    )
    app.url_rule_class = addresses.LateRule
    app.jinja_environment = Templates
    app.session_interface = Cookies()
    _configure(app, settings)
    database.init_app(app, settings.database_url)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=surroundings.locale, timezone_selector=surroundings.time_zone)
    tongue.init_app(app)
    hx.init_app(app)
    addresses.init_app(app)
    arriving.init_app(app)
    jobs.init_app(app, settings)
    showing.init_app(app)
    surroundings.init_app(app)
    refusals.init_app(app)
    headers.init_app(app)
    _routes(app, settings)
    recognizing.init_app(app, settings)
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
        SESSION_REFRESH_EACH_REQUEST=False,  # an answer that comes late must not bring an old secret back
        PERMANENT_SESSION_LIFETIME=COOKIE_LIFE,
        WTF_CSRF_TIME_LIMIT=int(COOKIE_LIFE.total_seconds()),
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


def _forget_what_was_read(error: BaseException | None) -> None:
    outages.let_go()
