"""Who is told of a deed: the directors, the leads of a case."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from lab.access import has_tie
from lab.database import db
from lab.models import Case, Membership, Person, RoleGrant
from lab.viewer import Viewer


def directors(case: Case | None = None) -> list[Person]:
    """Everybody who is a director now; with a case those without a declared tie to its organization."""
    people = db.session.scalars(
        sa.select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == "director", RoleGrant.revoked_at.is_(None), Person.removed_at.is_(None))
        .order_by(Person.id)
    ).all()
    return [one for one in people if case is None or not has_tie(Viewer(ties=tuple(one.ties)), case)]


def director_of(case: Case) -> list[Person]:
    """The director of the case; all of them while nobody has taken it."""
    return [case.director] if case.director is not None else directors(case)


def leads_of(case: Case, *, side: str = "") -> Sequence[Person]:
    """The leads of a case, of one side or of both."""
    query = (
        sa.select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.case_id == case.id, Membership.role == "lead", Membership.removed_at.is_(None))
        .order_by(Person.id)
    )
    return db.session.scalars(query.where(Membership.side == side) if side else query).all()
