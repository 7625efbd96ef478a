"""Who is looking: the viewer of a request, from the session of their browser."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached, selectinload
from sqlalchemy.orm.util import identity_key

from lab.database import db, now, values_of
from lab.models import (
    Consultant,
    Engagement,
    Membership,
    Network,
    NetworkMembership,
    Offer,
    Person,
    RoleGrant,
    WebSession,
)
from lab.statements import literally, one_of
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


def names_of(roles: frozenset[str]) -> str:
    """Roles as one text, to see whether they have changed."""
    return " ".join(sorted(roles))


# Every request asks these, so each is made once.


@cache
def _one_session() -> Any:
    return (
        sa.select(
            WebSession.person_id, WebSession.roles, WebSession.last_seen_at, WebSession.ends_at, WebSession.strong_at,
            Person.email, Person.name, Person.locale, Person.time_zone, Person.ties, Person.second_since,
            RoleGrant.role, Membership.case_id, Membership.side, Membership.role,
        )
        .join(Person, Person.id == WebSession.person_id)
        .outerjoin(RoleGrant, sa.and_(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None)))
        .outerjoin(Membership, sa.and_(Membership.person_id == Person.id, Membership.removed_at.is_(None)))
        .where(WebSession.token_hash == sa.bindparam("secret"), Person.removed_at.is_(None))
    )  # fmt: skip


@cache
def _seats() -> Any:
    return sa.select(Membership.case_id, Membership.side, Membership.role).where(
        Membership.person_id == sa.bindparam("person"), Membership.removed_at.is_(None)
    )


@cache
def _work(consults: bool, leads: bool) -> Any:
    """What a consultant and a lead have to do with which cases and networks, as one statement: what it is, and its number."""
    person = sa.bindparam("person", type_=sa.Integer)

    def of(kind: str, number: Any) -> Any:
        return sa.select(literally(kind).label("kind"), number.label("number"))

    parts = []
    if consults:
        their_own = sa.select(Consultant.id).where(Consultant.person_id == person).scalar_subquery()
        parts += [
            of("consultant", Consultant.id).where(Consultant.person_id == person),
            of("engaged", Engagement.case_id).where(
                Engagement.consultant_id == their_own, Engagement.state == literally("active")
            ),
            of("told", Offer.case_id).where(Offer.consultant_id == their_own, one_of(Offer.state, TOLD)),
        ]
    if leads:
        led = sa.select(Network.id).where(Network.lead_id == person)
        parts += [
            of("led", Network.id).where(Network.lead_id == person),
            of("told", NetworkMembership.case_id).where(NetworkMembership.network_id.in_(led)),
        ]
    return sa.union_all(*parts)


class LiveSession(NamedTuple):
    """A session that is in use, and what every request needs of its person: values, and no row of theirs."""

    person_id: int
    made_for: str  # the roles its secret was made for, as `names_of` writes them
    last_seen_at: datetime
    ends_at: datetime
    strong_at: datetime | None
    email: str
    name: str
    locale: str
    time_zone: str
    ties: list[str]
    second_since: datetime | None
    roles: frozenset[str]
    seats: dict[int, Seat]


def session_of(token_hash: str) -> LiveSession | None:
    """The live session with its person and roles, or None: ended, idle too long, too old, person removed."""
    found = values_of(_one_session(), {"secret": token_hash})
    if not found:
        return None
    # A row for each of their roles and each of their seats.
    roles = frozenset(row[-4] for row in found if row[-4])
    seats = {row[-3]: Seat(row[-2], row[-1]) for row in found if row[-3]}
    live = LiveSession._make([*found[0][:-4], roles, seats])
    moment = now()
    if live.last_seen_at + idle_time(live.roles) < moment or live.ends_at < moment:
        return None
    return live


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


def waits_for_second_factor(live: LiveSession, *, required_of_staff: bool) -> bool:
    """Whether this session has shown one factor and still has to show another: who has one, and staff."""
    if live.strong_at is not None:
        return False
    return live.second_since is not None or (required_of_staff and bool(live.roles & STAFF))


def viewer_of(person: Person) -> Viewer:
    """Everything access decisions need to know about this person."""
    seats = {case_id: Seat(side, role) for case_id, side, role in values_of(_seats(), {"person": person.id})}
    return _viewer(person.id, person, roles_of(person), seats)


def viewer_in(live: LiveSession) -> Viewer:
    """The same about whom a session belongs to."""
    return _viewer(live.person_id, live, live.roles, live.seats)


def _viewer(
    person_id: int, told: Person | LiveSession, roles: frozenset[str], seats: dict[int, Seat]
) -> Viewer:
    consults, leads = "consultant" in roles, "network_lead" in roles
    numbers: dict[str, set[int]] = defaultdict(set)
    if consults or leads:
        for kind, number in values_of(_work(consults, leads), {"person": person_id}):
            numbers[kind].add(number)
    return Viewer(
        person_id=person_id,
        email=told.email,
        name=told.name,
        locale=told.locale,
        time_zone=told.time_zone,
        roles=roles,
        seats=seats,
        consultant_id=next(iter(numbers["consultant"]), None),
        engaged_case_ids=frozenset(numbers["engaged"]),
        led_network_ids=frozenset(numbers["led"]),
        told_case_ids=frozenset(numbers["told"]),
        ties=tuple(told.ties),
    )


def person_later(person_id: int) -> Person:
    """The row of somebody who is known to be there; it is read when something of it is asked for."""
    known: Person | None = db.session.identity_map.get(identity_key(Person, person_id))
    if known is not None:
        return known
    person = Person(id=person_id)
    make_transient_to_detached(person)
    db.session.add(person)
    return person


def person_by_email(email: str) -> Person | None:
    """The person with this address, if there is one."""
    return db.session.scalar(
        sa.select(Person).where(Person.email == email.strip().lower()).options(selectinload(Person.roles))
    )
