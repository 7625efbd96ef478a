"""What follows a decision: questions and tasks with their days, conditions met, a decision withdrawn, a case closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

import sqlalchemy as sa

from lab import history, notices
from lab.actions import outcomes, reviews
from lab.actions.timers import due
from lab.clock import program_day, working_days_after
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotNow
from lab.lifecycle import CASE, DIRECTOR, ENGAGEMENT, after
from lab.models import Case, Decision, Engagement, Membership, Person, Question, Task, TaskReport

REMIND_BEFORE = timedelta(days=2)
MORNING = time(16, tzinfo=UTC)  # early in the day from coast to coast


class HasText(Protocol):
    """A task to be: what, and by when."""

    @property
    def text(self) -> str: ...
    @property
    def due_on(self) -> date: ...


class Asked(HasText, Protocol):
    """A question to be: also which topics may be changed, and who reads it."""

    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def audience(self) -> str: ...


def latest_decision(case_id: int) -> Decision | None:
    """The decision that stands for a case, if there is one."""
    return db.session.scalar(
        sa.select(Decision).where(Decision.case_id == case_id).order_by(Decision.id.desc()).limit(1)
    )


def tell_applicants(case: Case, kind: str, *, about: str, audience: str = "joint") -> None:
    """Queue a neutral mail for everybody of the case who may read this audience."""
    people = db.session.scalars(
        sa.select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.case_id == case.id,
            Membership.removed_at.is_(None),
            *([] if audience == "joint" else [Membership.side == audience]),
        )
        .order_by(Person.id)
    )
    for person in people:
        notices.queue(kind, about=about, to=person, path=f"/cases/{case.ref}")


def ask(case: Case, question: Asked | None, *, by: Person) -> Question:
    """Ask the applicant something first; the day by which the case is due stays as it is.

    Runs inside the deed. Raises `BadInput` without a text or with a day that is not ahead.
    """
    if question is None or not question.text.strip():
        raise BadInput("Write the question you want to talk about.")
    if question.due_on <= program_day(now()):
        raise BadInput("The answer needs a day that lies ahead.")
    audience = question.audience if case.kind == "joint" else "management"
    case.state = after(CASE, "ask", case.state, by=DIRECTOR)
    case.next_action = "wait_answer"
    row = Question(
        case_id=case.id, audience=audience, text=question.text.strip(), topics=list(question.topics),
        due_on=question.due_on, asked_by_id=by.id, asked_at=now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    half = now() + (datetime.combine(question.due_on, MORNING) - now()) / 2
    history.set_timer("question-reminder", about=row.ref, due_at=half)
    tell_applicants(case, "question-asked", about=f"question {row.ref}", audience=audience)
    history.record("question_asked", about=f"question {row.ref}", by=by, case=case, audience=audience)
    return row


def stop_waiting(case_id: int, *, by: Person) -> None:
    """Go on with the review without the answer, for example after a talk by telephone.

    Raises `NotNow` when the case does not wait for an answer.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        reviews.must_be_theirs(case, by)
        case.state = after(CASE, "resume", case.state, by=DIRECTOR)
        case.next_action = "decide"
        history.record("review_resumed", about=f"case {case.ref}", by=by, case=case)


