"""Offers of a case to a consultant, and the engagement that an acceptance makes."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.columns import Sentences
from lab.database import Base, new_reference, unique_where
from lab.models.cases import Case
from lab.models.supports import Consultant


class Offer(Base):
    """One consultant is asked for one slot of one case. At most one offer a slot may be accepted."""

    __tablename__ = "offers"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultants.id"), index=True)
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendations.id"))
    slot: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(sa.String(16), default="offered", index=True)
    version: Mapped[int] = mapped_column(default=1)
    hours_low: Mapped[int]
    hours_high: Mapped[int]
    hours_month: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # Step 1 as the consultant sees it, without identity, fixed when the offer was sent.
    summary: Mapped[dict[str, Any]]
    why: Mapped[list[str]] = mapped_column(Sentences, default=list)
    fewer_hours_allowed: Mapped[bool] = mapped_column(default=True)
    alternates: Mapped[list[str]] = mapped_column(default=list)  # consultant refs, in order
    next_by_itself: Mapped[bool] = mapped_column(default=False)  # expired or declined: ask the next alternate
    sent_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    sent_at: Mapped[datetime]
    reply_by: Mapped[datetime]
    extended_at: Mapped[datetime | None]
    identity_shown_at: Mapped[datetime | None]  # step 2: the confidentiality tick
    conflict_answer: Mapped[str] = mapped_column(sa.String(10), default="")  # none, possible, yes
    conflict_answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    conflict_cleared_at: Mapped[datetime | None]
    conflict_cleared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    conflict_note: Mapped[str] = mapped_column(sa.Text, default="")
    clock_stopped_at: Mapped[datetime | None]  # a possible conflict is with the director
    counter: Mapped[dict[str, Any] | None]  # hours_month, hours, starts_on, note
    # What the consultant asked the director: text, asked_at, answer, answered_at.
    questions: Mapped[list[Any]] = mapped_column(default=list)
    decline_reason: Mapped[str] = mapped_column(sa.String(30), default="")
    decline_note: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship()
    consultant: Mapped[Consultant] = relationship()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        unique_where("uq_offers_taken", "case_id", "slot", where="state IN ('accepted','active')"),
    )


class Engagement(Base):
    """Accepted paid work: hours a month over a time, counted against the consultant's capacity."""

    __tablename__ = "engagements"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offers.id"), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultants.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(16), default="active")
    hours_low: Mapped[int]
    hours_high: Mapped[int]
    hours_month: Mapped[int]
    rate_cents: Mapped[int] = mapped_column(default=32500)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship()
    consultant: Mapped[Consultant] = relationship()
    offer: Mapped[Offer] = relationship()
