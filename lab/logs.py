"""Logs as JSON lines that name what happened and where, and never what somebody wrote.

Only the fields of `FIELDS` are written. A message counts only where it was called from our own code or the server's,
and of its values only numbers: the others may come from people. Of an exception the classes and the places in the
code are kept, never its words.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

from lab.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What a line may say, in this order. The last ones are told by our own code through `extra`.
FIELDS = (
    "time", "level", "logger", "message", "request_id", "method", "route", "status", "refused", "milliseconds", "person",
    "exception", "at", "pid", "number", "job",
)  # fmt: skip
OURS = Path(__file__).parent
HOUSE = OURS.parent
_OURS = str(OURS)
SERVER = "gunicorn"
# No word fits into it: 32 hexadecimal digits, also as a UUID is written.
REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
NO_ROUTE = "none"
LINES = "lab.requests"

# Called with method, route, status and seconds after every request; `lab.metrics` counts through it.
Watcher = Callable[[str, str, int, float], None]

_request_id: ContextVar[str] = ContextVar("request_id", default="")


class Scrubbed(JsonFormatter):
    """One JSON object a line, with nothing in it but `FIELDS`."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Drop whatever else a library put beside the message."""
        return {name: log_data[name] for name in FIELDS if log_data.get(name) not in (None, "")}

    def format(self, record: logging.LogRecord) -> str:
        """The line of this record, made anew from what may be said."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": template_of(record),
            "at": _place(record.pathname, record.lineno),
            "request_id": getattr(record, "request_id", "") or _request_id.get(),
            "pid": record.process,
        }
        if record.exc_info and record.exc_info[1] is not None:
            said["exception"] = scrubbed(record.exc_info[1])
        if _is_ours(record.pathname):
            told = record.__dict__
            said |= {name: told[name] for name in FIELDS if name in told and name not in said}
        return self.serialize_log_record(self.process_log_record(said))


def template_of(record: logging.LogRecord) -> str:
    """The message as it stands in the code, of its values only the numbers; nothing of code that is not ours."""
    known = _is_ours(record.pathname) or record.name.partition(".")[0] == SERVER
    if not known or not isinstance(record.msg, str):
        return ""
    values = record.args if isinstance(record.args, tuple) else ()
    try:
        return record.msg % tuple(one if isinstance(one, (int, float)) else "…" for one in values)
    except (TypeError, ValueError):
        return record.msg


def scrubbed(error: BaseException) -> list[dict[str, Any]]:
    """The classes of an exception and of those behind it, each with its last places in the code; no words of it."""
    told: list[dict[str, Any]] = []
    at: BaseException | None = error
    while at is not None and len(told) < 5:
        frames = traceback.extract_tb(at.__traceback__)
        ours = [_place(frame.filename, frame.lineno or 0) for frame in frames if _is_ours(frame.filename)]
        last = [_place(frames[-1].filename, frames[-1].lineno or 0)] if frames else []
        told.append({"class": type(at).__qualname__, "at": list(dict.fromkeys(ours[-5:] + last))})
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return told


def configure(level: str) -> None:
    """Let everything that is logged in this process go to the error stream, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Scrubbed())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("lab", "gunicorn"):
        logging.getLogger(name).setLevel(level)
    # A handler that cannot write says so with the record in full; better a lost line than a told secret.
    logging.raiseExceptions = False


def init_app(app: Flask, settings: Settings) -> None:
    """Give every request an id and a line in the log; called last, so that it stands around everything else."""
    if not settings.testing:
        configure(settings.log_level)
    key = hashlib.sha256(b"people in logs" + settings.secret_key.encode()).digest()

    @lru_cache(maxsize=1000)
    def name_in_logs(person_id: int) -> str:
        return hmac.new(key, str(person_id).encode(), "sha256").hexdigest()[:12]

    @app.url_value_preprocessor
    def remember_where(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if request.url_rule is not None:
            request.environ["lab.route"] = request.url_rule.rule

    @app.after_request
    def remember_who(response: Response) -> Response:
        viewer = g.get("viewer")
        if viewer is not None and viewer.signed_in:
            request.environ["lab.person"] = name_in_logs(viewer.person_id)
        request.environ["lab.refused"] = g.get("refused", "")
        return response

    app.wsgi_app = Around(app.wsgi_app, lambda: app.extensions.get("lab.watchers", []))  # type: ignore[method-assign]


def request_id() -> str:
    """The id of the request that is being answered; empty outside of one."""
    return _request_id.get()


class Around:
    """What stands around the application: the request's id, its line in the log, and who else counts."""

    def __init__(self, inner: WSGIApplication, watchers: Callable[[], list[Watcher]]) -> None:
        self.inner = inner
        self.watchers = watchers
        self.log = logging.getLogger(LINES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, with the request's id among the headers."""
        told = environ.get("HTTP_X_REQUEST_ID", "")
        ident = told if REQUEST_ID.fullmatch(told) else secrets.token_hex(16)
        started, status = time.perf_counter(), [500]
        mark = _request_id.set(ident)

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            status[0] = int(line[:3])
            return start_response(line, [*headers, ("X-Request-Id", ident)], *rest)

        try:
            return self.inner(environ, start)
        finally:
            self._note(environ, status[0], time.perf_counter() - started)
            _request_id.reset(mark)

    def _note(self, environ: WSGIEnvironment, status: int, seconds: float) -> None:
        method = environ.get("REQUEST_METHOD", "")
        method = method if method in METHODS else "other"
        route = environ.get("lab.route", NO_ROUTE)
        for watch in self.watchers():
            watch(method, route, status, seconds)
        if self.log.isEnabledFor(logging.INFO):
            self.log.info(
                "request",
                extra={
                    "method": method,
                    "route": route,
                    "status": status,
                    "refused": environ.get("lab.refused", ""),
                    "milliseconds": round(seconds * 1000, 1),
                    "person": environ.get("lab.person", ""),
                },
            )


def _is_ours(path: str) -> bool:
    return path.startswith(_OURS)


@lru_cache(maxsize=1000)
def _place(path: str, line: int) -> str:
    """A place in the code, without where on the machine it lies."""
    place = Path(path)
    inside = place.relative_to(HOUSE) if place.is_relative_to(OURS) else Path(*place.parts[-2:])
    return f"{inside.as_posix()}:{line}"
