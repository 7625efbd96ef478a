"""What the demo's pages list."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lab.database import db
from lab.errors import NotFound
from lab.models import Case, Membership, OutboxMessage, Person
from lab.row_security import as_the_program


def person(ref: str) -> Person:
    """The person with this reference. Raises `NotFound`."""
    found = db.session.scalar(sa.select(Person).where(Person.ref == ref))
    if found is None:
        raise NotFound("There is nobody with this reference.")
    return found


@as_the_program()
def people_by_role() -> dict[str, list[tuple[Person, str]]]:
    """Everybody, by role, each with the organization they belong to; applicants without a role last."""
    members = db.session.execute(
        sa.select(Membership.person_id, Case.organization)
        .join(Case, Case.id == Membership.case_id)
        .where(Membership.removed_at.is_(None))
        .order_by(Case.id)
    )
    places = {row.person_id: row.organization for row in members}
    groups: dict[str, list[tuple[Person, str]]] = {
        "director": [], "consultant": [], "network_lead": [], "administrator": [], "applicant": [],
    }  # fmt: skip
    for somebody in db.session.scalars(
        sa.select(Person)
        .where(Person.removed_at.is_(None))
        .options(selectinload(Person.roles))
        .order_by(Person.id)
    ):
        roles = [grant.role for grant in somebody.roles if grant.revoked_at is None] or ["applicant"]
        groups[roles[0]].append((somebody, places.get(somebody.id, "")))
    return groups


@as_the_program()
def letters() -> Sequence[OutboxMessage]:
    """The last hundred mails, the newest first."""
    return db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(100)).all()
