"""How values read on a page: dates, moments, money, terms; filters and globals of the templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_datetime, get_timezone, ngettext

from lab import vocabulary as words
from lab.clock import program_day
from lab.database import now
from lab.models import Case
from lab.said import Said, say
from lab.tongue import gettext, tongue
from lab.viewer import Viewer

RATE_USD = words.RATE_USD
ROLE_NAMES = {
    "director": say("Director"),
    "consultant": say("Consultant"),
    "network_lead": say("Network lead"),
    "administrator": say("Administrator"),
}


class Who(NamedTuple):
    """Who is signed in, and for whom: shown in the header."""

    name: str
    line: str


def who(viewer: Viewer, case: Case | None) -> Who | None:
    """The header's two lines for this viewer, in the case they are looking at."""
    if not viewer.signed_in:
        return None
    seat = viewer.seats.get(case.id) if case is not None else None
    if case is not None and seat is not None:
        side = gettext("management side") if seat.side == "management" else gettext("union side")
        line = f"{case.organization or gettext('New application')}, {side}"
    else:
        line = ", ".join(gettext(ROLE_NAMES[role]) for role in ROLE_NAMES if role in viewer.roles) or gettext(
            "Applicant"
        )
    return Who(viewer.name or viewer.email, line)


def told(value: Any) -> Any:
    """A sentence of the matching in the reader's language; anything else as it is."""
    return value.told(tongue()) if isinstance(value, Said) else value


def in_locale(text: Any) -> str:
    """A vocabulary text in the reader's language."""
    return str(text.in_(tongue().code))


def label(terms: Any, code: str | None) -> str:
    """The label of a code; a code that is unknown is shown as it is."""
    term = terms.get(code) if code else None
    return in_locale(term.label) if term is not None else (code or "")


def day(value: date | str | None) -> str:
    """12 November 2026, in the reader's language."""
    if value is None or value == "":
        return ""
    return tongue().day(date.fromisoformat(value) if isinstance(value, str) else value)


def short_day(value: date) -> str:
    """12 Nov, in the reader's language, where the year goes without saying."""
    return str(format_date(value, "d MMM", rebase=False))


def days_until(value: date, today: date | None = None) -> str:
    """«in 24 days», «today», «3 days ago»."""
    distance = (value - (today or program_day(now()))).days
    if distance == 0:
        return gettext("today")
    if distance > 0:
        return ngettext("in %(num)s day", "in %(num)s days", distance)
    return ngettext("%(num)s day ago", "%(num)s days ago", -distance)


def moment(value: datetime | None, zone: str | None = None) -> str:
    """Tue 20 Oct, 17:00 with the zone's short name, in the reader's zone or the one given."""
    if value is None:
        return ""
    # The zone's name is the one its people use, also where the reader's language has no word for it.
    there = value.astimezone(ZoneInfo(zone) if zone else get_timezone())
    return (
        f"{format_datetime(there, 'EEE d MMM, HH:mm', rebase=False)} {there.tzname() or zone or ''}".rstrip()
    )


def clock(value: datetime) -> str:
    """17:05 in the reader's zone, in every language."""
    return value.astimezone(get_timezone()).strftime("%H:%M")


def percent(share: float, most_digits: int = 0) -> str:
    """A share of 0.83 as 83%, in the way of the reader's language; rounded to so many digits at most."""
    return tongue().percent(share, most_digits)


def usd(amount: int | float) -> str:
    """9,750 USD."""
    return f"{amount:,.0f} USD"


def init_app(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(words=words, label=label, rate_usd=RATE_USD)
    # Whatever a page prints: a sentence comes in the reader's language, and is escaped like any other text.
    app.jinja_env.finalize = told
    app.jinja_env.filters.update(
        told=told,
        in_locale=in_locale,
        day=day,
        short_day=short_day,
        days_until=days_until,
        moment=moment,
        percent=percent,
        usd=usd,
    )
