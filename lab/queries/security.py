"""How somebody signs in: their passkeys, their app, the recovery codes that are left, their sessions."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab.database import db, now
from lab.models import CodeApp, KeptForm, OrganizationAccount, Passkey, RecoveryCode, WebSession
from lab.queries.viewers import idle_time, roles_of

FRESH = timedelta(minutes=5)


def shown_lately(token_hash: str) -> bool:
    """Whether who sits at this session showed within five minutes who they are: by a second factor, if they have one."""
    row = db.session.scalar(sa.select(WebSession).where(WebSession.token_hash == token_hash))
    if row is None:
        return False
    shown = row.strong_at if row.person.second_since is not None else row.fresh_at
    return shown is not None and now() - shown <= FRESH


def passkeys_of(person_id: int) -> list[Passkey]:
    """The passkeys of this person, the oldest first."""
    return list(
        db.session.scalars(sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id))
    )


def passkey(ref: str, *, person_id: int) -> Passkey | None:
    """This passkey, if it is this person's."""
    return db.session.scalar(sa.select(Passkey).where(Passkey.ref == ref, Passkey.person_id == person_id))


def app_of(person_id: int, *, confirmed: bool = True) -> CodeApp | None:
    """The app this person takes codes from; or the one that is being set up."""
    row = db.session.scalar(sa.select(CodeApp).where(CodeApp.person_id == person_id))
    return row if row is not None and (row.confirmed_at is not None) == confirmed else None


def recovery_codes_left(person_id: int) -> int:
    """How many recovery codes are not used yet."""
    statement = sa.select(sa.func.count(RecoveryCode.id)).where(
        RecoveryCode.person_id == person_id, RecoveryCode.spent_at.is_(None)
    )
    return db.session.scalar(statement) or 0


def sessions_of(person_id: int) -> list[WebSession]:
    """The sessions of this person that are alive and have shown what they must, the latest used first."""
    moment = now()
    rows = db.session.scalars(
        sa.select(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ends_at >= moment)
        .order_by(WebSession.last_seen_at.desc())
    ).all()
    whole = [row for row in rows if row.strong_at is not None or row.person.second_since is None]
    return [row for row in whole if row.last_seen_at + idle_time(roles_of(row.person)) >= moment]


def account_of(person_id: int, *, issuer: str) -> OrganizationAccount | None:
    """By which account somebody signs in with their organization."""
    return db.session.scalar(
        sa.select(OrganizationAccount).where(
            OrganizationAccount.person_id == person_id, OrganizationAccount.issuer == issuer
        )
    )


def kept_form(ref: str) -> KeptForm | None:
    """A form that was kept while a session ran out."""
    return db.session.scalar(sa.select(KeptForm).where(KeptForm.ref == ref))
