"""People and their roles."""

from __future__ import annotations

import sqlalchemy as sa

from lab.database import db, now, transaction
from lab.history import record
from lab.models import Person, RoleGrant

ROLES = ("director", "administrator", "consultant", "network_lead")


def welcome(
    email: str, *, name: str = "", locale: str = "en", time_zone: str = "America/Los_Angeles"
) -> Person:
    """The person with this address, made if there is none yet."""
    email = email.strip().lower()
    with transaction():
        person = db.session.scalar(sa.select(Person).where(Person.email == email))
        if person is None:
            person = Person(email=email, name=name, locale=locale, time_zone=time_zone, created_at=now())
            db.session.add(person)
            db.session.flush()
        elif name and not person.name:
            person.name = name
    return person


def grant(person_id: int, role: str, *, by: Person | None) -> None:
    """Give a role; giving it twice changes nothing. Raises ValueError for a role that does not exist."""
    if role not in ROLES:
        raise ValueError(f"There is no role {role!r}; the roles are {', '.join(ROLES)}.")
    with transaction():
        live = sa.select(RoleGrant).where(
            RoleGrant.person_id == person_id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
        )
        if db.session.scalar(live) is None:
            db.session.add(RoleGrant(person_id=person_id, role=role, granted_at=now()))
            record("role_granted", about=f"person {person_id}", by=by, details={"role": role})


def set_locale(person_id: int, locale: str) -> None:
    """Keep the language a person reads in."""
    with transaction():
        db.session.get_one(Person, person_id).locale = locale


def set_name(person_id: int, name: str) -> None:
    """Keep how a person is called."""
    with transaction():
        db.session.get_one(Person, person_id).name = name.strip()
