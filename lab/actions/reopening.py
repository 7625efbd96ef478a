"""Taking a decision back: the case is in review again, with nothing of the old decision open."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab import history
from lab.actions import follow_up, reviews
from lab.actions.offers import withdraw_open
from lab.clock import program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotNow
from lab.lifecycle import CASE, DIRECTOR, TAKEN_OFFER_STATES, after
from lab.models import Case, Offer, Person, Task, TaskReport


def reopen(case_id: int, *, note: str, by: Person) -> None:
    """Withdraw a decision, with the open offers and the tasks nobody has done; the case is in review again.

    Raises `NotNow` once a consultant has accepted, `BadInput` without a note.
    """
    if not note.strip():
        raise BadInput("Write a note that says why the decision is withdrawn.")
    with transaction():
        case: Case = lock(Case, case_id)
        reviews.must_be_theirs(case, by)
        offers = list(db.session.scalars(sa.select(Offer).where(Offer.case_id == case.id)))
        if any(offer.state in TAKEN_OFFER_STATES for offer in offers):
            raise NotNow("A consultant has accepted, so the decision stands. Close the case instead.")
        case.state = after(CASE, "reopen", case.state, by=DIRECTOR)
        withdraw_open(case, by=by, step_by=DIRECTOR)
        undone = sa.select(Task.id).where(Task.case_id == case.id, Task.met_at.is_(None))
        db.session.execute(sa.delete(TaskReport).where(TaskReport.task_id.in_(undone)))
        db.session.execute(sa.delete(Task).where(Task.case_id == case.id, Task.met_at.is_(None)))
        case.decision, case.next_action, case.due_on = "", "decide", program_day(now()) + timedelta(days=1)
        follow_up.tell_applicants(case, "decided", about=f"reopened {case.ref} {case.version}")
        history.record("decision_withdrawn", about=f"case {case.ref}", by=by, case=case, audience="joint")
        decided = follow_up.latest_decision(case.id)
        if decided is not None:
            decided.note = f"{decided.note}\n\nWithdrawn: {note.strip()}".strip()
