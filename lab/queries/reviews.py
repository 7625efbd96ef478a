"""The match review of one case: what is recommended, who could do it, who is kept out, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import answers
from lab.clock import program_day
from lab.database import db, now
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant, Decision, Offer, Question, Recommendation, Section, Task
from lab.queries import recommendations
from lab.queries.candidates import (
    Away,
    Criterion,
    Person,
    away_by_gate,
    candidates_of,
    consultants_of,
    criteria_of,
    nearest_of,
    with_weeks,
)  # fmt: skip
from lab.queries.decisions import DECIDED, asked_in, decision_of, notes_of, tasks_of
from lab.queries.declines import Declined, declined_in
from lab.queries.matching import application_of, pool
from lab.queries.review_offers import offers_of


@dataclass(frozen=True, kw_only=True)
class Review:
    """Everything the review page shows."""

    case: Case
    application: answers.Application
    today: date
    result: Result
    row: Recommendation | None
    criteria: Sequence[Criterion]
    people: Sequence[Person]
    others: Sequence[tuple[str, str]]
    away: Mapping[str, Sequence[Away]]
    nearest: Sequence[Away]
    names: Mapping[str, str]
    declined: Mapping[str, Declined]
    decision: Decision | None = None
    appealed: Decision | None = None
    tasks: Sequence[Task] = ()
    questions: Sequence[Question] = ()
    offers: Sequence[Offer] = ()
    notes: Sequence[Section] = field(default_factory=tuple)

    @property
    def preview(self) -> bool:
        """Whether this was computed for this page only and is not kept."""
        return self.row is None

    @property
    def stale(self) -> Sequence[str]:
        """What changed since the recommendation was made, where it no longer holds."""
        return self.row.stale_because if self.row is not None and self.row.state == "stale" else ()

    @property
    def first(self) -> str:
        """The consultant the recommendation puts first, where hours are proposed: nobody who has declined."""
        top = self.result.shortlist if self.result.hours_proposed else ()
        return next((one.ref for one in top if one.declined_on is None), "")


def case_by_ref(ref: str) -> Case | None:
    """The case with this reference and its director."""
    return db.session.scalar(
        sa.select(Case).where(Case.ref == ref.upper()).options(joinedload(Case.director))
    )


def review_of(
    case: Case, *, order: str = "score", beside: Iterable[str] = (), audiences: Iterable[str] = ()
) -> Review:
    """The review of a submitted case. Nothing is stored: without a kept recommendation it shows a preview.

    `beside`: references of candidates to show although they are not among the first five.
    `audiences`: whose notes the reader may see.
    """
    today = program_day(now())
    row = recommendations.newest(case.id)
    application = application_of(case)
    offers = offers_of(case) if row is not None and _was_decided(case, row) else ()
    if row is None:
        rows = pool()
        result = recommendations.propose(
            recommendations.read_inputs(case, recommendations.day_to_count_from(), rows=rows)
        )
        people: Mapping[str, Consultant] = {one.ref: one for one in rows}
    else:
        result, _inputs = recommendations.as_read(row, case, offers)
        people = consultants_of(result)
    names = {one.ref: one.name for one in people.values()}
    shown = candidates_of(result, names, people, order=order, beside=tuple(beside))
    # Before something is recommended nothing was decided and nothing asked.
    appealed, questions = asked_in(case, audiences) if row is not None else (None, ())
    return Review(
        case=case, application=application, today=today, result=result, row=row, names=names,
        criteria=criteria_of(result),
        people=with_weeks(shown, people, case, result, application, today),
        others=[
            (one.ref, names.get(one.ref, one.ref))
            for one in result.consultants
            if one.ref not in {person.id for person in shown}
        ],
        away=away_by_gate(result.excluded, names),
        nearest=(
            nearest_of(result, names)
            if not result.consultants and result.decision != "decline_refer"
            else ()
        ),
        decision=decision_of(case) if case.state in DECIDED else None,
        appealed=appealed,
        tasks=tasks_of(case) if case.state in DECIDED else (),
        questions=questions,
        offers=offers,
        declined=declined_in(offers),
        notes=notes_of(case, audiences),
    )  # fmt: skip


def _was_decided(case: Case, row: Recommendation) -> bool:
    """Whether offers may have been sent: after a decision, or before one that was withdrawn."""
    return case.state in ("offering", "active", "closed") or bool(row.inputs.get("declined"))


def sections_of(case: Case, audiences: Iterable[str]) -> Sequence[Section]:
    """The answers of a case topic by topic, for these audiences."""
    return db.session.scalars(
        sa.select(Section)
        .where(Section.case_id == case.id, Section.audience.in_(list(audiences)))
        .order_by(Section.id)
    ).all()
