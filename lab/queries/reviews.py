"""The match review of one case: what is proposed, who could do it, who is kept out, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import answers
from lab.clock import program_day
from lab.database import db, now
from lab.matching.result import Candidate, Excluded, Finding
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant, Decision, Offer, Question, Recommendation, Section, Task
from lab.queries import proposals
from lab.queries.capacity import Week, weeks_of
from lab.queries.matching import application_of, promises
from lab.queries.points import shown_findings

MOST = 5
ORDERS = ("score", "longest", "name")
MONTHS_OF_WORK = 3
# Somebody kept out by these is not near, however little else stands in the way.
FAR = frozenset({"line", "foundation"})
LOOKED_AT_AGAIN = frozenset({"submitted", "in_review", "info_requested"})
DECIDED = frozenset({"awaiting_conditions", "offering", "active", "referred", "closed"})


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
    weeks: Sequence[Week] = ()


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody who is not shown, with the gate and the reason."""

    ref: str
    name: str
    reason: str
    gate: str
    would: str = ""


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
        """What changed since the proposal was made, where it no longer holds."""
        return self.row.stale_because if self.row is not None and self.row.state == "stale" else ()

    @property
    def first(self) -> str:
        """The consultant the proposal puts first, where hours are proposed."""
        top = self.result.shortlist if self.result.hours_proposed else ()
        return top[0].ref if top else ""


def case_by_ref(ref: str) -> Case | None:
    """The case with this reference and its director."""
    return db.session.scalar(
        sa.select(Case).where(Case.ref == ref.upper()).options(joinedload(Case.director))
    )


def review_of(
    case: Case, *, order: str = "score", beside: Iterable[str] = (), audiences: Iterable[str] = ()
) -> Review:
    """The review of a submitted case. Nothing is stored: without a kept proposal it shows a preview.

    `beside`: references of candidates to show although they are not among the first five.
    `audiences`: whose notes the reader may see.
    """
    today = program_day(now())
    row = proposals.newest(case.id)
    application = application_of(case)
    if row is None:
        inputs = proposals.read_inputs(case, application.submitted_on)
        result = proposals.propose(inputs)
        names = {one.ref: one.name or one.ref for one in inputs.consultants} | dict(inputs.paused)
        people: Mapping[str, Consultant] = {}
    else:
        result = Result.from_record(row.result)
        people = _consultants(result)
        names = {one.ref: one.name for one in people.values()}
    shown = _shown(result, names, people, order=order, beside=tuple(beside))
    appealed, questions = _asked(case, audiences)
    return Review(
        case=case, application=application, today=today, result=result, row=row, names=names,
        criteria=_criteria(result),
        people=_with_weeks(shown, people, case, result, application, today),
        others=[
            (one.ref, names.get(one.ref, one.ref))
            for one in result.consultants
            if one.ref not in {person.id for person in shown}
        ],
        away=_away(result.excluded, names),
        nearest=(
            _nearest(result, names)
            if not result.consultants and result.decision != "decline_refer"
            else ()
        ),
        decision=decision_of(case) if case.state in DECIDED else None,
        appealed=appealed,
        tasks=tasks_of(case) if case.state in DECIDED else (),
        questions=questions,
        offers=offers_of(case) if case.state in ("offering", "active", "closed") else (),
        notes=_notes(case, audiences),
    )  # fmt: skip


def _consultants(result: Result) -> Mapping[str, Consultant]:
    refs = [*(one.ref for one in result.consultants), *(one.ref for one in result.excluded)]
    rows = db.session.scalars(
        sa.select(Consultant).where(Consultant.ref.in_(refs)).options(sa.orm.defer(Consultant.profile))
    )
    return {row.ref: row for row in rows}


def _criteria(result: Result) -> list[Criterion]:
    """The rows of the table: every criterion of the policy that counts for this case."""
    findings = result.consultants[0].findings if result.consultants else ()
    return [Criterion(code=one.criterion, points=one.of) for one in findings if one.of > 0]


def _shown(
    result: Result,
    names: Mapping[str, str],
    people: Mapping[str, Consultant],
    *,
    order: str,
    beside: tuple[str, ...],
) -> list[Person]:
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
        )
        for one in chosen[:MOST]
    ]
    match order:
        case "longest":
            return sorted(listed, key=lambda one: (one.last_offered_on or date.min, one.candidate.rank))
        case "name":
            return sorted(listed, key=lambda one: one.name.casefold())
    return sorted(listed, key=lambda one: one.candidate.rank)


