"""People and their roles."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from flask import current_app

from lab import notices
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotNow
from lab.history import record
from lab.models import Consultant, Network, Person, RoleGrant, WebSession

ROLES = ("director", "administrator", "consultant", "network_lead")
# Who holds one of these reads or opens everything, so that nobody gives them alone.
BY_TWO = frozenset({"director", "administrator"})


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
            record("person_made", about=f"person {person.id}", by=None)
        elif name and not person.name:
            set_name(person.id, name)
    return person


def alone_may_give(role: str) -> bool:
    """Whether one administrator may give this role; in a demo every one of them."""
    return role not in BY_TWO or current_app.config["SETTINGS"].demo


def grant(person_id: int, role: str, *, by: Person | None, agreed_by: Person | None = None) -> None:
    """Give a role; giving it twice changes nothing. The command line gives (`by=None`) what it was told to.

    Raises `NotAllowed` where two people must agree, ValueError for a role that does not exist.
    """
    if by is not None and not alone_may_give(role) and (agreed_by is None or agreed_by.id == by.id):
        raise NotAllowed("A second person must agree to this role.")
    if role not in ROLES:
        raise ValueError(f"There is no role {role!r}; the roles are {', '.join(ROLES)}.")
    with transaction():
        live = sa.select(RoleGrant).where(
            RoleGrant.person_id == person_id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
        )
        if db.session.scalar(live) is None:
            db.session.add(RoleGrant(person_id=person_id, role=role, granted_at=now()))
            details = {"role": role, **({"agreed_by": agreed_by.id} if agreed_by else {})}
            record("role_granted", about=f"person {person_id}", by=by, details=details)


def set_locale(person_id: int, locale: str) -> None:
    """Keep the language a person reads in."""
    with transaction():
        person = db.session.get_one(Person, person_id)
        if person.locale != locale:
            person.locale = locale
            record("language_chosen", about=f"person {person_id}", by=person, details={"locale": locale})


def set_name(person_id: int, name: str) -> None:
    """Keep how a person is called."""
    with transaction():
        person = db.session.get_one(Person, person_id)
        if person.name != name.strip():
            person.name = name.strip()
            record("name_changed", about=f"person {person_id}", by=person)


def add(email: str, *, name: str, roles: Iterable[str], by: Person) -> Person:
    """Add somebody with these roles; a known address gets the roles too, a removed one comes back.

    They are told by a neutral mail where to sign in. Raises `BadInput` for an address that is none.
    """
    email = email.strip().lower()
    if "@" not in email.strip("@"):
        raise BadInput("Type a whole address, like name@example.org.")
    with transaction():
        person = welcome(email, name=name.strip())
        person.removed_at = None
        for role in roles:
            grant(person.id, role, by=by)
        record("person_added", about=f"person {person.id}", by=by)
        notices.queue("welcome", about=f"welcome {person.ref} {now():%Y-%m-%d}", to=person, path="/sign-in")
    return person


def revoke(person_id: int, role: str, *, by: Person) -> None:
    """Take a role away, from the person's next request on; taking it twice changes nothing.

    Who is no consultant any more is not proposed, who is no lead leads no network. Raises `NotNow`
    for the last administrator.
    """
    with transaction():
        live = db.session.scalars(
            sa.select(RoleGrant)
            .where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
            .order_by(RoleGrant.id)
            .with_for_update()
        ).all()
        mine = next((row for row in live if row.person_id == person_id), None)
        if mine is None:
            return
        if role == "administrator" and len(live) == 1:
            raise NotNow("This is the last administrator. Give somebody else the role first.")
        mine.revoked_at = now()
        _let_go(person_id, role)
        record("role_revoked", about=f"person {person_id}", by=by, details={"role": role})


def remove(person_id: int, *, by: Person) -> None:
    """End somebody's access: every role and every session, from the next request on.

    What they did stays in the history. Removing twice changes nothing. Raises `NotNow` for oneself
    and for the last administrator.
    """
    if person_id == by.id:
        raise NotNow("You cannot remove yourself. Ask another administrator.")
    with transaction():
        person: Person = lock(Person, person_id)
        if person.removed_at is not None:
            return
        for role in ROLES:
            revoke(person_id, role, by=by)
        person.removed_at = now()
        db.session.execute(sa.delete(WebSession).where(WebSession.person_id == person_id))
        record("person_removed", about=f"person {person_id}", by=by)


def _let_go(person_id: int, role: str) -> None:
    if role == "consultant":
        for row in db.session.scalars(sa.select(Consultant).where(Consultant.person_id == person_id)):
            row.paused_at = row.paused_at or now()
    if role == "network_lead":
        for network in db.session.scalars(sa.select(Network).where(Network.lead_id == person_id)):
            network.lead_id = None
