"""What the program can give: consultants, networks, convenings."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base, new_reference, unique_where
from lab.models.cases import Case
from lab.models.people import Person


class Consultant(Base):
    """A consultant's profile, in the exchange format, with what capacity is counted by beside it."""

    __tablename__ = "consultants"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(80), unique=True, default=new_reference)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    profile: Mapped[dict[str, Any]]
    capacity_hours_month: Mapped[int]  # what they give the program in all, before engagements
    available_from: Mapped[date]
    # Hours of the weeks ahead that differ from the month's share, by their Monday.
    week_hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    paused_at: Mapped[datetime | None]
    last_offered_on: Mapped[date | None]
    reviewed_at: Mapped[datetime | None]  # when the consultant last told or confirmed their availability
    version: Mapped[int] = mapped_column(default=1)
    person: Mapped[Person] = relationship()
    __mapper_args__ = {"version_id_col": version}


class Network(Base):
    """A peer network (by stage) or a regional network (by county), in the exchange format."""

    __tablename__ = "networks"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(12))  # peer or regional
    line: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(200))
    side: Mapped[str] = mapped_column(sa.String(12))
    status: Mapped[str] = mapped_column(sa.String(12))
    capacity: Mapped[int | None]
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    profile: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    lead: Mapped[Person | None] = relationship()
    __mapper_args__ = {"version_id_col": version}


class NetworkMembership(Base):
    """A case's place in a network, from the wish to join until it leaves."""

    __tablename__ = "network_memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    network_id: Mapped[int] = mapped_column(sa.ForeignKey("networks.id"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(sa.String(12), default="requested")
    message: Mapped[str] = mapped_column(sa.Text, default="")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    requested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    version: Mapped[int] = mapped_column(default=1)
    network: Mapped[Network] = relationship()
    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        unique_where(
            "uq_network_memberships_live",
            "network_id",
            "case_id",
            where="state NOT IN ('left','refused','removed')",
        ),
    )


class Convening(Base):
    """An event with an audience and dates, in the exchange format."""

    __tablename__ = "convenings"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(80), unique=True)
    line: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    profile: Mapped[dict[str, Any]]


class ConveningInterest(Base):
    """A case said it would like to come."""

    __tablename__ = "convening_interests"
    id: Mapped[int] = mapped_column(primary_key=True)
    convening_id: Mapped[int] = mapped_column(sa.ForeignKey("convenings.id"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    people_count: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    convening: Mapped[Convening] = relationship()
    __table_args__ = (
        unique_where("uq_convening_interests_live", "convening_id", "case_id", where="cancelled_at IS NULL"),
    )
