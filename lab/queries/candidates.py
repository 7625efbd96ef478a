"""Who could do it, as a review shows them: the table's columns, who is kept out, and everybody's weeks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa

from lab import answers
from lab.database import db
from lab.matching.result import Candidate, Excluded, Finding
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant
from lab.queries.capacity import Week, told_days_ago, weeks_of
from lab.queries.matching import promises
from lab.queries.points import shown_findings

MOST = 5
ORDERS = ("score", "longest", "name")
MONTHS_OF_WORK = 3
WORK = timedelta(weeks=13)
# Somebody kept out by these is not near, however little else stands in the way.
FAR = frozenset({"line", "foundation"})


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One row of the table."""

    code: str
    points: float


@dataclass(frozen=True, kw_only=True)
class Person:
    """One column of the table: a candidate with a name."""

    id: str
    name: str
    candidate: Candidate
    findings: Mapping[str, Finding]
    last_offered_on: date | None = None
    told_days_ago: int = 0  # how old the hours are that they told
    weeks: Sequence[Week] = ()


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody who is not shown, with the gate and the reason."""

    ref: str
    name: str
    reason: str
    gate: str
    would: str = ""


def consultants_of(result: Result) -> Mapping[str, Consultant]:
    """Everybody the recommendation speaks of, by reference."""
    refs = [*(one.ref for one in result.consultants), *(one.ref for one in result.excluded)]
    rows = db.session.scalars(
        sa.select(Consultant).where(Consultant.ref.in_(refs)).options(sa.orm.defer(Consultant.profile))
    )
    return {row.ref: row for row in rows}


def criteria_of(result: Result) -> list[Criterion]:
    """The rows of the table: every criterion of the policy that counts for this case."""
    findings = result.consultants[0].findings if result.consultants else ()
    return [Criterion(code=one.criterion, points=one.of) for one in findings if one.of > 0]


def candidates_of(
    result: Result,
    names: Mapping[str, str],
    people: Mapping[str, Consultant],
    *,
    order: str,
    beside: tuple[str, ...],
) -> list[Person]:
    """The columns of the table: the first of the shortlist, and who is to be compared with them."""
    first = [one for one in result.consultants if not one.partial] or list(result.consultants)
    chosen = [one for one in result.consultants if one.ref in beside]
    room = MOST - len(chosen)
    chosen += [one for one in first if one not in chosen][: max(0, room)]
    listed = [
        Person(
            id=one.ref,
            name=names.get(one.ref, one.ref),
            candidate=one,
            findings=shown_findings(one.findings, one.score),
            last_offered_on=people[one.ref].last_offered_on if one.ref in people else None,
            told_days_ago=told_days_ago(people[one.ref]) if one.ref in people else 0,
        )
        for one in chosen[:MOST]
    ]
    match order:
        case "longest":
            return sorted(listed, key=lambda one: (one.last_offered_on or date.min, one.candidate.rank))
        case "name":
            return sorted(listed, key=lambda one: one.name.casefold())
    return sorted(listed, key=lambda one: one.candidate.rank)


def with_weeks(
    shown: Sequence[Person],
    people: Mapping[str, Consultant],
    case: Case,
    result: Result,
    application: answers.Application,
    today: date,
) -> list[Person]:
    """The next twelve weeks of each, with what this case would take."""
    known = promises(
        [people[one.id].id for one in shown if one.id in people],
        from_day=today - timedelta(days=7),
        to_day=today + timedelta(weeks=13),
    )
    starts_on = max(today, application.starts_on)
    return [
        replace(
            one,
            weeks=weeks_of(
                people[one.id], today=today, hours_month=pace_of(result), starts_on=starts_on,
                ends_on=starts_on + WORK, but_offers_of=case.id, known=known.get(people[one.id].id, []),
            ),
        )
        if one.id in people
        else one
        for one in shown
    ]  # fmt: skip


def pace_of(result: Result) -> int:
    """Hours a month for the low end of what is recommended, over the months in which they are needed."""
    return math.ceil(round(result.hours.low / (result.months or MONTHS_OF_WORK), 2))


def away_by_gate(excluded: Iterable[Excluded], names: Mapping[str, str]) -> dict[str, list[Away]]:
    """Who is not shown, by the gate that keeps them out."""
    found: dict[str, list[Away]] = {}
    for one in excluded:
        found.setdefault(one.gate, []).append(_one_away(one, names))
    return found


def _one_away(one: Excluded, names: Mapping[str, str]) -> Away:
    return Away(
        ref=one.ref, name=names.get(one.ref, one.ref), reason=one.reason, gate=one.gate,
        would=one.counterfactual[0] if one.counterfactual else "",
    )  # fmt: skip


def nearest_of(result: Result, names: Mapping[str, str]) -> list[Away]:
    """The three who break the fewest limits, for when nobody passes."""
    order = sorted(result.excluded, key=lambda one: (one.gate in FAR, len(one.also), not one.clearable))
    return [_one_away(one, names) for one in order[:3]]
