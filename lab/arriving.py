"""What arrives with a request, made fit for the databases before anybody reads it.

A text cannot hold the NUL character or half a character on PostgreSQL; nobody types either on purpose, so they
are left out and the rest is kept. A reference with one leads nowhere, and neither does a number beyond a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter

UNFIT = re.compile("[\x00\ud800-\udfff]")


def fit(text: str) -> str:
    """The text without what no database keeps."""
    return UNFIT.sub("", text)


class FitTexts(ImmutableMultiDict[str, Any]):
    """The fields of a form or of a query string; files stay as they are."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(fit(name), _fit_value(value)) for name, value in _pairs(mapping)])


class Fit(Request):
    """A request whose fields and query are fit to be read; bytes in the query that are no text, which no browser sends, are left out."""

    parameter_storage_class = FitTexts

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.query_string.isascii():
            self.query_string = self.query_string.decode(errors="ignore").encode()


class ColumnNumber(IntegerConverter):
    """A number in an address, as large as a column holds."""

    regex = r"\d{1,9}"


def init_app(app: Flask) -> None:
    """Read every request this way. Call it before routes are registered, and after what brings a request of its own."""
    app.request_class = type("FitRequest", (Fit, app.request_class), {})
    app.url_map.converters["int"] = ColumnNumber
    app.before_request(_refuse_unfit_address)


def _refuse_unfit_address() -> None:
    if UNFIT.search(request.path):
        abort(404)


def _pairs(mapping: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(mapping, MultiDict):
        return list(mapping.items(multi=True))
    if isinstance(mapping, Mapping):
        return MultiDict(mapping).items(multi=True)
    return mapping or ()


def _fit_value(value: Any) -> Any:
    return fit(value) if isinstance(value, str) else value
