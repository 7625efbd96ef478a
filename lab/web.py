"""The application factory: settings, blueprints, who is looking, refusals and headers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, session, url_for
from flask_babel import Babel
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.datastructures import ContentSecurityPolicy
from werkzeug.exceptions import HTTPException

from lab import access, database, hx, jobs, showing
from lab.actions import sign_in as sign_in_action
from lab.cli import lab_cli
from lab.database import db, now
from lab.errors import BadInput, LabError, NotAllowed, NotFound, NotNow
from lab.queries.viewers import session_of, viewer_of
from lab.routes import BLUEPRINTS, DEMO_BLUEPRINTS
from lab.routes.doors import check_lock
from lab.settings import Settings

LOCALES = {"en": "English", "es": "Español"}
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
    babel.init_app(app, locale_selector=_locale, timezone_selector=_time_zone)
    hx.init_app(app)
    jobs.init_app(app, settings)
    showing.init_app(app)
    _routes(app, settings)
    _refusals(app)
    app.before_request(_look_who_is_there)
    app.after_request(_headers)
    app.teardown_request(_forget_what_was_read)
    app.context_processor(_for_every_page)
    app.cli.add_command(lab_cli)
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


def _locale() -> str:
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    viewer = g.get("viewer", access.NOBODY)
    if viewer.signed_in:
        return str(viewer.locale)
    return request.accept_languages.best_match(list(LOCALES)) or "en"


def _time_zone() -> str:
    return str(g.get("viewer", access.NOBODY).time_zone)


def _look_who_is_there() -> Response | None:
    g.viewer, g.person, g.session_id = access.NOBODY, None, None
    if request.endpoint == "static":
        return None
    session.setdefault("browser", secrets.token_urlsafe(16))
    _recognize(session.get("sid"))
    if request.endpoint is None:
        return None
    _refuse_foreign_posts()
    return check_lock(db_view())


def db_view() -> Any:
    """The view function that will answer this request."""
    from flask import current_app

    return current_app.view_functions.get(request.endpoint or "")


def _recognize(secret: str | None) -> None:
    if not secret:
        return
    row = session_of(sign_in_action.digest(secret))
    if row is None:
        session.pop("sid", None)
        return
    if row.last_seen_at + timedelta(minutes=1) < now():
        sign_in_action.touch(row.id)
    g.person, g.session_id = row.person, row.id
    g.viewer = viewer_of(row.person)


def _refuse_foreign_posts() -> None:
    """A form from another site is refused by the browser's own word, before any token is looked at."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise CSRFError(_("This form came from another site."))


