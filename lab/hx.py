"""The one place that knows htmx-flask: one address, two shapes."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, flash, make_response, redirect, request
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
    return Response(_bytes_of(shape, values), status, mimetype="text/html")


def _bytes_of(template: str, values: dict[str, Any]) -> bytes:
    """What a template makes of these values.

    Each piece is encoded by itself: as one text, a page with one dash in it would take a pass over all of it, at
    several times the price of copying it. Flask's `stream_template` would do this too, and open the request anew for it.
    """
    current_app.update_template_context(values)
    pieces = current_app.jinja_env.get_template(template).generate(values)
    return b"".join(map(str.encode, pieces))


def see(url: str, *, saying: str | None = None) -> Response:
    """The deed is done: look here now. A sentence is shown once on the next page."""
    if saying:
        flash(saying, "success")
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))
