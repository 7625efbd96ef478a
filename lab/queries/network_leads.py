"""Who could lead a network: whoever has the role, and stands on no side of its members."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from lab.database import db
from lab.models import Case, Network, Person, RoleGrant
from lab.queries.network_conflicts import leads_in_conflict

ROLE = "network_lead"


def possible_leads() -> list[tuple[str, str]]:
    """Everybody who has the role of a network lead now, by reference and name."""
    people = db.session.scalars(sa.select(Person).where(_may_lead()).order_by(Person.name, Person.id))
    return [(person.ref, person.name or person.email) for person in people]


def possible_lead(ref: str) -> Person | None:
    """The one with this reference among them."""
    return db.session.scalar(sa.select(Person).where(Person.ref == ref, _may_lead()))


def too_close(network: Network, cases: Iterable[Case]) -> bool:
    """Whether the conflict check keeps the lead of this network apart from one of these cases."""
    return any(leads_in_conflict(case, [network]) for case in cases if case.document is not None)


def _may_lead() -> sa.ColumnElement[bool]:
    holds = sa.select(RoleGrant.id).where(
        RoleGrant.person_id == Person.id, RoleGrant.role == ROLE, RoleGrant.revoked_at.is_(None)
    )
    return sa.and_(Person.removed_at.is_(None), holds.exists())