def _headers(response: Response) -> Response:
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("HX-Request")
        response.vary.add("Cookie")
    response.content_security_policy = ContentSecurityPolicy(
        {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self'",
            "font-src": "'self'",
            "connect-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    return response


def _forget_what_was_read(error: BaseException | None) -> None:
    db.session.rollback()


class Link:
    """One link of the navigation or of the language switch."""

    def __init__(self, label: str, url: str, *, current: bool = False, lang: str = "") -> None:
        self.label, self.url, self.current, self.lang = label, url, current, lang


def _for_every_page() -> dict[str, Any]:
    from flask import current_app

    settings: Settings = current_app.config["SETTINGS"]
    viewer: access.Viewer = g.get("viewer", access.NOBODY)
    locale = _locale()
    return {
        "viewer": viewer,
        "who": showing.who(viewer, g.get("case_here")),
        "nav": _nav(viewer, settings),
        "demo": settings.demo,
        "locale": locale,
        "language_links": [
            Link(name, url_for("public.language", code=code, back=_here()), current=code == locale, lang=code)
            for code, name in LOCALES.items()
        ],
        "can": lambda action, thing=None: access.can(viewer, action, thing),
    }


def _here() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _nav(viewer: access.Viewer, settings: Settings) -> list[Link]:
    wanted: list[tuple[str, str]] = []
    if viewer.is_a("director"):
        wanted += [("reviews.queue", _("Queue")), ("roster.index", _("Consultants"))]
    if viewer.is_a("consultant"):
        wanted += [("offers.index", _("Offers")), ("profile.edit", _("My profile"))]
    if viewer.is_a("network_lead") or viewer.is_a("director"):
        wanted += [("networks.index", _("Networks"))]
    if viewer.signed_in and (viewer.seats or not viewer.roles):
        wanted += [("cases.index", _("My application"))]
    if viewer.is_a("administrator"):
        wanted += [("people.index", _("People"))]
    if not viewer.signed_in:
        wanted += [
            ("fit.questions", _("Do we fit?")),
            ("public.privacy", _("Privacy")),
            ("sign_in.start", _("Sign in")),
        ]
    if settings.demo:
        wanted += [("demo.people", _("Demo"))]
    from flask import current_app

    here = [(endpoint, label) for endpoint, label in wanted if endpoint in current_app.view_functions]
    return [Link(label, url_for(endpoint), current=_is_current(endpoint)) for endpoint, label in here]


def _is_current(endpoint: str) -> bool:
    return (request.endpoint or "").split(".")[0] == endpoint.split(".")[0] and (
        endpoint.split(".")[0] != "public" or request.endpoint == endpoint
    )


REFUSALS: dict[int, tuple[Callable[[], str], Callable[[], str]]] = {
    400: (lambda: _("We could not read that"), lambda: _("Go back and try again. What you typed is still on the page before.")),
    404: (lambda: _("This page is not here"), lambda: _("It may have moved, or it is not yours to see. Your own pages are one click away.")),
    405: (lambda: _("This page is not here"), lambda: _("It may have moved, or it is not yours to see. Your own pages are one click away.")),
    413: (lambda: _("That is too large"), lambda: _("Send less than one megabyte at a time. What you typed is still on the page before.")),
    429: (lambda: _("That was often"), lambda: _("Wait a minute, then try again.")),
    500: (lambda: _("Something broke on our side"), lambda: _("What you saved before is safe. Try again in a moment; if it stays, tell us the number below.")),
}  # fmt: skip


def _refusals(app: Flask) -> None:
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(CSRFError, _refuse_form)
    app.register_error_handler(LabError, _refuse_deed)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, _broke)


def _refuse_http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    title, sentence = REFUSALS.get(error.code, REFUSALS[500 if error.code >= 500 else 400])
    return refusal(title(), sentence(), error.code)


def _refuse_form(error: CSRFError) -> Response:
    return refusal(
        _("This form has grown old"),
        _("Go back, reload the page and send it again. What you typed is still there."),
        400,
    )


def _refuse_deed(error: LabError) -> Response:
    db.session.rollback()
    match error:
        case NotFound():
            return refusal(REFUSALS[404][0](), REFUSALS[404][1](), 404)
        case NotAllowed():
            return refusal(_("This is not yours to do"), str(error), 403)
        case NotNow():
            return refusal(_("This has changed"), str(error), 409)
        case BadInput():
            return refusal(_("Please correct this"), str(error), 422)
    return refusal(_("This did not work"), str(error), 409)


def _broke(error: Exception) -> Response:
    from flask import current_app

    db.session.rollback()
    number = secrets.token_hex(4)
    current_app.logger.error(
        "error %s at %s: %s", number, request.endpoint, type(error).__name__, exc_info=error
    )
    return refusal(REFUSALS[500][0](), REFUSALS[500][1](), 500, number=number)


def refusal(title: str, sentence: str, status: int, *, number: str = "") -> Response:
    """A page, or with htmx a box in `#notice`, that says what happened and what to do now."""
    g.setdefault("viewer", access.NOBODY)
    response = hx.page(
        "refusal.html", fragment="_refusal.html", status=status, title=title, sentence=sentence, number=number
    )
    if hx.wants_fragment():
        response.headers["HX-Retarget"] = "#notice"
        response.headers["HX-Reswap"] = "innerHTML"
    return response
