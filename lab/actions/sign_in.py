"""Signing in: single-use links and codes."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from lab import notices
from lab.actions.sessions import digest, open_session
from lab.actions.throttle import one_at_a_time
from lab.database import REFERENCE_ALPHABET, changed, db, now, transaction
from lab.errors import BadInput
from lab.models import Person, SignInToken

TOKEN_LIFE = timedelta(minutes=10)
KEPT_FOR = timedelta(days=1)
LINKS_IN_A_QUARTER_HOUR = 3
CODE_LENGTH = 8
ATTEMPTS = 5


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the secret for the browser, the person, and where they wanted to go."""

    secret: str
    person: Person
    next_path: str


def ask(email: str, *, browser: str, next_path: str = "") -> None:
    """Mail a link and a code to this address; a new one ends the ones before.

    The fourth wish within a quarter of an hour sends nothing, and the page says the same as ever.
    """
    email = email.strip().lower()
    with transaction():
        one_at_a_time(f"links to {email}")
        moment = now()
        recent = db.session.scalar(
            sa.select(sa.func.count()).select_from(SignInToken).where(
                SignInToken.email == email, SignInToken.created_at > moment - timedelta(minutes=15)
            )
        )  # fmt: skip
        if (recent or 0) >= LINKS_IN_A_QUARTER_HOUR:
            return
        db.session.execute(
            sa.update(SignInToken)
            .where(SignInToken.email == email, SignInToken.spent_at.is_(None))
            .values(spent_at=moment)
        )
        token = secrets.token_urlsafe(32)
        code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(CODE_LENGTH))
        db.session.add(
            SignInToken(
                email=email, token_hash=digest(token), code_hash=digest(code), browser_hash=digest(browser),
                next_path=next_path, created_at=moment, expires_at=moment + TOKEN_LIFE,
            )
        )  # fmt: skip
        person = db.session.scalar(sa.select(Person).where(Person.email == email))
        notices.queue(
            "sign-in",
            about=f"sign-in {digest(token)[:32]}",
            to=person or email,
            path=f"/sign-in/{token}",
            secret={"code": code},
        )


def spend_link(token: str, *, browser: str, agent: str = "") -> SignedIn:
    """Sign in with a link in the browser that asked for it. Raises `BadInput` if it is used, old or foreign."""
    with transaction():
        row = db.session.scalar(sa.select(SignInToken).where(SignInToken.token_hash == digest(token)))
        if row is None or not hmac.compare_digest(row.browser_hash, digest(browser)):
            raise BadInput(
                "This link works only in the browser that asked for it. Ask for a new one, or type the code."
            )
        return _spend(row, agent)


def spend_code(email: str, code: str, *, agent: str = "") -> SignedIn:
    """Sign in with the typed code. Five wrong ones end it. Raises `BadInput`."""
    email, code = email.strip().lower(), code.strip().upper().replace(" ", "").replace("-", "")
    wrong = BadInput(
        "This code does not fit, or it is older than ten minutes. Check it, or ask for a new one."
    )
    with transaction():
        # The attempt is counted before the code is looked at, in one conditional change.
        live = (
            SignInToken.email == email, SignInToken.spent_at.is_(None),
            SignInToken.expires_at > now(), SignInToken.attempts < ATTEMPTS,
        )  # fmt: skip
        counted = db.session.execute(
            sa.update(SignInToken)
            .where(*live)
            .values(attempts=SignInToken.attempts + 1)
            .returning(SignInToken.id)
        )
        ident = counted.scalar()
        row = db.session.get(SignInToken, ident) if ident is not None else None
        if row is not None and hmac.compare_digest(row.code_hash, digest(code)):
            return _spend(row, agent)
    raise wrong


def _spend(row: SignInToken, agent: str) -> SignedIn:
    moment = now()
    spent = changed(
        sa.update(SignInToken)
        .where(SignInToken.id == row.id, SignInToken.spent_at.is_(None), SignInToken.expires_at > moment)
        .values(spent_at=moment)
    )
    if spent != 1:
        raise BadInput("This was used already, or it is older than ten minutes. Ask for a new one.")
    person = db.session.scalar(sa.select(Person).where(Person.email == row.email))
    if person is None:
        person = Person(email=row.email, created_at=moment)
        db.session.add(person)
        db.session.flush()
    if person.removed_at is not None:
        raise BadInput("This address can no longer sign in here. Write to the program if that is a mistake.")
    return SignedIn(open_session(person, agent=agent), person, row.next_path)


def sign_in_as(person_id: int, *, agent: str = "") -> SignedIn:
    """Open a session past every factor: for the demo's one-click page and for tests only."""
    with transaction():
        person = db.session.get_one(Person, person_id)
        return SignedIn(open_session(person, agent=agent, strong=True), person, "")


def forget_old() -> None:
    """Delete links and codes that nobody can use any more."""
    with transaction():
        db.session.execute(sa.delete(SignInToken).where(SignInToken.created_at < now() - KEPT_FOR))
