"""The order of the queue, and pages of it that begin where the last one ended.

First a date of the case itself within 30 days, then a vote, a strike or a rupture with its date
within 90 days, then other dates, then a rupture without a date, then who waits longest, then the
smallest budget; what has ended comes last. A page reads its own rows from an index and no others,
however long the queue is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lab.database import db
from lab.models import Case
from lab.models.cases import AT_WORK, ENDED, NOT_YET, WAITS
from lab.statements import literally, one_of

NEAR = timedelta(days=30)
# Days on which something is lost for good if nobody helps; a contract that runs out in peace can wait longer.
PRESSING = ("vote_scheduled", "strike_vote", "strike_deadline", "petition_filed", "decert_filed")
PRESSING_DAYS = timedelta(days=90)
SOON, PRESSES, LATER, UNDATED = range(4)
NO_DATE = date.max

# The values that the statements below wait for; `days` and `Place.values` give them.
TODAY, NEAR_DAY, FAR_DAY = (sa.bindparam(name, type_=sa.Date()) for name in ("today", "near", "far"))


def days(today: date) -> dict[str, date]:
    """The days that divide the bands, as parameters."""
    return {"today": today, "near": today + NEAR, "far": today + PRESSING_DAYS}


@dataclass(frozen=True)
class Place:
    """Where one case stands in the order."""

    ended: int
    band: int
    clock_on: date
    calm: int
    submitted_on: date
    budget_rank: int
    id: int

    @property
    def stretch(self) -> tuple[int, int]:
        """Ended or not, and the band: what is walked through one after the other."""
        return self.ended, self.band

    @property
    def values(self) -> dict[str, Any]:
        """What orders the cases within a band, as parameters."""
        return {
            "at_clock_on": self.clock_on, "at_calm": self.calm, "at_submitted_on": self.submitted_on,
            "at_budget_rank": self.budget_rank, "at_id": self.id,
        }  # fmt: skip


def _pressing() -> Any:
    return sa.or_(one_of(Case.clock_kind, PRESSING), Case.urgent_rank == literally(0))


def _of_band(band: int) -> Any:
    if band == SOON:
        return Case.clock_on.between(TODAY, NEAR_DAY)
    if band == PRESSES:
        return sa.and_(Case.clock_on > NEAR_DAY, Case.clock_on <= FAR_DAY, _pressing())
    if band == LATER:
        return sa.and_(Case.clock_on > NEAR_DAY, sa.not_(sa.and_(Case.clock_on <= FAR_DAY, _pressing())))
    return sa.or_(Case.clock_on.is_(None), Case.clock_on < TODAY)


def _columns(band: int) -> list[Any]:
    rest = [Case.calm, Case.submitted_on, Case.budget_rank, Case.id]
    return rest if band == UNDATED else [Case.clock_on, *rest]


def place_of(
    ref: str, today: date, *, rules: Sequence[Any] = (), values: Mapping[str, Any] | None = None
) -> Place | None:
    """Where the case with this reference stands today; None if there is none, or none that meets the rules.

    A draft stands nowhere. `values` are the parameters of the rules.
    """
    row = db.session.execute(
        sa.select(
            Case.phase, Case.clock_on, Case.clock_kind, Case.urgent_rank,
            Case.calm, Case.submitted_on, Case.budget_rank, Case.id,
        ).where(Case.ref == ref, Case.phase != NOT_YET, *rules),
        dict(values or {}),
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    band = _band(row.clock_on, row.clock_kind, row.urgent_rank, today)
    clock_on = row.clock_on if band != UNDATED else NO_DATE
    return Place(int(row.phase == ENDED), band, clock_on, row.calm, row.submitted_on, row.budget_rank, row.id)


def _band(clock_on: date | None, kind: str, urgent_rank: int, today: date) -> int:
    if clock_on is None or clock_on < today:
        return UNDATED
    if clock_on <= today + NEAR:
        return SOON
    pressing = kind in PRESSING or urgent_rank == 0
    return PRESSES if pressing and clock_on <= today + PRESSING_DAYS else LATER


def ids_in_order(
    wanted: Sequence[Any],
    phases: Sequence[int],
    *,
    count: int,
    after: tuple[int, int] | None = None,
    before: tuple[int, int] | None = None,
) -> Any:
    """A table of the ids of the next `count` cases that meet `wanted`, with the columns to sort them by.

    With `after` (the `stretch` of a place) they come after that place; with `before` they are the last ones
    before it. Carried out, it asks for `days` and the `values` of the place.
    """
    parts = [
        _part(wanted, phase, band, count, after, before)
        for phase in phases
        for band in (SOON, PRESSES, LATER, UNDATED)
        if _may_hold((int(phase == ENDED), band), after, before)
    ]
    if not parts:
        parts = [_part([sa.false()], WAITS, UNDATED, count, None, None)]
    return sa.union_all(*(sa.select(part) for part in parts)).subquery("nearest")


def _may_hold(
    stretch: tuple[int, int], after: tuple[int, int] | None, before: tuple[int, int] | None
) -> bool:
    return (after is None or stretch >= after) and (before is None or stretch <= before)


def _part(
    wanted: Sequence[Any],
    phase: int,
    band: int,
    count: int,
    after: tuple[int, int] | None,
    before: tuple[int, int] | None,
) -> Any:
    """The first (or last) cases of one phase and band, read along an index."""
    columns, stretch = _columns(band), (int(phase == ENDED), band)
    rules = [Case.phase == literally(phase), _of_band(band), *wanted]
    here = sa.tuple_(*(sa.bindparam(f"at_{column.key}", type_=column.type) for column in columns))
    if stretch == after:
        rules.append(sa.tuple_(*columns) > here)
    if stretch == before:
        rules.append(sa.tuple_(*columns) < here)
    clock = Case.clock_on if band != UNDATED else sa.literal(NO_DATE, sa.Date())
    return (
        sa.select(
            Case.id.label("id"), literally(stretch[0]).label("ended"), literally(band).label("band"),
            clock.label("clock_on"), Case.calm.label("calm"),
            Case.submitted_on.label("submitted_on"), Case.budget_rank.label("budget_rank"),
        )
        .where(*rules)
        .order_by(*((column.desc() for column in columns) if before else columns))
        .limit(literally(count))
        .subquery()
    )  # fmt: skip


def order_in(nearest: Any, *, backwards: bool = False) -> list[Any]:
    """What sorts the rows of `ids_in_order`, the most urgent first, or last."""
    columns = [
        nearest.c.ended, nearest.c.band, nearest.c.clock_on, nearest.c.calm,
        nearest.c.submitted_on, nearest.c.budget_rank, nearest.c.id,
    ]  # fmt: skip
    return [column.desc() for column in columns] if backwards else columns


def order_of_urgency(today: date) -> list[Any]:
    """The same order as one long sort, for those who read all cases at once."""
    is_ahead = Case.clock_on >= today
    band = sa.case(
        (is_ahead & (Case.clock_on <= today + NEAR), SOON),
        (is_ahead & _pressing() & (Case.clock_on <= today + PRESSING_DAYS), PRESSES),
        else_=LATER,
    )
    return [
        sa.case((Case.phase == ENDED, 1), else_=0),
        band,
        sa.case((is_ahead, Case.clock_on), else_=sa.literal(NO_DATE, sa.Date())),
        Case.calm,
        Case.submitted_on,
        Case.budget_rank,
        Case.id,
    ]


__all__ = ["AT_WORK", "ENDED", "NEAR", "WAITS", "ids_in_order", "order_in", "order_of_urgency", "place_of"]
