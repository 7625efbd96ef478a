"""Who is looking: the viewer of a request, from the session of their browser."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lab.database import db, now
from lab.models import (
    Consultant,
    Engagement,
    Membership,
    Network,
    NetworkMembership,
    Offer,
    Person,
    WebSession,
)
from lab.viewer import Seat, Viewer

IDLE = {"staff": timedelta(minutes=15), "others": timedelta(minutes=30)}
ABSOLUTE = timedelta(hours=12)
STAFF = frozenset({"director", "administrator"})
# While an offer stands so, its consultant may be told of the case.
TOLD = ("offered", "countered", "accepted", "active")


def idle_time(roles: frozenset[str]) -> timedelta:
    """How long a session lasts without a request: shorter for staff, who can open every case."""
    return IDLE["staff" if roles & STAFF else "others"]


def roles_of(person: Person) -> frozenset[str]:
    """The roles this person holds now."""
    return frozenset(grant.role for grant in person.roles if grant.revoked_at is None)


def names_of_roles(person: Person) -> str:
    """The same as one text, to see whether they have changed."""
    return " ".join(sorted(roles_of(person)))


# Every request asks these, so each is made once.


@cache
def _one_session() -> Any:
    return (
        sa.select(WebSession)
        .where(WebSession.token_hash == sa.bindparam("secret"))
        .options(joinedload(WebSession.person).joinedload(Person.roles))
    )


@cache
def _places(consults: bool, leads: bool) -> Any:
    """What a person has to do with which cases and networks, as one statement: what it is, its number, side and role."""
    person, none = sa.bindparam("person", type_=sa.Integer), sa.literal("")

    def of(kind: str, number: Any, side: Any = none, role: Any = none) -> Any:
        return sa.select(
            sa.literal(kind).label("kind"), number.label("number"), side.label("side"), role.label("role")
        )

    parts = [
        of("seat", Membership.case_id, Membership.side, Membership.role).where(
            Membership.person_id == person, Membership.removed_at.is_(None)
        )
    ]
    if consults:
        their_own = sa.select(Consultant.id).where(Consultant.person_id == person).scalar_subquery()
        parts += [
            of("consultant", Consultant.id).where(Consultant.person_id == person),
            of("engaged", Engagement.case_id).where(
                Engagement.consultant_id == their_own, Engagement.state == "active"
            ),
            of("told", Offer.case_id).where(Offer.consultant_id == their_own, Offer.state.in_(TOLD)),
        ]
    if leads:
        led = sa.select(Network.id).where(Network.lead_id == person)
        parts += [
            of("led", Network.id).where(Network.lead_id == person),
            of("told", NetworkMembership.case_id).where(NetworkMembership.network_id.in_(led)),
        ]
    return sa.union_all(*parts)


def session_of(token_hash: str) -> WebSession | None:
    """The live session with its person and roles, or None: ended, idle too long, too old, person removed."""
    found = db.session.scalars(_one_session(), {"secret": token_hash}).unique()
    row: WebSession | None = found.one_or_none()
    if row is None or row.person.removed_at is not None:
        return None
    idle = idle_time(roles_of(row.person))
    moment = now()
    if row.last_seen_at + idle < moment or row.ends_at < moment:
        return None
    return row


def ended_session_of(token_hash: str) -> WebSession | None:
    """A session that has run out or got a new secret, but not longer than a day ago: what was typed in it is still somebody's."""
    row = db.session.scalar(
        sa.select(WebSession).where(
            sa.or_(WebSession.token_hash == token_hash, WebSession.previous_hash == token_hash)
        )
    )
    if row is None or row.person.removed_at is not None or row.last_seen_at + timedelta(days=1) < now():
        return None
    return row


def waits_for_second_factor(row: WebSession, *, required_of_staff: bool) -> bool:
    """Whether this session has shown one factor and still has to show another: who has one, and staff."""
    if row.strong_at is not None:
        return False
    person = row.person
    return person.second_since is not None or (required_of_staff and bool(roles_of(person) & STAFF))


def viewer_of(person: Person) -> Viewer:
    """Everything access decisions need to know about this person, in one query beside their roles."""
    roles = roles_of(person)
    places = _places("consultant" in roles, "network_lead" in roles)
    seats: dict[int, Seat] = {}
    numbers: dict[str, set[int]] = defaultdict(set)
    for kind, number, side, role in db.session.execute(places, {"person": person.id}):
        if kind == "seat":
            seats[number] = Seat(side, role)
        else:
            numbers[kind].add(number)
    return Viewer(
        person_id=person.id,
        email=person.email,
        name=person.name,
        locale=person.locale,
        time_zone=person.time_zone,
        roles=roles,
        seats=seats,
        consultant_id=next(iter(numbers["consultant"]), None),
        engaged_case_ids=frozenset(numbers["engaged"]),
        led_network_ids=frozenset(numbers["led"]),
        told_case_ids=frozenset(numbers["told"]),
        ties=tuple(person.ties),
    )


def person_by_email(email: str) -> Person | None:
    """The person with this address, if there is one."""
    return db.session.scalar(
        sa.select(Person).where(Person.email == email.strip().lower()).options(selectinload(Person.roles))
    )
