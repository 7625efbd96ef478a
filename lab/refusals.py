"""What people see when something cannot be done: a page, or with htmx a box in `#notice`."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lab import hx, surroundings
from lab.addresses import address_here
from lab.errors import BadInput, LabError, NotAllowed, NotFound, NotNow, TooOften
from lab.outages import RETRY_AFTER, is_outage, let_go, start_afresh
from lab.viewer import NOBODY, Viewer

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
    app.register_error_handler(sa.exc.SQLAlchemyError, _database)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, _broke)


def refusal(title: str, sentence: str, status: int, *, number: str = "") -> Response:
    """Say what happened and what to do now."""
    g.setdefault("viewer", NOBODY)
    return _shown("refusal.html", status, title=title, sentence=sentence, number=number)


def _shown(template: str, status: int, **values: Any) -> Response:
    response = hx.page(template, fragment="_refusal.html", status=status, **values)
    if hx.wants_fragment():
        response.headers["HX-Retarget"] = "#notice"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if is_outage(getattr(error, "original_exception", None)):
        return away()  # it went while the answer was being finished
    if error.code == 404 and request.url_rule is not None:
        g.setdefault("refused", "unknown_or_hidden")
    title, sentence = SAYINGS.get(error.code, SAYINGS[500 if error.code >= 500 else 400])
    return refusal(str(title), str(sentence), error.code)


def _old_form(error: CSRFError) -> Response:
    g.setdefault("refused", "form")
    return refusal(
        _("This form has grown old"),
        _("Go back, reload the page and send it again. What you typed is still there."),
        400,
    )


def _deed(error: LabError) -> Response:
    let_go()
    match error:
        case NotFound():
            g.refused = "unknown_or_hidden"
            return refusal(str(NOT_HERE[0]), str(NOT_HERE[1]), 404)
        case NotAllowed():
            g.refused = "not_theirs"
            return refusal(_("This is not yours to do"), str(error), 403)
        case NotNow():
            return refusal(_("This has changed"), str(error), 409)
        case TooOften():
            return _later(error)
        case BadInput():
            return refusal(_("Please correct this"), str(error), 422)
    return refusal(_("This did not work"), str(error), 409)


def _later(error: TooOften) -> Response:
    g.refused = "too_often"
    response = refusal(str(SAYINGS[429][0]), str(error), 429)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _broke(error: Exception) -> Response:
    """A mistake of ours: the log gets the number and the kind of mistake, never what was typed."""
    let_go()
    number = secrets.token_hex(4)
    current_app.logger.error("a request broke", extra={"number": number}, exc_info=error)
    return refusal(str(BROKEN[0]), str(BROKEN[1]), 500, number=number)


def _database(error: sa.exc.SQLAlchemyError) -> Response:
    if is_outage(error):
        current_app.logger.error("the database cannot be used", exc_info=error)
        return away()
    if current_app.testing:
        raise error
    return _broke(error)


def away() -> Response:
    """The database cannot be used: say so without it. What was sent stands on the page, ready to be sent again."""
    start_afresh()
    viewer: Viewer = g.get("viewer", NOBODY)
    # Nothing of the request's rows may be read any more, only in which language they were being shown.
    g.viewer = Viewer(locale=viewer.locale if viewer.signed_in else surroundings.locale())
    g.person = g.case_here = g.half = None
    sent = request.method == "POST"
    response = _shown(
        "away.html",
        503,
        title=_("We cannot save just now") if sent else _("We cannot open this just now"),
        sentence=_("What you typed is still here. Wait a moment, then send it again.")
        if sent
        else _("What you saved before is safe. Wait a moment, then try again."),
        number="",
        again=address_here(),
        # What stands around other pages would ask the database.
        around=None,
        sent=[*request.form.items(multi=True)] if sent and not request.files else [],
    )  # fmt: skip
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
