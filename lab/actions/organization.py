"""Signing in by the account that somebody of the program has with their organization."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab.actions.organization_provider import Proof
from lab.actions.sessions import digest, open_session
from lab.actions.sign_in import SignedIn
from lab.database import db, lock, now, transaction
from lab.errors import BadInput
from lab.history import record
from lab.models import OrganizationAccount, Person, WebSession
from lab.queries.security import FRESH
from lab.queries.viewers import STAFF, roles_of
from lab.said import say


def arrive(proof: Proof, *, next_path: str = "", agent: str = "") -> SignedIn:
    """Open a session for whom the organization vouches; the first time their verified address must be known here.

    A second factor shown there counts as ours. Raises `BadInput` for everybody who does not work here.
    """
    with transaction():
        account = db.session.scalar(
            sa.select(OrganizationAccount).where(
                OrganizationAccount.issuer == proof.issuer, OrganizationAccount.subject == proof.subject
            )
        )
        person = account.person if account is not None else _bound(proof)
        if person.removed_at is not None or not roles_of(person) & STAFF:
            raise _nobody()
        secret = open_session(person, agent=agent, strong=proof.strong)
        # Where it is not told when they showed it, long enough ago that what is hard to take back asks again.
        shown = proof.shown_at or now() - FRESH - timedelta(seconds=1)
        db.session.execute(
            sa.update(WebSession)
            .where(WebSession.token_hash == digest(secret))
            .values(fresh_at=shown, strong_at=shown if proof.strong else None)
        )
        return SignedIn(secret, person, next_path)


def _bound(proof: Proof) -> Person:
    """The person of a verified address, bound to this account for good."""
    known = db.session.scalar(sa.select(Person.id).where(Person.email == proof.email))
    if known is None or not proof.verified:
        raise _nobody()
    person: Person = lock(Person, known)
    taken = sa.select(OrganizationAccount.id).where(
        OrganizationAccount.person_id == person.id, OrganizationAccount.issuer == proof.issuer
    )
    if person.removed_at is not None or not roles_of(person) & STAFF or db.session.scalar(taken) is not None:
        raise _nobody()
    db.session.add(
        OrganizationAccount(
            issuer=proof.issuer, subject=proof.subject, person_id=person.id, bound_at=now()
        )
    )  # fmt: skip
    record("organization_account_bound", about=person.ref, by=person)
    return person


def _nobody() -> BadInput:
    return BadInput(
        say("Your organization's account belongs to nobody who works here. Sign in with a code, or ask an administrator.")
    )  # fmt: skip
