"""Runs over the whole portfolio: what each was made from, what it came to, and what was sent from it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.columns import Sentences
from lab.database import Base, new_reference
from lab.models.cases import Case
from lab.models.people import Person


class PortfolioRun(Base):
    """One look at all open cases and all free hours at once, kept as it was."""

    __tablename__ = "portfolio_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    state: Mapped[str] = mapped_column(sa.String(12), default="queued", index=True)  # running, done, failed
    as_of: Mapped[date]
    policy: Mapped[str] = mapped_column(sa.String(40))
    code: Mapped[str] = mapped_column(sa.String(40), default="")
    # The consultants with their free hours, the wishes (locked, banned, minimums), who declined, the policy itself.
    inputs: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None]
    problems: Mapped[list[str]] = mapped_column(Sentences, default=list)  # why it failed
    # What went out from it: one entry for each time, with offers and with who was left out and why.
    releases: Mapped[list[Any]] = mapped_column(default=list)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    made_by: Mapped[Person] = relationship()


class PortfolioCase(Base):
    """One case of a run: the fingerprint of what its recommendation was made from, and that recommendation."""

    __tablename__ = "portfolio_cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("portfolio_runs.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    place: Mapped[int]  # where it stood in the queue
    state: Mapped[str] = mapped_column(sa.String(20))  # where the case stood when the run was asked for
    inputs_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    # Who could do it, with scores and closed gates; none until it is computed.
    match: Mapped[dict[str, Any] | None]
    case: Mapped[Case] = relationship()
    __table_args__ = (sa.UniqueConstraint("run_id", "case_id"),)