def _with_weeks(
    shown: Sequence[Person],
    people: Mapping[str, Consultant],
    case: Case,
    result: Result,
    application: answers.Application,
    today: date,
) -> list[Person]:
    """The next twelve weeks of each, with what this case would take; a preview goes without."""
    if not people:
        return list(shown)
    known = promises(
        [people[one.id].id for one in shown if one.id in people],
        from_day=today - timedelta(days=7),
        to_day=today + timedelta(weeks=13),
    )
    starts_on = max(today, application.starts_on)
    return [
        Person(
            id=one.id, name=one.name, candidate=one.candidate, findings=one.findings,
            last_offered_on=one.last_offered_on,
            weeks=weeks_of(
                people[one.id], today=today, hours_month=pace(result.hours.low), starts_on=starts_on,
                ends_on=starts_on + timedelta(days=91), but_offers_of=case.id,
                known=known.get(people[one.id].id, []),
            ) if one.id in people else (),
        )
        for one in shown
    ]  # fmt: skip


def pace(hours: int) -> int:
    """Hours a month for so many hours in all."""
    return -(-hours // MONTHS_OF_WORK)


def _away(excluded: Iterable[Excluded], names: Mapping[str, str]) -> dict[str, list[Away]]:
    found: dict[str, list[Away]] = {}
    for one in excluded:
        found.setdefault(one.gate, []).append(_one_away(one, names))
    return found


def _one_away(one: Excluded, names: Mapping[str, str]) -> Away:
    return Away(
        ref=one.ref, name=names.get(one.ref, one.ref), reason=one.reason, gate=one.gate,
        would=one.counterfactual[0] if one.counterfactual else "",
    )  # fmt: skip


def _nearest(result: Result, names: Mapping[str, str]) -> list[Away]:
    """The three who break the fewest limits, for when nobody passes."""
    order = sorted(result.excluded, key=lambda one: (one.gate in FAR, len(one.also), not one.clearable))
    return [_one_away(one, names) for one in order[:3]]


def decision_of(case: Case) -> Decision | None:
    """The decision that stands for a case, with its proposal."""
    return db.session.scalar(
        sa.select(Decision)
        .where(Decision.case_id == case.id)
        .options(joinedload(Decision.decided_by), joinedload(Decision.recommendation))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def tasks_of(case: Case) -> Sequence[Task]:
    """The conditions and first tasks of a case."""
    return db.session.scalars(
        sa.select(Task).where(Task.case_id == case.id).order_by(Task.kind, Task.due_on, Task.id)
    ).all()


def _asked(case: Case, audiences: Iterable[str]) -> tuple[Decision | None, Sequence[Question]]:
    """What was asked: the last referral the applicant wants looked at again, and our questions to them."""
    last = sa.select(sa.func.max(Decision.id)).where(
        Decision.case_id == case.id, Decision.appealed_at.is_not(None)
    )
    # One statement for both, for a page that has few to spare.
    rows = db.session.execute(
        sa.select(Decision, Question)
        .select_from(Case)
        .outerjoin(Decision, Decision.id == last.scalar_subquery())
        .outerjoin(Question, (Question.case_id == Case.id) & Question.audience.in_(list(audiences)))
        .where(Case.id == case.id)
        .order_by(Question.id.desc())
    ).all()
    appealed = rows[0][0] if rows and case.state in LOOKED_AT_AGAIN else None
    found: list[Question | None] = [row[1] for row in rows]
    return appealed, [question for question in found if question is not None]


def _notes(case: Case, audiences: Iterable[str]) -> Sequence[Section]:
    """The notes of the sides, for a reader who may see them."""
    if case.kind != "joint" or "union" not in set(audiences):
        return ()
    return db.session.scalars(
        sa.select(Section)
        .where(Section.case_id == case.id, Section.topic.in_(("notes_management", "notes_union")))
        .where(Section.audience.in_(list(audiences)))
        .order_by(Section.topic)
    ).all()


def offers_of(case: Case) -> Sequence[Offer]:
    """The offers of a case with their consultants, the newest first."""
    return db.session.scalars(
        sa.select(Offer)
        .where(Offer.case_id == case.id)
        .options(joinedload(Offer.consultant).joinedload(Consultant.person))
        .order_by(Offer.id.desc())
    ).all()


def sections_of(case: Case, audiences: Iterable[str]) -> Sequence[Section]:
    """The answers of a case topic by topic, for these audiences."""
    return db.session.scalars(
        sa.select(Section)
        .where(Section.case_id == case.id, Section.audience.in_(list(audiences)))
        .order_by(Section.id)
    ).all()


def consultant_by_ref(ref: str) -> Consultant | None:
    """The consultant with this reference and their person."""
    return db.session.scalar(
        sa.select(Consultant).where(Consultant.ref == ref).options(joinedload(Consultant.person))
    )


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """The names of consultants by reference."""
    rows = db.session.execute(
        sa.select(Consultant.ref, Consultant.name).where(Consultant.ref.in_(list(refs)))
    )
    return {ref: name for ref, name in rows}  # noqa: C416 - rows are no pairs to a type checker
