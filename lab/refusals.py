"""What people see when something cannot be done: a page, or with htmx a box in `#notice`."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, current_app, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lab import access, hx
from lab.database import db
from lab.errors import BadInput, LabError, NotAllowed, NotFound, NotNow, TooOften

NOT_HERE = (
    _l("This page is not here"),
    _l("It may have moved, or it is not yours to see. Your own pages are one click away."),
)
BROKEN = (
    _l("Something broke on our side"),
    _l("What you saved before is safe. Try again in a moment; if it stays, tell us the number below."),
)
SAYINGS: dict[int, tuple[Any, Any]] = {
    400: (
        _l("We could not read that"),
        _l("Go back and try again. What you typed is still on the page before."),
    ),
    404: NOT_HERE,
    405: NOT_HERE,
    413: (
        _l("That is too large"),
        _l("Send less than one megabyte at a time. What you typed is still on the page before."),
    ),
    429: (_l("That was often"), _l("Wait a minute, then try again.")),
    500: BROKEN,
}


def init_app(app: Flask) -> None:
    """Answer every refusal in words."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(LabError, _deed)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, _broke)


def refusal(title: str, sentence: str, status: int, *, number: str = "") -> Response:
    """Say what happened and what to do now."""
    g.setdefault("viewer", access.NOBODY)
    response = hx.page(
        "refusal.html", fragment="_refusal.html", status=status, title=title, sentence=sentence, number=number
    )
    if hx.wants_fragment():
        response.headers["HX-Retarget"] = "#notice"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    title, sentence = SAYINGS.get(error.code, SAYINGS[500 if error.code >= 500 else 400])
    return refusal(str(title), str(sentence), error.code)


def _old_form(error: CSRFError) -> Response:
    return refusal(
        _("This form has grown old"),
        _("Go back, reload the page and send it again. What you typed is still there."),
        400,
    )


def _deed(error: LabError) -> Response:
    db.session.rollback()
    match error:
        case NotFound():
            return refusal(str(NOT_HERE[0]), str(NOT_HERE[1]), 404)
        case NotAllowed():
            return refusal(_("This is not yours to do"), str(error), 403)
        case NotNow():
            return refusal(_("This has changed"), str(error), 409)
        case TooOften():
            return _later(error)
        case BadInput():
            return refusal(_("Please correct this"), str(error), 422)
    return refusal(_("This did not work"), str(error), 409)


def _later(error: TooOften) -> Response:
    response = refusal(str(SAYINGS[429][0]), str(error), 429)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _broke(error: Exception) -> Response:
    """A mistake of ours: the log gets the number and the kind of mistake, never what was typed."""
    db.session.rollback()
    number = secrets.token_hex(4)
    current_app.logger.error("a request broke", extra={"number": number}, exc_info=error)
    return refusal(str(BROKEN[0]), str(BROKEN[1]), 500, number=number)
