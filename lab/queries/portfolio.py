"""The portfolio before it is computed: the open cases, the free hours, the wishes, and how they are solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab.access import can
from lab.clock import program_day
from lab.database import db, now
from lab.lifecycle import LIVE_OFFER_STATES, TAKEN_OFFER_STATES
from lab.matching.policy import Policy
from lab.models import Case, Consultant, Offer, PortfolioCase, PortfolioRun, Recommendation
from lab.queries.matching import WINDOW, busiest, capacity_in, pool, promises
from lab.queries.queue_page import WAITING
from lab.queries.urgency import order_of_urgency
from lab.viewer import Viewer

MOST_RUNS = 50


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a director wants of a run: pairs (case, consultant) that must be or must not be, and least numbers of cases."""

    locked: tuple[tuple[str, str], ...] = ()
    banned: tuple[tuple[str, str], ...] = ()
    minimums: Mapping[str, int] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """Plain values, to be kept with the run."""
        return {
            "locked": [list(pair) for pair in sorted(set(self.locked))],
            "banned": [list(pair) for pair in sorted(set(self.banned))],
            "minimums": {ref: least for ref, least in sorted(self.minimums.items()) if least > 0},
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Wishes:
        """The wishes that `to_record` wrote."""
        return cls(
            locked=tuple((case, ref) for case, ref in record["locked"]),
            banned=tuple((case, ref) for case, ref in record["banned"]),
            minimums=dict(record["minimums"]),
        )


@dataclass(frozen=True, kw_only=True)
class OpenCases:
    """The cases that wait for a consultant, the most urgent first; beside them those in which somebody is asked now."""

    waiting: Sequence[Case]
    asked: Sequence[tuple[Case, str]]


@dataclass(frozen=True, kw_only=True)
class Free:
    """The hours a month of one consultant that nobody holds in the next three months."""

    ref: str
    name: str
    hours: int
    paused: bool


def open_cases(viewer: Viewer) -> OpenCases:
    """The open cases this viewer may review. One with an accepted offer is not open; one with an unanswered offer waits."""
    rows = db.session.scalars(
        sa.select(Case)
        .where(Case.state.in_(WAITING), Case.document.is_not(None))
        .options(joinedload(Case.director))
        .order_by(*order_of_urgency(program_day(now())))
    ).all()
    theirs = [case for case in rows if can(viewer, "review.read", case)]
    asked: dict[int, str] = {}
    taken: set[int] = set()
    for case_id, state, name in db.session.execute(
        sa.select(Offer.case_id, Offer.state, Consultant.name)
        .join(Consultant, Consultant.id == Offer.consultant_id)
        .where(
            Offer.case_id.in_([case.id for case in theirs]),
            Offer.state.in_(LIVE_OFFER_STATES | TAKEN_OFFER_STATES),
        )
        .order_by(Offer.id)
    ):
        if state in TAKEN_OFFER_STATES:
            taken.add(case_id)
        else:
            asked[case_id] = name
    return OpenCases(
        waiting=[case for case in theirs if case.id not in asked and case.id not in taken],
        asked=[(case, asked[case.id]) for case in theirs if case.id in asked and case.id not in taken],
    )


def free_hours_of_all(today: date) -> list[Free]:
    """Everybody by name, with capacity less what work and open offers take on the busiest day of three months."""
    rows = pool()
    taken = promises([row.id for row in rows], from_day=today, to_day=today + WINDOW)
    return sorted(
        (
            Free(
                ref=row.ref, name=row.name, paused=row.paused_at is not None,
                hours=0 if row.paused_at is not None else max(
                    0, capacity_in(row, starts_on=today, ends_on=today + WINDOW) - busiest(taken[row.id])
                ),
            )
            for row in rows
        ),
        key=lambda one: (one.name.casefold(), one.ref),
    )  # fmt: skip


def declined_pairs(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """Who has said no to which of these cases: nobody is placed there again."""
    rows = db.session.execute(
        sa.select(Case.ref, Consultant.ref)
        .join(Offer, Offer.case_id == Case.id)
        .join(Consultant, Consultant.id == Offer.consultant_id)
        .where(Offer.state == "declined", Case.id.in_([case.id for case in cases]))
        .distinct()
    )
    return sorted((case, ref) for case, ref in rows)


def inputs_of(cases: Sequence[Case], wishes: Wishes, policy: Policy, today: date) -> dict[str, Any]:
    """What a run starts from, beside its cases: free hours, wishes, who declined, and the policy itself."""
    return {
        "consultants": [
            {"ref": one.ref, "name": one.name, "free": one.hours} for one in free_hours_of_all(today)
        ],
        **wishes.to_record(),
        "declined": [list(pair) for pair in declined_pairs(cases)],
        "policy": asdict(policy),
    }


def run_by_ref(ref: str) -> PortfolioRun | None:
    """The run with this reference and who asked for it."""
    return db.session.scalar(
        sa.select(PortfolioRun)
        .where(PortfolioRun.ref == ref.upper())
        .options(joinedload(PortfolioRun.made_by))
    )


def runs() -> Sequence[PortfolioRun]:
    """The newest runs with who asked for them."""
    return db.session.scalars(
        sa.select(PortfolioRun)
        .options(joinedload(PortfolioRun.made_by))
        .order_by(PortfolioRun.id.desc())
        .limit(MOST_RUNS)
    ).all()


def progress_of(run: PortfolioRun) -> tuple[int, int]:
    """How many cases of a run are computed, and of how many."""
    computed, every = db.session.execute(
        sa.select(sa.func.count(PortfolioCase.inputs_hash).filter(PortfolioCase.inputs_hash != ""), sa.func.count())
        .where(PortfolioCase.run_id == run.id)
    ).one()  # fmt: skip
    return computed, every


def who_could(cases: Sequence[Case]) -> dict[str, list[str]]:
    """Who stands on the shortlist of each case, best first, as its newest recommendation has it."""
    newest = (
        sa.select(sa.func.max(Recommendation.id))
        .where(Recommendation.case_id.in_([case.id for case in cases]))
        .group_by(Recommendation.case_id)
    )
    rows = db.session.execute(
        sa.select(Case.ref, Recommendation.result)
        .join(Case, Case.id == Recommendation.case_id)
        .where(Recommendation.id.in_(newest))
    )
    return {
        ref: [one["ref"] for one in result["consultants"] if not one["partial"]]
        for ref, result in rows
        if result["hours"]["high"] > 0
    }
