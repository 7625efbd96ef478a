"""The director's queue: cases in the order of what is due, with filters, one page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lab.access import Viewer, has_tie
from lab.clock import program_day
from lab.database import db, now
from lab.models import Case, Offer, Person

PAGE = 50
NEAR = timedelta(days=30)
WAITING = ("submitted", "in_review", "info_requested", "awaiting_conditions", "offering")
ENDED = ("referred", "withdrawn", "closed")
STATES = (*WAITING, "active", *ENDED)
# Days on which something is lost for good if nobody helps; a contract that runs out in peace can wait longer.
PRESSING = ("vote_scheduled", "strike_vote", "strike_deadline", "petition_filed", "decert_filed")
PRESSING_DAYS = timedelta(days=90)
FLAGS = ("conflict", "date_near", "waiting_for_info")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a director looks for; empty is everything that waits."""

    state: str = ""
    line: str = ""
    stage: str = ""
    tier: str = ""
    flag: str = ""
    text: str = ""
    mine: bool = False

    @property
    def any(self) -> bool:
        """Whether something is set."""
        return self != Filters()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case of the queue, as its line reads."""

    ref: str
    organization: str
    line: str
    stage: str
    tier: str
    state: str
    director: str
    next_action: str
    due_on: date | None
    clock_on: date | None
    clock_kind: str
    days_waiting: int
    ended: bool = False
    flags: tuple[str, ...] = ()
    overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One page of the queue and how much there is in all. Drafts are a number, nothing else."""

    rows: Sequence[Row]
    found: int
    page: int
    pages: int
    waiting: int
    drafts: int
    filters: Filters = field(default_factory=Filters)


def queue_of(viewer: Viewer, filters: Filters, *, page: int = 1) -> Queue:
    """The cases this director may see, in the order of what is due; those that have ended come last.

    First a date of the case itself within 30 days, then a vote, a strike or a rupture with its date
    within 90 days, then other dates, then a rupture without a date, then who waits longest, then the
    smallest budget.
    """
    today = program_day(now())
    hidden = _hidden_ids(viewer)
    wanted = _wanted(filters, viewer, today, hidden)
    found = db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(*wanted)) or 0
    pages = max(1, -(-found // PAGE))
    page = min(max(1, page), pages)
    possible = _possible_conflict()
    rows = db.session.execute(
        sa.select(Case, Person.name, possible.label("possible"))
        .outerjoin(Person, Person.id == Case.director_id)
        .options(sa.orm.defer(Case.document))
        .where(*wanted)
        .order_by(*order_of_urgency(today))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    counted = db.session.execute(
        sa.select(Case.state, sa.func.count())
        .where(Case.state.in_(("draft", *WAITING)), Case.id.not_in(hidden))
        .group_by(Case.state)
    ).all()
    counts = {state: count for state, count in counted}  # noqa: C416 - rows are no pairs to a type checker
    return Queue(
        rows=[_row(case, name or "", bool(conflict), today) for case, name, conflict in rows],
        found=found, page=page, pages=pages, filters=filters,
        drafts=counts.pop("draft", 0), waiting=sum(counts.values()),
    )  # fmt: skip


def _hidden_ids(viewer: Viewer) -> list[int]:
    """Cases that do not exist for a director with a declared tie, also not in counts."""
    if not any(viewer.ties):
        return []
    rows = db.session.scalars(
        sa.select(Case).options(sa.orm.load_only(Case.id, Case.organization), sa.orm.raiseload("*"))
    )
    return [case.id for case in rows if has_tie(viewer, case)]


def _possible_conflict() -> Any:
    return (
        sa.select(Offer.id)
        .where(
            Offer.case_id == Case.id,
            Offer.state == "offered",
            Offer.conflict_answer == "possible",
            Offer.conflict_cleared_at.is_(None),
        )
        .exists()
    )


def _wanted(filters: Filters, viewer: Viewer, today: date, hidden: list[int]) -> list[Any]:
    states = {"all": STATES, "ended": ENDED}.get(filters.state, WAITING)
    if filters.state in STATES:
        states = (filters.state,)
    wanted: list[Any] = [Case.state.in_(states), *([Case.id.not_in(hidden)] if hidden else [])]
    for column, value in ((Case.line, filters.line), (Case.stage, filters.stage), (Case.tier, filters.tier)):
        if value:
            wanted.append(column == value)
    match filters.flag:
        case "conflict":
            wanted.append(_possible_conflict())
        case "date_near":
            wanted.append(Case.clock_on.between(today, today + NEAR))
        case "waiting_for_info":
            wanted.append(Case.state == "info_requested")
    if filters.mine:
        wanted.append(Case.director_id == viewer.person_id)
    if filters.text.strip():
        pattern = f"%{_escaped(filters.text.strip().lower())}%"
        wanted.append(
            sa.or_(
                sa.func.lower(Case.organization).like(pattern, escape="\\"),
                sa.func.lower(Case.ref).like(pattern, escape="\\"),
            )
        )
    return wanted


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def order_of_urgency(today: date) -> list[Any]:
    """What the queue sorts by, the most urgent first and what has ended last."""
    is_ahead = Case.clock_on >= today
    presses = sa.or_(Case.clock_kind.in_(PRESSING), Case.urgent_rank == 0)
    band = sa.case(
        (is_ahead & (Case.clock_on <= today + NEAR), 0),
        (is_ahead & presses & (Case.clock_on <= today + PRESSING_DAYS), 1),
        else_=2,
    )
    return [
        sa.case((Case.state.in_(ENDED), 1), else_=0),
        band,
        sa.case((is_ahead, Case.clock_on), else_=sa.literal(date.max, sa.Date())),
        sa.case((Case.urgent_rank == 0, 0), else_=1),
        sa.func.date(Case.submitted_at),
        Case.budget_rank,
        Case.id,
    ]


def _row(case: Case, director: str, conflict: bool, today: date) -> Row:
    near = case.clock_on is not None and today <= case.clock_on <= today + NEAR
    flags = [
        flag
        for flag, raised in zip(FLAGS, (conflict, near, case.state == "info_requested"), strict=True)
        if raised
    ]
    return Row(
        ref=case.ref, organization=case.organization, line=case.line, stage=case.stage, tier=case.tier,
        state=case.state, ended=case.state in ENDED, director=director, next_action=case.next_action,
        due_on=case.due_on,
        clock_on=case.clock_on if case.clock_on and case.clock_on >= today else None,
        clock_kind=case.clock_kind,
        days_waiting=(today - program_day(case.submitted_at)).days if case.submitted_at else 0,
        flags=tuple(flags), overdue=bool(case.due_on and case.due_on < today and case.state in WAITING),
    )  # fmt: skip
