"""What matching proposed for a case on a day, and what a director decided."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.columns import Sentences
from lab.database import Base, new_reference
from lab.models.cases import Case
from lab.models.people import Person


class Recommendation(Base):
    """One run of the matching for one case, with its inputs, policy version and reasons of that day."""

    __tablename__ = "recommendations"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(
        sa.String(12), default="computed"
    )  # approved, rejected, stale, fulfilled
    version: Mapped[int] = mapped_column(default=1)
    computed_at: Mapped[datetime]
    policy: Mapped[str] = mapped_column(sa.String(40))
    code: Mapped[str] = mapped_column(sa.String(40), default="")
    inputs_hash: Mapped[str] = mapped_column(sa.String(64))
    # The application, consultants and supports as they were read, in the exchange format.
    inputs: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    stale_because: Mapped[list[str]] = mapped_column(Sentences, default=list)
    case: Mapped[Case] = relationship()
    __mapper_args__ = {"version_id_col": version}


class Decision(Base):
    """A director's decision on a case, with the reason where it differs from what was recommended."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    recommendation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recommendations.id"))
    decision: Mapped[str] = mapped_column(sa.String(30))
    tiers: Mapped[list[str]] = mapped_column(default=list)
    networks: Mapped[list[str]] = mapped_column(default=list)
    convenings: Mapped[list[str]] = mapped_column(default=list)
    consultant_ref: Mapped[str] = mapped_column(
        sa.String(80), default=""
    )  # who was chosen, if hours are proposed
    reason_code: Mapped[str] = mapped_column(
        sa.String(40), default=""
    )  # why it differs from the recommendation
    note: Mapped[str] = mapped_column(sa.Text, default="")  # the program's own, never shown to the applicant
    words_to_applicant: Mapped[str] = mapped_column(sa.Text, default="")
    referrals: Mapped[list[Any]] = mapped_column(default=list)
    cleared_looks: Mapped[list[Any]] = mapped_column(default=list)
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    decided_at: Mapped[datetime]
    appeal: Mapped[str] = mapped_column(sa.Text, default="")  # why the client asks for a second look
    appealed_at: Mapped[datetime | None]
    appealed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])
    case: Mapped[Case] = relationship()
    recommendation: Mapped[Recommendation | None] = relationship()
