"""What came of matches: outcomes that people told, shortlists as they were shown, proposals for weights, reasons."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base, new_reference
from lab.models.offers import Engagement
from lab.models.people import Person


class Outcome(Base):
    """What one side says about an engagement at one moment: three answers, no free text. Kept once told."""

    __tablename__ = "outcomes"
    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(sa.ForeignKey("engagements.id"), index=True)
    moment: Mapped[str] = mapped_column(sa.String(12))  # day_30, close, month_6
    side: Mapped[str] = mapped_column(sa.String(12))  # management, union or consultant
    goal: Mapped[str] = mapped_column(sa.String(12))
    trust: Mapped[str] = mapped_column(sa.String(12))
    recommend: Mapped[str] = mapped_column(sa.String(12))
    told_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    told_at: Mapped[datetime]
    engagement: Mapped[Engagement] = relationship()
    __table_args__ = (sa.UniqueConstraint("engagement_id", "moment", "side"),)


class Shortlist(Base):
    """Who could be chosen when a decision was made or an offer was sent, in which order, and who was.

    One row for each, so that what the order itself did to the choice can be corrected for later.
    `candidates` holds for each: ref, rank, score, group, shown (a column of the first table) and by
    criterion the share and the points it could bring.
    """

    __tablename__ = "shortlists"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendations.id"))
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"), unique=True)
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offers.id"), unique=True)
    policy: Mapped[str] = mapped_column(sa.String(40))
    chosen_ref: Mapped[str] = mapped_column(sa.String(80), default="")
    chosen_rank: Mapped[int | None]
    by_itself: Mapped[bool] = mapped_column(default=False)  # an alternate was asked without a person choosing
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime]


class WeightProposal(Base):
    """Other weights that past cases speak for, with how sure that is. It changes nothing by itself."""

    __tablename__ = "weight_proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    about: Mapped[str] = mapped_column(sa.String(12))  # outcome or acceptance
    state: Mapped[str] = mapped_column(sa.String(12), default="waiting")  # waiting, made, too_few
    quarter: Mapped[str] = mapped_column(sa.String(8))  # as 2026-Q4
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))  # None: the calendar
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    policy: Mapped[str] = mapped_column(sa.String(40))
    weights_before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    intervals: Mapped[dict[str, Any]] = mapped_column(default=dict)  # criterion -> from, to
    cases: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    organizations: Mapped[int] = mapped_column(default=0)
    # Brier score with from and to, of the policy's weights beside it, and the slope and shift of the calibration.
    accuracy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # On past shortlists: how many, how often somebody else would have come first, choices met before and after.
    effect: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_by: Mapped[Person | None] = relationship()


class RateReason(Base):
    """Why a group's rate is under four fifths of the highest: a director's words, kept with name and day."""

    __tablename__ = "rate_reasons"
    id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(sa.String(12))  # accepted, hours, first_choice
    split: Mapped[str] = mapped_column(sa.String(12))  # sector, size, region
    code: Mapped[str] = mapped_column(sa.String(40))
    yes: Mapped[int]  # the counts on that day
    of: Mapped[int]
    highest: Mapped[float]
    text: Mapped[str] = mapped_column(sa.Text)
    told_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    told_at: Mapped[datetime]
    told_by: Mapped[Person] = relationship()
    __table_args__ = (sa.Index("ix_rate_reasons_group", "measure", "split", "code"),)
