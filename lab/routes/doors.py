"""Every route names its lock; one without a lock opens for nobody.

    @offers.get("/<ref>")
    @opens_for(CONSULTANT)
    def show(ref: str) -> Response: ...

The lock says who may knock. Whether this thing is theirs is decided by `access.can` inside,
through `theirs(...)`, which answers 404 for what is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, redirect, request, session, url_for

from lab.access import can
from lab.actions import keeping
from lab.actions.sessions import digest
from lab.addresses import address_here
from lab.hx import see, wants_fragment
from lab.models import Person
from lab.queries import security as security_queries
from lab.queries.viewers import ended_session_of
from lab.viewer import Viewer

PUBLIC = "public"
SIGNED_IN = "signed_in"
CONSULTANT = "consultant"
DIRECTOR = "director"
ADMINISTRATOR = "administrator"
DEMO = "demo"
# Who has shown the first factor and not the second; and who may set up factors of their own: who is signed in, or
# has to set up the first one before anything else opens.
SECOND_FACTOR, OWN_FACTORS = "second_factor", "own_factors"
LOCKS = frozenset({PUBLIC, SIGNED_IN, CONSULTANT, DIRECTOR, ADMINISTRATOR, DEMO, SECOND_FACTOR, OWN_FACTORS})

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


def freshly(view: View) -> View:
    """Before this deed the person shows again who they are, unless they did so within five minutes.

    Put it beside the lock. What was sent meanwhile is kept; in the demo nobody is asked.
    """
    view.freshly = True  # type: ignore[attr-defined]
    return view


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
        _turn_away("no_lock")
    if lock in (SECOND_FACTOR, OWN_FACTORS) and _knocks_half_way(lock):
        return None
    if not g.viewer.signed_in:
        g.refused = "not_signed_in"
        return to_sign_in(_kept())
    if lock == SECOND_FACTOR:
        return see("/")
    if lock not in (SIGNED_IN, OWN_FACTORS) and not g.viewer.is_a(lock):
        _turn_away("role")
    if getattr(view, "freshly", False) and not is_fresh():
        g.refused = "not_fresh"
        return _to_again()
    return None


def is_fresh() -> bool:
    """Whether the person has shown who they are within five minutes, by the second factor where they have one."""
    return current_app.config["SETTINGS"].demo or security_queries.shown_lately(digest(signed_in_secret()))


def _to_again() -> Response:
    """Ask for a factor, and lead back to what was wanted; a form that was sent waits there."""
    wanted = _kept() if request.method == "POST" else address_here()
    target = url_for("again.show", next=wanted or _page_behind())
    if wants_fragment():
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)  # type: ignore[return-value]


def _knocks_half_way(lock: str) -> bool:
    return g.half is not None and (lock == SECOND_FACTOR or g.half.second_since is None)


def _kept() -> str | None:
    """Keep what was sent by somebody whose session has ended; gives the page that shows it again."""
    if request.method != "POST":
        return None
    keeper = KEEPERS.get(request.endpoint or "")
    kept = keeper(**(request.view_args or {})) if keeper and g.ended_secret else None
    return kept or keep_form(action=address_here(), page=_page_behind())


def keep_form(*, action: str, page: str) -> str | None:
    """Keep the form of this request for the person whose session it came in, whether it has ended or not."""
    person = g.person or g.half
    if person is None and g.ended_secret:
        ended = ended_session_of(digest(g.ended_secret))
        person = ended.person if ended else None
    if person is None:
        return None
    fields = request.form.items(multi=True)
    ref = keeping.keep(person.id, action=action, page=page, fields=fields)
    return url_for("kept.show", kept_ref=ref) if ref else None


def to_sign_in(next_path: str | None = None) -> Response:
    """Send the browser to what is missing and afterwards to `next_path` or back here; htmx is told by a header.

    What is missing is the sign-in, the second factor, or a second factor to set up.
    """
    came_from = address_here() if request.method == "GET" and not wants_fragment() else _page_behind()
    wanted = next_path or came_from
    half: Person | None = g.half
    missing = "sign_in.start" if half is None else "second.show" if half.second_since else "security.index"
    target = url_for(missing, next=wanted)
    if wants_fragment():
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)  # type: ignore[return-value]


def _page_behind() -> str:
    try:
        behind = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    except ValueError:  # no browser of ours sends what is no address
        return "/"
    return safe_path(f"{behind.path}?{behind.query}" if behind.query else behind.path)


def safe_path(path: str | None) -> str:
    """The path if it leads nowhere but into this house, otherwise the front page."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return "/"
    if any(ord(letter) < 32 for letter in path) or urlsplit(path).netloc or urlsplit(path).scheme:
        return "/"
    return path


def theirs(action: str, thing: T | None) -> T:
    """The thing, if it exists and the viewer may do this to it; otherwise 404."""
    if thing is None:
        _turn_away("unknown_or_hidden")
    if not can(g.viewer, action, thing):
        _turn_away("not_theirs")
    return thing


def _turn_away(why: str) -> NoReturn:
    """As if nothing were there; only the log tells why."""
    g.refused = why
    abort(404)


def demand(action: str, thing: Any = None) -> None:
    """404 unless the viewer may do this."""
    if not can(g.viewer, action, thing):
        _turn_away("not_theirs")


def form_key() -> str:
    """A fresh key for a form, so that sending it twice counts once."""
    import secrets

    return secrets.token_urlsafe(18)


def own_person() -> Person:
    """Who is here, also half way: for the pages about their own factors."""
    person: Person = g.person or g.half
    return person


def signed_in_secret() -> str:
    """The session secret of this browser, or an empty string."""
    return str(session.get("sid", ""))
