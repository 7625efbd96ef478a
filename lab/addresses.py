"""Addresses: their builders are made when a page first links to them, and what was built once is kept.

Werkzeug compiles two Python functions for each rule while it is added, a third of what building the application takes;
a worker that has just started links to none of them yet. A page of ours links to some thirty places, most of which
are the same on the next page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, has_request_context, request
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that matches at once and learns to build its address when it is first asked to."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        # Werkzeug binds what this gives to the rule, as it does with what it compiles itself.
        def build(rule: LateRule, /, **values: object) -> tuple[str, str]:
            made: Builder = Rule._compile_builder(rule, append_unknown).__get__(rule, None)
            if append_unknown:
                rule._build_unknown = made
            else:
                rule._build = made
            return made(**values)

        return build


# The addresses of pages, of files, and of things by their references and codes; what was typed or is secret stands
# under other names and is not kept.
KEPT = frozenset({"filename", "ref", "code"})
# What `flask.url_for` always hands on, mostly as None.
OF_FLASK = ("_anchor", "_method", "_scheme", "_external")


def init_app(app: Flask) -> None:
    """Let `app.url_for`, which templates and `flask.url_for` ask, build such an address once."""
    build = app.url_for

    @lru_cache(maxsize=2000)
    def built(root: str, endpoint: str, **values: str) -> str:
        return build(endpoint, **values)  # type: ignore[arg-type]

    def url_for(endpoint: str, **values: Any) -> str:
        for name in OF_FLASK:
            if name in values and values[name] is None:
                del values[name]
        # One with a dot in front depends on the page that links.
        if KEPT.issuperset(values) and endpoint[0] != "." and has_request_context():
            return built(request.root_path, endpoint, **values)
        return build(endpoint, **values)

    app.url_for = url_for  # type: ignore[method-assign]
    app.jinja_env.globals["url_for"] = url_for


def address_here() -> str:
    """Where this request went, path and query, as an address of our own whatever it began with."""
    query = request.query_string.decode()
    return "/" + quote(request.path.lstrip("/")) + (f"?{query}" if query else "")
