"""Who is in a case, who was asked to join, and an invitation as its reader sees it."""

from __future__ import annotations

import sqlalchemy as sa

from lab.database import db
from lab.models import Case, Invitation, Membership, Person
from lab.queries.intake import members
from lab.viewer import Viewer

__all__ = ["case_of", "invitation_by_ref", "invitations_for", "inviter_of", "members", "membership"]


def invitations_for(viewer: Viewer, case: Case) -> list[Invitation]:
    """The invitations of the viewer's own side, and those they sent themselves."""
    side = viewer.seats[case.id].side
    return list(
        db.session.scalars(
            sa.select(Invitation)
            .where(
                Invitation.case_id == case.id,
                Invitation.state != "accepted",
                sa.or_(Invitation.side == side, Invitation.invited_by_id == viewer.person_id),
            )
            .order_by(Invitation.created_at, Invitation.id)
        )
    )


def invitation_by_ref(ref: str) -> Invitation | None:
    """The invitation with this reference."""
    return db.session.scalar(sa.select(Invitation).where(Invitation.ref == ref.upper()))


def inviter_of(invitation: Invitation) -> Person:
    """Who sent it."""
    return db.session.get_one(Person, invitation.invited_by_id)


def case_of(invitation: Invitation) -> Case:
    """The case it is about."""
    return db.session.get_one(Case, invitation.case_id)


def membership(ident: int) -> Membership | None:
    """A place in a case that is still held."""
    found = db.session.get(Membership, ident)
    return found if found is not None and found.removed_at is None else None
