"""People, their roles, and how they sign in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base, new_reference, unique_where


class Person(Base):
    """Somebody with a confirmed address."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    locale: Mapped[str] = mapped_column(sa.String(8), default="en")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="America/Los_Angeles")
    ties: Mapped[list[str]] = mapped_column(default=list)  # organizations a director must not decide on
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    roles: Mapped[list[RoleGrant]] = relationship(back_populates="person")


class RoleGrant(Base):
    """One role that one person holds or held: director, administrator, consultant or network_lead."""

    __tablename__ = "role_grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="roles")
    __table_args__ = (unique_where("uq_role_grants_live", "person_id", "role", where="revoked_at IS NULL"),)


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


class WebSession(Base):
    """One signed-in browser; deleting the row signs it out within one request."""

    __tablename__ = "web_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class Invitation(Base):
    """An address that was asked to join a case on one side; accepted only by that address, signed in."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    side: Mapped[str] = mapped_column(sa.String(12))
    seat: Mapped[str] = mapped_column(sa.String(40), default="")
    state: Mapped[str] = mapped_column(sa.String(12), default="invited")
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