def tasks_for(case: Case, kind: str, todos: Iterable[HasText]) -> None:
    """Write the tasks of a decision, each with a reminder two days before its day."""
    for todo in todos:
        row = Task(
            case_id=case.id, audience="joint" if case.kind == "joint" else "management", kind=kind,
            text=todo.text.strip(), due_on=todo.due_on, created_at=now(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        reminder = datetime.combine(todo.due_on, MORNING) - REMIND_BEFORE
        if reminder > now():
            history.set_timer("task-reminder", about=row.ref, due_at=reminder)


def meet(task_ref: str, *, by: Person) -> Case:
    """Mark a condition or a first task as met. With the last condition the case goes on by itself.

    Marking it twice changes nothing. Raises `NotNow` when there is no such task or another director
    has the case.
    """
    with transaction():
        task = db.session.query(Task).filter_by(ref=task_ref).one_or_none()
        if task is None:
            raise NotNow("This task is no longer there.")
        case: Case = lock(Case, task.case_id)
        reviews.must_be_theirs(case, by)
        if task.met_at is not None:
            return case
        task.met_at, task.met_by_id = now(), by.id
        db.session.execute(
            sa.update(TaskReport)
            .where(TaskReport.task_id == task.id, TaskReport.answered_at.is_(None))
            .values(answered_at=now(), answered_by_id=by.id)
        )
        history.record("task_met", about=f"task {task.ref}", by=by, case=case, audience=task.audience)
        db.session.flush()
        if case.state == "awaiting_conditions":
            wait_for_conditions(case, by=by)
    return case


def wait_for_conditions(case: Case, *, by: Person) -> None:
    """What the queue says while conditions are open; where all are met the case goes on. Runs inside a deed.

    A condition that was told done waits for the director alone, so it is theirs within a working day.
    """
    waiting = _open_conditions(case)
    if not waiting:
        _go_on(case, by=by)
        return
    told = sa.select(TaskReport.id).where(
        TaskReport.task_id.in_([task.id for task in waiting]), TaskReport.answered_at.is_(None)
    )
    if db.session.scalar(sa.select(told.exists())):
        case.next_action, case.due_on = "confirm_condition", working_days_after(program_day(now()), 1)
    else:
        case.next_action, case.due_on = "check_conditions", waiting[0].due_on


def _open_conditions(case: Case) -> list[Task]:
    return list(
        db.session.scalars(
            sa.select(Task)
            .where(Task.case_id == case.id, Task.kind == "condition", Task.met_at.is_(None))
            .order_by(Task.due_on)
        )
    )


def _go_on(case: Case, *, by: Person) -> None:
    decided = latest_decision(case.id)
    with_hours = decided is not None and decided.consultant_ref
    step = "conditions_met" if with_hours else "conditions_met_without_hours"
    case.state = after(CASE, step, case.state, by=DIRECTOR)
    case.next_action = "send_offer" if with_hours else "close"
    case.due_on = program_day(now()) + timedelta(days=1) if with_hours else None
    tell_applicants(case, "decided", about=f"conditions {case.ref} {now():%Y-%m-%d}")
    history.record("conditions_met", about=f"case {case.ref}", by=by, case=case, audience="joint")


def close(case_id: int, *, by: Person) -> None:
    """Close a case whose work is done; running engagements end today. Raises `NotNow` from other states."""
    with transaction():
        case: Case = lock(Case, case_id)
        reviews.must_be_theirs(case, by)
        case.state = after(CASE, "close", case.state, by=DIRECTOR)
        case.closed_at, case.next_action, case.due_on = now(), "", None
        for work in db.session.scalars(
            sa.select(Engagement).where(Engagement.case_id == case.id, Engagement.state == "active")
        ):
            work.state = after(ENGAGEMENT, "complete", work.state, by=DIRECTOR)
            work.ended_at = now()
            outcomes.ask_at_end(work)
        tell_applicants(case, "decided", about=f"closed {case.ref}")
        history.record("closed", about=f"case {case.ref}", by=by, case=case, audience="joint")


@due("question-reminder")
def remind_of_question(about: str) -> None:
    """Half the time is over and nobody has answered: one neutral mail."""
    row = db.session.query(Question).filter_by(ref=about).one_or_none()
    case = db.session.get(Case, row.case_id) if row else None
    if row is not None and case is not None and row.answered_at is None and case.state == "info_requested":
        tell_applicants(case, "question-asked", about=f"question {row.ref} reminder", audience=row.audience)


@due("task-reminder")
def remind_of_task(about: str) -> None:
    """Two days before its day a task that is not met is mentioned once more."""
    row = db.session.query(Task).filter_by(ref=about).one_or_none()
    case = db.session.get(Case, row.case_id) if row else None
    if row is not None and case is not None and row.met_at is None and case.closed_at is None:
        tell_applicants(case, "condition-due", about=f"task {row.ref}", audience=row.audience)
