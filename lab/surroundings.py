"""What stands around every page: who is signed in, where they can go, languages, the session's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import (
    Flask,
    current_app,
    g,
    get_template_attribute,
    has_request_context,
    request,
    session,
    url_for,
)

from lab import access, showing
from lab.addresses import address_here
from lab.queries.viewers import idle_time
from lab.settings import Settings
from lab.tongue import gettext as _
from lab.tongue import tongue
from lab.viewer import NOBODY, Viewer
from lab.written import writer

LOCALES = {"en": "English", "es": "Español"}


@dataclass(frozen=True)
class Link:
    """One link of the navigation or of the language switch."""

    label: str
    url: str
    current: bool = False
    lang: str = ""
    inner: tuple[Link, ...] = ()  # a group opens into these and leads nowhere itself


@dataclass(frozen=True)
class SessionClock:
    """How long the session lasts without a request, and where to go to keep or after losing it."""

    seconds: int
    extend_url: str
    ended_url: str
    keep_url: str


def init_app(app: Flask) -> None:
    """Give every template what stands around it."""
    app.context_processor(for_every_page)


def locale() -> str:
    """The language of this request: chosen in this browser, kept for the person, or asked by the browser."""
    if not has_request_context():
        return "en"  # a job or a command: nobody reads along
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    viewer: Viewer = g.get("viewer", NOBODY)
    if viewer.signed_in:
        return viewer.locale
    return request.accept_languages.best_match(list(LOCALES)) or "en"


def time_zone() -> str:
    """The zone in which this viewer reads times."""
    viewer: Viewer = g.get("viewer", NOBODY)
    return viewer.time_zone


def for_every_page() -> dict[str, Any]:
    """The values that the layout and all pages may use; a mail, which is written outside any request, has none."""
    if not has_request_context():
        return {}
    settings: Settings = current_app.config["SETTINGS"]
    viewer: Viewer = g.get("viewer", NOBODY)
    return {
        "viewer": viewer,
        "around": Around(viewer, settings),
        "demo": settings.demo,
        "locale": tongue().code,
        "frame": Frame(),
        "can": lambda action, thing=None: access.can(viewer, action, thing),
    }


class Around:
    """What stands around a whole page. Each part is made when it is asked for: a fragment asks for none."""

    def __init__(self, viewer: Viewer, settings: Settings) -> None:
        self._viewer, self._settings, self._case = viewer, settings, g.get("case_here")

    @property
    def who(self) -> showing.Who | None:
        """Who is signed in, and for whom."""
        return showing.who(self._viewer, self._case)

    @property
    def standing(self) -> Standing:
        """What decides where this viewer can go."""
        viewer = self._viewer
        return Standing(
            roles=viewer.roles, signed_in=viewer.signed_in, seated=bool(viewer.seats),
            half_way=g.get("half") is not None, demo=self._settings.demo, here=_part_of(request.endpoint),
        )  # fmt: skip

    @property
    def language_links(self) -> list[Link]:
        """This page in each language."""
        return _languages()

    @property
    def session_clock(self) -> SessionClock | None:
        """How long the session lasts."""
        return _session_clock(self._viewer)

    @property
    def exit_url(self) -> str | None:
        """Where to go quickly, on the pages of an employer's case."""
        return url_for("public.leave") if _is_secret(self._viewer, self._case) else None


class Frame:
    """What stands around a page for the values it is given; it needs no database, and is there when that is away."""

    def __init__(self) -> None:
        self._written = writer()

    def head(self) -> str:
        """What the page loads and allows."""
        return self._written(_part, "head")

    def brand(self) -> str:
        """The mark and the name."""
        return self._written(_part, "brand")

    def menu(self, standing: Standing) -> str:
        """Where somebody who stands so can go; nothing where that is nowhere."""
        return self._written(_menu, standing)

    def you(self, name: str, line: str) -> str:
        """Who is signed in, and for whom."""
        return self._written(_part, "you", name, line)

    def foot(self, help_url: str) -> str:
        """Help, privacy, and who sees what."""
        return self._written(_part, "foot", help_url)

    def status(self) -> str:
        """Where the page says what it is doing."""
        return self._written(_part, "status")


