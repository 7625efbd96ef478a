"""What was decided on a case, its tasks, and what was asked before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab.database import db
from lab.models import Case, Decision, Question, Section, Task, TaskReport

LOOKED_AT_AGAIN = frozenset({"submitted", "in_review", "info_requested"})
DECIDED = frozenset({"awaiting_conditions", "offering", "active", "referred", "closed"})


def decision_of(case: Case) -> Decision | None:
    """The decision that stands for a case, with its recommendation."""
    return db.session.scalar(
        sa.select(Decision)
        .where(Decision.case_id == case.id)
        .options(joinedload(Decision.decided_by), joinedload(Decision.recommendation))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def tasks_of(case: Case) -> Sequence[Task]:
    """The conditions and first tasks of a case, with what was told of them."""
    rows = db.session.scalars(
        sa.select(Task)
        .where(Task.case_id == case.id)
        .options(joinedload(Task.reports).joinedload(TaskReport.told_by))
        .order_by(Task.kind, Task.due_on, Task.id)
    )
    return rows.unique().all()


def asked_in(case: Case, audiences: Iterable[str]) -> tuple[Decision | None, Sequence[Question]]:
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


def notes_of(case: Case, audiences: Iterable[str]) -> Sequence[Section]:
    """The notes of the sides, for a reader who may see them."""
    if case.kind != "joint" or "union" not in set(audiences):
        return ()
    return db.session.scalars(
        sa.select(Section)
        .where(Section.case_id == case.id, Section.topic.in_(("notes_management", "notes_union")))
        .where(Section.audience.in_(list(audiences)))
        .order_by(Section.topic)
    ).all()
