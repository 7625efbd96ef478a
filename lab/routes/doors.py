"""Every route names its lock; one without a lock opens for nobody.

    @offers.get("/<ref>")
    @opens_for(CONSULTANT)
    def show(ref: str) -> Response: ...

The lock says who may knock. Whether this thing is theirs is decided by `access.can` inside,
through `theirs(...)`, which answers 404 for what is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, g, redirect, request, session, url_for

from lab.access import Viewer, can
from lab.hx import wants_fragment

PUBLIC = "public"
SIGNED_IN = "signed_in"
CONSULTANT = "consultant"
DIRECTOR = "director"
ADMINISTRATOR = "administrator"
DEMO = "demo"
LOCKS = frozenset({PUBLIC, SIGNED_IN, CONSULTANT, DIRECTOR, ADMINISTRATOR, DEMO})

View = TypeVar("View", bound=Callable[..., Any])
T = TypeVar("T")


def opens_for(lock: str) -> Callable[[View], View]:
    """Name the lock of a view. Raises ValueError for a lock that does not exist."""
    if lock not in LOCKS:
        raise ValueError(f"There is no lock {lock!r}.")

    def named(view: View) -> View:
        view.lock = lock  # type: ignore[attr-defined]
        return view

    return named


def viewer() -> Viewer:
    """Who is looking at this request."""
    return g.viewer  # type: ignore[no-any-return]


# What keeps the text of a form whose session ended while it was typed; gives the page that shows it again.
KEEPERS: dict[str, Callable[..., str | None]] = {}


def check_lock(view: Callable[..., Any] | None) -> Response | None:
    """Turn away who may not knock: to sign-in if nobody is signed in, 404 if it is not theirs."""
    lock = getattr(view, "lock", None)
    if lock in (PUBLIC, DEMO):
        return None
    if lock is None:
        abort(404)
    if not g.viewer.signed_in:
        keeper = KEEPERS.get(request.endpoint or "") if request.method == "POST" else None
        return to_sign_in(keeper(**(request.view_args or {})) if keeper else None)
    if lock != SIGNED_IN and not g.viewer.is_a(lock):
        abort(404)
    return None


def to_sign_in(next_path: str | None = None) -> Response:
    """Send the browser to sign-in and afterwards to `next_path` or back here; htmx is told by a header."""
    came_from = request.full_path if request.method == "GET" and not wants_fragment() else _page_behind()
    target = url_for("sign_in.start", next=next_path or came_from.rstrip("?"))
    if wants_fragment():
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)  # type: ignore[return-value]


def _page_behind() -> str:
    current = request.headers.get("HX-Current-URL") or request.referrer or ""
    return safe_path(urlsplit(current).path)


def safe_path(path: str | None) -> str:
    """The path if it leads nowhere but into this house, otherwise the front page."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return "/"
    if any(ord(letter) < 32 for letter in path) or urlsplit(path).netloc or urlsplit(path).scheme:
        return "/"
    return path


def theirs(action: str, thing: T | None) -> T:
    """The thing, if it exists and the viewer may do this to it; otherwise 404."""
    if thing is None or not can(g.viewer, action, thing):
        abort(404)
    return thing


def demand(action: str, thing: Any = None) -> None:
    """404 unless the viewer may do this."""
    if not can(g.viewer, action, thing):
        abort(404)


def form_key() -> str:
    """A fresh key for a form, so that sending it twice counts once."""
    import secrets

    return secrets.token_urlsafe(18)


def signed_in_secret() -> str:
    """The session secret of this browser, or an empty string."""
    return str(session.get("sid", ""))
