"""Who works on a case: letting a colleague lead too, removing somebody and leaving.

A side belongs to a membership and is never edited: who should be on the other side is removed
and invited again.
"""

from __future__ import annotations

import sqlalchemy as sa

from lab.database import db, lock, now, transaction
from lab.errors import NotAllowed, NotFound, NotNow
from lab.history import record
from lab.models import Case, Membership, Person


def share_lead(membership_id: int, *, by: Person) -> None:
    """Let a colleague of one's own side lead too; the first step of handing over."""
    with transaction():
        member, case = _colleague(membership_id, by)
        if not any(lead.person_id == by.id for lead in leads_of_side(case, member.side)):
            raise NotAllowed("Only who leads a side can let others lead it.")
        member.role = "lead"
        record("lead_shared", about=f"person {member.person_id}", by=by, case=case, audience=member.side)


def remove(membership_id: int, *, by: Person) -> None:
    """End a colleague's place in the case, or one's own. The last lead of a side stays.

    Raises `NotFound` where it is nobody of one's own side, `NotAllowed` for who does not lead it,
    `NotNow` for the last lead.
    """
    with transaction():
        member, case = _colleague(membership_id, by)
        others = [lead for lead in leads_of_side(case, member.side) if lead.id != member.id]
        if member.role == "lead" and not others:
            raise NotNow("The last lead of a side cannot leave. Let a colleague lead first.")
        member.removed_at = now()
        if case.owner_id == member.person_id and others:
            case.owner_id = others[0].person_id
        verb = "left" if member.person_id == by.id else "removed"
        record(verb, about=f"person {member.person_id}", by=by, case=case, audience=member.side)


def _colleague(membership_id: int, by: Person) -> tuple[Membership, Case]:
    """Somebody of one's own side whom one may manage, with the locked case."""
    member = db.session.get(Membership, membership_id)
    if member is None:
        raise NotFound("There is no such person in this case.")
    case: Case = lock(Case, member.case_id)
    member = lock(Membership, membership_id)
    mine = place_of(case, by)
    if mine is None or member.removed_at is not None or member.side != mine.side:
        raise NotFound("There is no such person in this case.")
    if mine.role != "lead" and mine.id != member.id:
        raise NotAllowed("The person who leads your side decides who is in it.")
    return member, case


def place_of(case: Case, person: Person) -> Membership | None:
    """The place of this person in the case, if they have one now."""
    return db.session.scalar(
        sa.select(Membership).where(
            Membership.case_id == case.id,
            Membership.person_id == person.id,
            Membership.removed_at.is_(None),
        )
    )


def leads_of_side(case: Case, side: str) -> list[Membership]:
    """Who leads this side of the case now."""
    return list(
        db.session.scalars(
            sa.select(Membership).where(
                Membership.case_id == case.id,
                Membership.side == side,
                Membership.role == "lead",
                Membership.removed_at.is_(None),
            )
        )
    )
