"""Who of the applicants was accepted, got hours, and got who came first: rates by sector, size and region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import vocabulary as words
from lab.database import db
from lab.models import Case, Engagement, RateReason, Shortlist
from lab.row_security import as_the_program

SPLITS = ("sector", "size", "region")
MEASURES = ("accepted", "hours", "first_choice")
FOUR_FIFTHS = 0.8
ACCEPTED = frozenset({"accept", "accept_with_conditions"})
UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """One decided application, as far as the rates need it. None is what the question does not arise for."""

    sector: str
    size: str
    region: str
    accepted: bool
    hours: bool | None
    first_choice: bool | None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One group's rate of one measure; without a share where the group is too small to be shown."""

    measure: str
    split: str
    code: str
    yes: int
    of: int
    share: float | None
    highest: float | None
    reason: RateReason | None = None

    @property
    def low(self) -> bool:
        """Whether the rate is under four fifths of the highest, so that a director says why."""
        return self.share is not None and self.highest is not None and self.share < FOUR_FIFTHS * self.highest


def applicants() -> list[Applicant]:
    """Every application on which a decision stands."""
    organization = Case.document["organization"]
    rows = db.session.execute(
        sa.select(
            Case.id, Case.decision, Case.sector, Case.place_state, organization["county"].as_string(),
            organization["staff_count"].as_integer(),
        )
        .where(Case.decision.in_(list(words.DECISIONS)))
        .order_by(Case.id)
    ).all()  # fmt: skip
    ranks = _first_engagements()
    found = []
    for ident, decision, sector, state, county, staff in rows:
        accepted = decision in ACCEPTED
        found.append(
            Applicant(
                sector=sector or UNKNOWN, size=_size(staff), region=_region(state, county),
                accepted=accepted, hours=ident in ranks if accepted else None,
                first_choice=ranks[ident] == 1 if accepted and ranks.get(ident) is not None else None,
            )
        )  # fmt: skip
    return found


def _first_engagements() -> dict[int, int | None]:
    """By case the place that its consultant had in the order; None where the order was not kept."""
    rows = db.session.execute(
        sa.select(Engagement.case_id, Shortlist.chosen_rank)
        .outerjoin(Shortlist, Shortlist.offer_id == Engagement.offer_id)
        .order_by(Engagement.id.desc())
    )
    return {case_id: rank for case_id, rank in rows}  # noqa: C416 (rows are no pairs to the type checker)


def _size(staff: int | None) -> str:
    return UNKNOWN if not staff else words.band_of(words.STAFF_BANDS, staff).code


def _region(state: str, county: str | None) -> str:
    """California by its service regions, the rest by census regions."""
    if state == "CA" and county and county in words.CA_COUNTIES:
        return f"CA {words.CA_COUNTIES[county].region}"
    return words.STATES[state].census_region if state in words.STATES else UNKNOWN


@as_the_program()
def rates(*, least: int) -> list[Rate]:
    """Every group's rates, with counts; a group under `least` has no share and sets no standard."""
    people = applicants()
    reasons = _reasons()
    return [
        rate
        for measure in MEASURES
        for split in SPLITS
        for rate in _of_one(people, measure, split, least=least, reasons=reasons)
    ]


def _of_one(
    people: Iterable[Applicant], measure: str, split: str, *, least: int, reasons: dict[Any, RateReason]
) -> Sequence[Rate]:
    counts: dict[str, list[bool]] = defaultdict(list)
    for one in people:
        if (answer := getattr(one, measure)) is not None:
            counts[getattr(one, split)].append(bool(answer))
    shares = {code: sum(all_) / len(all_) for code, all_ in counts.items() if len(all_) >= least}
    highest = max(shares.values(), default=None)
    return [
        Rate(
            measure=measure, split=split, code=code, yes=sum(all_), of=len(all_), share=shares.get(code),
            highest=highest, reason=reasons.get((measure, split, code)),
        )
        for code, all_ in sorted(counts.items(), key=lambda item: (-len(item[1]), item[0]))
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Group:
    """One row of a table: a group with its rate of each measure that arises for it."""

    code: str
    rates: Mapping[str, Rate]


def tables(listed: Sequence[Rate]) -> list[tuple[str, list[Group]]]:
    """The rates as one table for each split, the largest group first."""
    found: dict[str, dict[str, dict[str, Rate]]] = {split: {} for split in SPLITS}
    for rate in listed:
        found[rate.split].setdefault(rate.code, {})[rate.measure] = rate
    return [
        (split, [Group(code=code, rates=rates) for code, rates in groups.items()])
        for split, groups in found.items()
        if groups
    ]


def rate_of(measure: str, split: str, code: str, *, least: int) -> Rate | None:
    """One group's rate, if there is one."""
    return next(
        (one for one in rates(least=least) if (one.measure, one.split, one.code) == (measure, split, code)),
        None,
    )


def _reasons() -> dict[Any, RateReason]:
    """The newest reason of each group."""
    rows = db.session.scalars(
        sa.select(RateReason).options(joinedload(RateReason.told_by)).order_by(RateReason.id)
    )
    return {(one.measure, one.split, one.code): one for one in rows}
