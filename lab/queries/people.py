"""People and their roles, for administrators: names, addresses and roles, and never a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lab.database import db
from lab.models import Person, RoleGrant

A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some people by name; `earlier` and `later` are the references that the other pages end before or begin after."""

    people: Sequence[Person]
    number: int  # in all
    earlier: str
    later: str


def listed(*, words: str = "", role: str = "", after: str = "", before: str = "") -> Page:
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
    number = db.session.scalar(query.with_only_columns(sa.func.count())) or 0
    begins, ends = _named(after), _named(before)
    by_name = (sa.func.lower(Person.name), Person.id)
    if begins is not None:
        query = query.where(sa.tuple_(*by_name) > sa.tuple_(sa.func.lower(begins.name), begins.id))
    elif ends is not None:
        query = query.where(sa.tuple_(*by_name) < sa.tuple_(sa.func.lower(ends.name), ends.id))
    backwards = begins is None and ends is not None
    order = [column.desc() for column in by_name] if backwards else list(by_name)
    found = db.session.scalars(
        query.options(selectinload(Person.roles)).order_by(*order).limit(A_PAGE + 1)
    ).all()
    more, people = len(found) > A_PAGE, list(found[:A_PAGE])
    if backwards:
        people.reverse()
    return Page(
        people=people, number=number,
        earlier=people[0].ref if people and (begins is not None or (backwards and more)) else "",
        later=people[-1].ref if people and (backwards or more) else "",
    )  # fmt: skip


def _named(ref: str) -> Person | None:
    return db.session.scalar(sa.select(Person).where(Person.ref == ref)) if ref else None


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
