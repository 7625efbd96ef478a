"""Legal hold: a case is kept whatever its periods say, for a reason, with a day to look at it again."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from lab import history
from lab.access import can
from lab.actions.deletions import UNDO, hold_of
from lab.clock import program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotFound, NotNow
from lab.lifecycle import DELETION, DIRECTOR, after
from lab.models import Case, Deletion, LegalHold, Person
from lab.queries.viewers import viewer_of

LONGEST_REASON = 1000


def set_hold(case_id: int, *, reason: str, review_on: date, by: Person) -> LegalHold:
    """Keep a case. Wishes to delete it wait. Raises `BadInput` without a reason or with a day gone by."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("Say in a sentence why this must be kept.")
    if review_on <= program_day(now()):
        raise BadInput("Type a day that lies ahead, on which somebody looks at this again.")
    with transaction():
        case = _case(case_id, by)
        if hold_of(case) is not None:
            raise NotNow("This case is on hold already.")
        row = LegalHold(case_id=case.id, reason=reason, review_on=review_on, set_by_id=by.id, set_at=now())
        db.session.add(row)
        for wish in _wishes(case, "requested", "queued"):
            if wish.state == "queued":
                wish.state = after(DELETION, "hold", wish.state, by=DIRECTOR)
        history.record("hold_set", about=f"case {case.ref}", by=by, case=case)
    return row


def lift(case_id: int, *, by: Person) -> None:
    """Let the case go on as its periods say; a wish to delete it gets its seven days anew."""
    with transaction():
        case = _case(case_id, by)
        row = hold_of(case)
        if row is None:
            raise NotNow("This case is not on hold.")
        row.lifted_by_id, row.lifted_at = by.id, now()
        for wish in _wishes(case, "held"):
            wish.state, wish.due_at = after(DELETION, "release", wish.state, by=DIRECTOR), now() + UNDO
            history.set_timer("deletion-due", about=wish.ref, due_at=wish.due_at)
        history.record("hold_lifted", about=f"case {case.ref}", by=by, case=case)


def _case(case_id: int, by: Person) -> Case:
    case: Case = lock(Case, case_id)
    if not can(viewer_of(by), "hold.set", case):
        raise NotFound("There is no such case.")
    return case


def _wishes(case: Case, *states: str) -> list[Deletion]:
    query = sa.select(Deletion).where(Deletion.case_id == case.id, Deletion.state.in_(states))
    return list(db.session.scalars(query.with_for_update()))
