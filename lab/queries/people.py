"""People and their roles, for administrators: names, addresses and roles, and never a case."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lab.database import db
from lab.models import Person, RoleGrant

A_PAGE = 50


def listed(*, words: str = "", role: str = "", page: int = 1) -> tuple[Sequence[Person], int]:
    """One page of the people whose name or address holds these words, and how many there are in all."""
    query = sa.select(Person).where(Person.removed_at.is_(None))
    if words.strip():
        like = f"%{words.strip().lower().replace('%', '').replace('_', '')}%"
        query = query.where(sa.or_(Person.email.like(like), sa.func.lower(Person.name).like(like)))
    if role:
        holds = sa.select(RoleGrant.id).where(
            RoleGrant.person_id == Person.id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
        )
        query = query.where(holds.exists())
    number = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.options(selectinload(Person.roles))
        .order_by(sa.func.lower(Person.name), Person.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()
    return rows, number


def by_ref(ref: str) -> Person | None:
    """The person with this reference, unless they were removed."""
    return db.session.scalar(
        sa.select(Person)
        .where(Person.ref == ref, Person.removed_at.is_(None))
        .options(selectinload(Person.roles))
    )


def roles_of(person: Person) -> list[str]:
    """The roles somebody holds now."""
    return [row.role for row in person.roles if row.revoked_at is None]
