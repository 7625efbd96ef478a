"""The roster: every consultant with what a director asks first, and as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import sqlalchemy as sa

from lab import answers, exchange, spreadsheet
from lab import vocabulary as words
from lab.clock import program_day
from lab.database import db, now
from lab.models import Consultant
from lab.queries.matching import WINDOW, Promised, busiest, capacity_in, promises

STALE = timedelta(days=60)
A_PAGE = 50
STRETCH = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """One consultant of the roster."""

    ref: str
    name: str
    profile: answers.Consultant
    capacity: int
    allowed: int  # what the weeks of the next three months allow a month
    promised: int
    held: int
    available_from: date
    paused: bool
    last_offered_on: date | None
    reviewed_long_ago: bool

    @property
    def free(self) -> int:
        """Hours a month that nobody holds in the next three months."""
        return 0 if self.paused else max(0, self.allowed - self.promised - self.held)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the roster; `later` is the reference that the next page begins behind."""

    lines: Sequence[Line]
    begins: bool
    later: str


def roster(*, line: str = "", need: str = "", language: str = "", text: str = "") -> list[Line]:
    """Every consultant who fits these words, by name, with the hours of the next three months."""
    return list(_fitting(None, line, need, language, text))


def page_of(*, after: str = "", line: str = "", need: str = "", language: str = "", text: str = "") -> Page:
    """The next consultants by name who fit these words, from behind the one with the reference `after`."""
    begins = db.session.scalar(sa.select(Consultant).where(Consultant.ref == after)) if after else None
    found = list(islice(_fitting(begins, line, need, language, text), A_PAGE + 1))
    lines = found[:A_PAGE]
    return Page(lines=lines, begins=begins is None, later=lines[-1].ref if len(found) > A_PAGE else "")


def _fitting(begins: Consultant | None, *words_of: str) -> Iterator[Line]:
    """Who fits, read in stretches of their names, so that a page reads little more than itself."""
    today = program_day(now())
    while rows := _stretch(begins):
        taken = promises([row.id for row in rows], from_day=today, to_day=today + WINDOW)
        for row in rows:
            one = _line(row, taken[row.id], today)
            if _fits(one, *words_of):
                yield one
        begins = rows[-1] if len(rows) == STRETCH else None
        if begins is None:
            return


def _stretch(begins: Consultant | None) -> Sequence[Consultant]:
    by_name = (sa.func.lower(Consultant.name), Consultant.id)
    query = sa.select(Consultant).order_by(*by_name).limit(STRETCH)
    if begins is not None:
        query = query.where(sa.tuple_(*by_name) > sa.tuple_(sa.func.lower(begins.name), begins.id))
    return db.session.scalars(query).all()


def _line(row: Consultant, taken: Sequence[Promised], today: date) -> Line:
    promised = busiest(one for one in taken if not one.held)
    return Line(
        ref=row.ref, name=row.name, profile=exchange.consultant_from(row.profile),
        capacity=row.capacity_hours_month, promised=promised,
        allowed=capacity_in(row, starts_on=today, ends_on=today + WINDOW),
        held=busiest(taken) - promised, available_from=row.available_from,
        paused=row.paused_at is not None, last_offered_on=row.last_offered_on,
        reviewed_long_ago=row.reviewed_at is None or row.reviewed_at < now() - STALE,
    )  # fmt: skip


def _fits(one: Line, line: str, need: str, language: str, text: str) -> bool:
    profile = one.profile
    return (
        (not line or line in profile.lines)
        and (not need or any(skill.need == need for skill in profile.skills))
        and (not language or language in profile.languages)
        and (not text.strip() or text.strip().casefold() in one.name.casefold())
    )


HEADS = (
    "reference", "name", "programs", "free_hours_month", "capacity_hours_month", "promised", "held",
    "available_from", "paused", "stages", "needs", "languages", "last_offered_on",
)  # fmt: skip


def as_csv(lines: Sequence[Line]) -> str:
    """The roster as a table of codes."""

    def cells(one: Line) -> tuple[str | int, ...]:
        profile = one.profile
        return (
            one.ref, one.name, " ".join(profile.lines), one.free, one.capacity, one.promised, one.held,
            one.available_from.isoformat(), "yes" if one.paused else "no",
            " ".join(profile.stages or profile.partnership_levels),
            " ".join(f"{skill.need}:{skill.level}" for skill in profile.skills),
            " ".join(profile.languages), one.last_offered_on.isoformat() if one.last_offered_on else "",
        )  # fmt: skip

    return spreadsheet.as_csv(HEADS, [cells(one) for one in lines])


def languages_in_use(lines: Sequence[Line]) -> list[str]:
    """The languages somebody of the roster works in, in the order of the vocabulary."""
    used = {code for one in lines for code in one.profile.languages}
    return [code for code in words.LANGUAGES if code in used]
