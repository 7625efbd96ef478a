"""People, their roles, and how they sign in."""

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
    second_since: Mapped[datetime | None]  # since when signing in asks for a second factor of theirs
    roles: Mapped[list["RoleGrant"]] = relationship(back_populates="person")


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
