"""A task is told done by the applicant, and a director says where it is not yet."""

from __future__ import annotations

import sqlalchemy as sa

from lab import history, notices
from lab.access import can
from lab.actions import follow_up, reviews
from lab.actions.telling import director_of
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotFound, NotNow
from lab.models import Case, Person, Task, TaskReport
from lab.queries.cases import OPEN_FOR_TASKS
from lab.queries.viewers import viewer_of
from lab.said import say

LONGEST = 4000


def tell_done(task_ref: str, *, text: str, key: str, by: Person) -> Case:
    """Say that a task is done, in a sentence; its director is told and looks at it.

    Telling it again while nobody has looked changes nothing. Raises `NotFound` for who does not lead a
    side that has the task, `BadInput` without a sentence, `NotNow` where the task or the case is over.
    """
    text = _sentence(text, say("Say in a sentence what is done."))
    with transaction():
        task, case = _task(task_ref)
        if not can(viewer_of(by), "task.tell_done", (case, task)):
            raise NotFound("There is no such task.")
        if not history.claim(key, purpose="task.tell_done", by=by):
            return case
        if task.met_at is not None or case.state not in OPEN_FOR_TASKS:
            raise NotNow("This task is closed already. Look at your page again.")
        if task.told_done is not None:
            return case
        report = TaskReport(
            task_id=task.id, audience=task.audience, text=text, told_by_id=by.id, told_at=now()
        )
        db.session.add(report)
        db.session.flush()
        if case.state == "awaiting_conditions" and task.kind == "condition":
            follow_up.wait_for_conditions(case, by=by)
        history.record("task_told_done", about=f"task {task.ref}", by=by, case=case, audience=task.audience)
        for person in director_of(case):
            notices.queue("case-waiting", about=f"task {task.ref} {report.id}", to=person)
    return case


def not_yet(task_ref: str, *, text: str, by: Person) -> Case:
    """Say what is still missing of a task that was told done; the applicant reads it and may tell again.

    Raises `BadInput` without a sentence, `NotNow` where nobody waits for it or another director has the case.
    """
    text = _sentence(text, say("Say what is still missing."))
    with transaction():
        task, case = _task(task_ref)
        reviews.must_be_theirs(case, by)
        report = task.told_done
        if report is None or case.state not in OPEN_FOR_TASKS:
            raise NotNow("Nobody waits for a word on this task now. Look at the case again.")
        report.not_yet, report.answered_at, report.answered_by_id = text, now(), by.id
        db.session.flush()
        if case.state == "awaiting_conditions" and task.kind == "condition":
            follow_up.wait_for_conditions(case, by=by)
        history.record("task_not_yet", about=f"task {task.ref}", by=by, case=case, audience=task.audience)
        follow_up.tell_applicants(
            case, "decided", about=f"task {task.ref} not yet {report.id}", audience=task.audience
        )
    return case


def _sentence(text: str, without: str) -> str:
    text = text.strip()
    if not text:
        raise BadInput(without)
    if len(text) > LONGEST:
        raise BadInput(say("Use at most %(most)s characters.", most=LONGEST))
    return text


def _task(task_ref: str) -> tuple[Task, Case]:
    """The task with its case, both held until the deed is done."""
    found = db.session.scalar(sa.select(Task).where(Task.ref == task_ref))
    if found is None:
        raise NotFound("There is no such task.")
    case: Case = lock(Case, found.case_id)
    task = db.session.get_one(Task, found.id, with_for_update=True, populate_existing=True)
    db.session.expire(task, ["reports"])
    return task, case
