"""Saying that a case would like to come to a convening, with how many people, and taking it back."""

from __future__ import annotations

import sqlalchemy as sa

from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotNow
from lab.history import record
from lab.models import Case, Convening, ConveningInterest, Person
from lab.queries import convenings as queries
from lab.said import say

MOST_PEOPLE = 60


def register(convening_id: int, case_id: int, *, people: int, by: Person) -> ConveningInterest:
    """Note that `people` of this case would come; saying it again changes the number.

    Raises `BadInput` for a number that cannot be, `NotNow` when the event is over or not for this case.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise BadInput(say("Type a number of people from 1 to %(most)s.", most=MOST_PEOPLE))
    with transaction():
        case: Case = lock(Case, case_id)
        event: Convening = db.session.get_one(Convening, convening_id)
        refusal = queries.why_not(case, event, queries.proposed_to(case.id))
        if refusal:
            raise NotNow(refusal)
        row = _live(convening_id, case_id)
        if row is None:
            row = ConveningInterest(
                convening_id=event.id, case_id=case.id, person_id=by.id, people_count=people, created_at=now()
            )
            db.session.add(row)
        elif row.people_count == people:
            return row
        row.people_count = people
        db.session.flush()
        record(
            "convening_interest", about=f"convening {event.code}", by=by, case=case, audience="joint",
            details={"convening": event.code, "people": people},
        )  # fmt: skip
    return row


def cancel(interest_id: int, *, by: Person) -> None:
    """Take it back; taking it back twice changes nothing."""
    with transaction():
        row: ConveningInterest = lock(ConveningInterest, interest_id)
        if row.cancelled_at is not None:
            return
        row.cancelled_at = now()
        record(
            "convening_cancelled", about=f"convening {row.convening.code}", by=by,
            case=db.session.get_one(Case, row.case_id), audience="joint",
            details={"convening": row.convening.code},
        )  # fmt: skip


def cancel_all(case: Case, *, by: Person) -> None:
    """Take back every interest of a case, inside the deed that ends it."""
    for ident in db.session.scalars(
        sa.select(ConveningInterest.id).where(
            ConveningInterest.case_id == case.id, ConveningInterest.cancelled_at.is_(None)
        )
    ).all():
        cancel(ident, by=by)


def _live(convening_id: int, case_id: int) -> ConveningInterest | None:
    return db.session.scalar(
        sa.select(ConveningInterest).where(
            ConveningInterest.convening_id == convening_id, ConveningInterest.case_id == case_id,
            ConveningInterest.cancelled_at.is_(None),
        )
    )  # fmt: skip
