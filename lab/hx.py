"""The one place that knows htmx-flask: one address, two shapes."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, flash, make_response, redirect, render_template, request
from htmx_flask import Htmx

htmx = Htmx()


def init_app(app: Flask) -> None:
    """Let requests know whether htmx sent them."""
    htmx.init_app(app)


def wants_fragment() -> bool:
    """Whether htmx asked for a part of the page (not for history)."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def looks_again() -> bool:
    """Whether a page asks by itself how far something is: nobody has done anything for that."""
    return request.headers.get("X-Looks-Again") == "yes"


def page(template: str, *, fragment: str | None = None, status: int = 200, **values: Any) -> Response:
    """The whole page, or its fragment where htmx asked and there is one."""
    shape = fragment if fragment and wants_fragment() else template
    return make_response(render_template(shape, **values), status)


def see(url: str, *, saying: str | None = None) -> Response:
    """The deed is done: look here now. A sentence is shown once on the next page."""
    if saying:
        flash(saying, "success")
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))
