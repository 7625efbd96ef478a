"""What a consultant has promised by the week and by the month, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lab.database import now
from lab.matching.weeks import WEEK, WEEKS_IN_MONTH, hours_of_week, weeks_ahead
from lab.models import Consultant
from lab.queries.matching import Promised, busiest, capacity_in, promises

AVAILABILITY_IS_OLD = 60  # days after which hours that were told should be confirmed
NEVER = 9999


@dataclass(frozen=True)
class Week:
    """Hours of one week: what there is, what is promised, what other offers hold, what this one would take."""

    starts_on: date
    capacity: float
    promised: float
    held: float
    this: float

    @property
    def free(self) -> float:
        """What stays free after everything."""
        return self.capacity - self.promised - self.held - self.this


def told_days_ago(consultant: Consultant) -> int:
    """How many days ago the consultant told or confirmed their hours, `NEVER` if they did not."""
    return (now() - consultant.reviewed_at).days if consultant.reviewed_at else NEVER


def promised_hours(consultant_id: int, *, starts_on: date, ends_on: date) -> int:
    """The most hours a month that accepted work takes on any day of the window; open offers do not count."""
    found = promises([consultant_id], from_day=starts_on, to_day=ends_on)[consultant_id]
    return busiest(promise for promise in found if not promise.held)


def free_hours(consultant: Consultant, *, starts_on: date, ends_on: date) -> int:
    """The hours a month that the weeks of the window allow, less what accepted work takes."""
    taken = promised_hours(consultant.id, starts_on=starts_on, ends_on=ends_on)
    return max(0, capacity_in(consultant, starts_on=starts_on, ends_on=ends_on) - taken)


def left_with(
    consultant: Consultant, *, hours_month: int, starts_on: date, ends_on: date, but_offers_of: int
) -> int:
    """The hours a month that stay with an offer of so many, beside promised work and other offers that hold hours.

    Counts what the bars of `weeks_of` show; below zero it is so many hours more than there are.
    """
    known = promises([consultant.id], from_day=starts_on, to_day=ends_on)[consultant.id]
    taken = busiest(_beside(known, but_offers_of))
    return capacity_in(consultant, starts_on=starts_on, ends_on=ends_on) - taken - hours_month


def _beside(known: Sequence[Promised], case_id: int) -> list[Promised]:
    """What stands beside an offer for this case: all but what offers for the same case hold."""
    return [promise for promise in known if not (promise.held and promise.case_id == case_id)]


def weeks_of(
    consultant: Consultant,
    *,
    today: date,
    hours_month: int = 0,
    starts_on: date | None = None,
    ends_on: date | None = None,
    but_offers_of: int = 0,
    known: Sequence[Promised] | None = None,
) -> list[Week]:
    """Twelve weeks from the Monday of this week, with what an offer of so many hours a month would take.

    `but_offers_of`: the case whose own open offers are not counted as held, since they are `this`.
    `known`: what was read before for several consultants at once.
    """
    mondays = weeks_ahead(today)
    if known is None:
        known = promises([consultant.id], from_day=mondays[0], to_day=mondays[-1] + WEEK)[consultant.id]
    mine = _beside(known, but_offers_of)
    this = [Promised(hours_month, starts_on, ends_on, True)] if starts_on and ends_on else []
    return [_week(consultant, monday, promised=mine, this=this) for monday in mondays]


def _week(
    consultant: Consultant, monday: date, *, promised: Sequence[Promised], this: Sequence[Promised]
) -> Week:
    days = [monday + timedelta(days=number) for number in range(7)]
    open_days = sum(day >= consultant.available_from for day in days)

    def hours(promises: Sequence[Promised]) -> float:
        """The share of the week's seven days on which each promise runs."""
        month = sum(
            promise.hours_month * sum(promise.starts_on <= day <= promise.ends_on for day in days) / 7
            for promise in promises
        )
        return month / WEEKS_IN_MONTH

    return Week(
        starts_on=monday,
        capacity=hours_of_week(consultant.capacity_hours_month, consultant.week_hours, monday)
        * open_days
        / 7,
        promised=hours([promise for promise in promised if not promise.held]),
        held=hours([promise for promise in promised if promise.held]),
        this=hours(this),
    )
