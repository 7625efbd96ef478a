"""Sessions of browsers: opened, renewed, ended. A row that is gone is never brought back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from lab.database import changed, db, now, transaction
from lab.errors import NotNow
from lab.history import record
from lab.models import Person, WebSession
from lab.queries.viewers import ABSOLUTE, names_of, roles_of
from lab.said import say

LONGEST_AGENT = 300


def digest(secret: str) -> str:
    """The only form in which a token, code or session secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(person: Person, *, agent: str = "", strong: bool = False) -> str:
    """Begin a session; gives the secret for the browser. Call it inside `transaction()`."""
    secret, moment = secrets.token_urlsafe(32), now()
    db.session.add(
        WebSession(
            token_hash=digest(secret), person_id=person.id, roles=names_of(roles_of(person)),
            agent=agent[:LONGEST_AGENT], created_at=moment, last_seen_at=moment, ends_at=moment + ABSOLUTE,
            fresh_at=moment, strong_at=moment if strong else None,
        )
    )  # fmt: skip
    record("signed_in", about=person.ref, by=person)
    return secret


def touch(secret: str) -> None:
    """Note that the session is in use."""
    with transaction():
        db.session.execute(
            sa.update(WebSession).where(WebSession.token_hash == digest(secret)).values(last_seen_at=now())
        )


def renew(secret: str, **values: object) -> str | None:
    """Give the session a new secret, and these values with it; None if it has ended meanwhile."""
    fresh = secrets.token_urlsafe(32)
    with transaction():
        renewed = changed(
            sa.update(WebSession)
            .where(WebSession.token_hash == digest(secret))
            .values(token_hash=digest(fresh), previous_hash=digest(secret), **values)
        )
    return fresh if renewed == 1 else None


def renew_for_roles(secret: str, person_id: int) -> str | None:
    """A new secret for a session whose person holds other roles than when it was made."""
    with transaction():
        return renew(
            secret, roles=names_of(roles_of(db.session.get_one(Person, person_id))), last_seen_at=now()
        )


def strengthen(secret: str) -> str:
    """The second factor was shown: the session gets a new secret. Raises `NotNow` if it has ended meanwhile."""
    moment = now()
    fresh = renew(
        secret, strong_at=moment, fresh_at=moment, last_seen_at=moment, wrong_codes=0, challenge="",
        challenge_at=None,
    )  # fmt: skip
    if fresh is None:
        raise NotNow(say("You are signed out here. Sign in again."))
    return fresh


def sign_out(secret: str) -> None:
    """End this browser's session, also when it has just got a new secret that the browser does not know yet."""
    ended = digest(secret)
    with transaction():
        db.session.execute(
            sa.delete(WebSession).where(
                sa.or_(WebSession.token_hash == ended, WebSession.previous_hash == ended)
            )
        )


def sign_out_elsewhere(secret: str, *, by: Person) -> int:
    """End every other session of this person; gives how many there were."""
    person_id = by.id
    with transaction():
        ended = changed(
            sa.delete(WebSession).where(
                WebSession.person_id == person_id, WebSession.token_hash != digest(secret)
            )
        )
        person = db.session.get_one(Person, person_id)
        record("signed_out_elsewhere", about=person.ref, by=person, details={"sessions": ended})
    return ended


def end_all(person_id: int, *, by: Person) -> int:
    """An administrator ends every session of somebody; gives how many there were."""
    with transaction():
        ended = changed(sa.delete(WebSession).where(WebSession.person_id == person_id))
        record("sessions_ended", about=f"person {person_id}", by=by, details={"sessions": ended})
    return ended


def forget_old() -> None:
    """Delete sessions a day after their last possible moment; until then they say whose late text it was."""
    with transaction():
        db.session.execute(sa.delete(WebSession).where(WebSession.ends_at < now() - timedelta(days=1)))