def _part(name: str, *values: Any) -> str:
    text: str = get_template_attribute(f"around/{name}.html", name)(*values)
    return text


class Standing(NamedTuple):
    """What decides where somebody can go from everywhere, and which of these places they are at."""

    roles: frozenset[str]
    signed_in: bool
    seated: bool  # in a case
    half_way: bool  # has shown the first factor and not yet the second
    demo: bool
    here: str


def _menu(standing: Standing) -> str:
    links = navigation(standing)
    return _part("menu", links) if links else ""


def navigation(standing: Standing) -> list[Link]:
    """Where somebody can go from everywhere."""
    viewer = Viewer(person_id=0 if standing.signed_in else None, roles=standing.roles)
    wanted: list[tuple[str, str]] = []
    if viewer.is_a("director"):
        wanted += [("reviews.queue", _("Queue")), ("roster.index", _("Consultants"))]
    if viewer.is_a("consultant"):
        wanted += [("offers.index", _("Offers")), ("profile.edit", _("My profile"))]
    if viewer.is_a("network_lead") or viewer.is_a("director"):
        wanted += [("networks.index", _("Networks"))]
    if viewer.signed_in and (standing.seated or not viewer.roles):
        wanted += [("cases.index", _("My application"))]
    if viewer.is_a("administrator"):
        wanted += [("people.index", _("People"))]
    if not viewer.signed_in and not standing.half_way:
        wanted += [("fit.questions", _("Do we fit?")), ("sign_in.start", _("Sign in"))]
    if standing.demo:
        wanted += [("demo.people", _("Demo"))]
    program = (
        [
            ("portfolio.index", _("Portfolio")),
            ("groups.index", _("Groups")),
            ("learning.index", _("Learning")),
        ]
        if viewer.is_a("director")
        else []
    )
    if access.can(viewer, "policies.read"):
        program += [("policies.index", _("Policies"))]
    if access.can(viewer, "deletions.manage"):
        program += [("deletions.index", _("Deletions"))]
    if access.can(viewer, "signatures.list"):
        program += [("signatures.index", _("Signatures"))]
    return [*_links(wanted, standing.here), *_group(_("Program"), program, standing.here)]


def _links(wanted: list[tuple[str, str]], here: str) -> list[Link]:
    there = [(endpoint, label) for endpoint, label in wanted if endpoint in current_app.view_functions]
    return [Link(label, url_for(endpoint), current=_part_of(endpoint) == here) for endpoint, label in there]


def _group(label: str, wanted: list[tuple[str, str]], here: str) -> list[Link]:
    """What directors do for the program as a whole, under one word; a single page stands for itself."""
    inner = _links(wanted, here)
    if len(inner) < 2:
        return inner
    return [Link(label, "", current=any(link.current for link in inner), inner=tuple(inner))]


def _part_of(endpoint: str | None) -> str:
    """The part of the house that a page belongs to."""
    return (endpoint or "").partition(".")[0]


def _languages() -> list[Link]:
    here = address_here() if request.method == "GET" else request.path
    now_read = tongue().code
    return [
        Link(name, "", current=True, lang=code)
        if code == now_read
        else Link(name, _leading("public.language", code=code, then={"back": here}), lang=code)
        for code, name in LOCALES.items()
    ]


def _leading(endpoint: str, *, then: dict[str, str], **values: str) -> str:
    """An address with what was asked for behind it; the address alone is one of few that are kept."""
    return f"{url_for(endpoint, **values)}?{urlencode(then, safe='/')}"  # type: ignore[arg-type]


def _session_clock(viewer: Viewer) -> SessionClock | None:
    if not viewer.signed_in:
        return None
    here = request.path if request.method == "GET" else "/"
    return SessionClock(
        seconds=int(idle_time(viewer.roles).total_seconds()),
        extend_url=url_for("sign_in.stay"),
        ended_url=_leading("sign_in.start", then={"next": here}),
        keep_url=url_for("kept.keep"),
    )


def _is_secret(viewer: Viewer, case: Any) -> bool:
    """On an employer case's own pages somebody may have to leave quickly."""
    return case is not None and case.kind == "employer" and case.id in viewer.seats
