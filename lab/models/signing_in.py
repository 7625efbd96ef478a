"""How people sign in: mailed links, second factors, attempts, and what was typed in a session that ended."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lab.database import Base, new_reference


class SignInToken(Base):
    """A single-use way in: a mailed link and a typed code, of which only hashes are kept."""

    __tablename__ = "sign_in_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    browser_hash: Mapped[str] = mapped_column(sa.String(64))
    next_path: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class SignInAttempt(Base):
    """That somebody tried something; whom and from where only as keyed hashes, for a day."""

    __tablename__ = "sign_in_attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    who_hash: Mapped[str] = mapped_column(sa.String(64))
    network_hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (sa.Index("ix_sign_in_attempts_network", "network_hash", "at"),)


class Passkey(Base):
    """A key on somebody's device, of which we hold the public half."""

    __tablename__ = "passkeys"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    name: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class CodeApp(Base):
    """An app that shows six digits every half minute; `sealed` is what it shares with us, encrypted."""

    __tablename__ = "code_apps"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    sealed: Mapped[str] = mapped_column(sa.Text)
    last_counter: Mapped[int] = mapped_column(
        sa.BigInteger, default=0
    )  # digits of this half minute are spent
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes for the day a device is lost; kept as a slow hash, used once."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    salt: Mapped[str] = mapped_column(sa.String(32))  # one for the ten, so that checking hashes once
    code_hash: Mapped[str] = mapped_column(sa.String(128))
    created_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class KeptForm(Base):
    """What somebody typed while their session ran out, encrypted, for half an hour and for them alone."""

    __tablename__ = "kept_forms"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    sealed: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(index=True)
