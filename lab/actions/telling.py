"""Who is told of a deed: the directors, the leads of a case."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from lab.database import db
from lab.models import Case, Membership, Person, RoleGrant


def directors() -> Sequence[Person]:
    """Everybody who is a director now."""
    return db.session.scalars(
        sa.select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == "director", RoleGrant.revoked_at.is_(None), Person.removed_at.is_(None))
        .order_by(Person.id)
    ).all()


def director_of(case: Case) -> Sequence[Person]:
    """The director of the case; all of them while nobody has taken it."""
    return [case.director] if case.director is not None else directors()


def leads_of(case: Case, *, side: str = "") -> Sequence[Person]:
    """The leads of a case, of one side or of both."""
    query = (
        sa.select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.case_id == case.id, Membership.role == "lead", Membership.removed_at.is_(None))
        .order_by(Person.id)
    )
    return db.session.scalars(query.where(Membership.side == side) if side else query).all()
