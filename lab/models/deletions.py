"""Wishes to delete, and holds that the law may ask for."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base, new_reference, unique_where
from lab.models.cases import Case
from lab.models.people import Person


class Deletion(Base):
    """Somebody asked that a case, or one side of it, be deleted. It outlives what it deletes and holds no content."""

    __tablename__ = "deletions"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    side: Mapped[str] = mapped_column(sa.String(12), default="")  # empty: the whole case
    state: Mapped[str] = mapped_column(sa.String(12), default="requested", index=True)
    version: Mapped[int] = mapped_column(default=1)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))  # None: its time was over
    asked_at: Mapped[datetime]
    code_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    code_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    verified_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # until then it can be undone; earlier it goes only with two signatures
    ended_at: Mapped[datetime | None]
    receipt: Mapped[dict[str, Any]] = mapped_column(default=dict)  # how many rows of what are gone
    case: Mapped[Case] = relationship()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        unique_where("uq_deletions_live", "case_id", "side", where="state IN ('requested','held','queued')"),
    )


class LegalHold(Base):
    """A case is kept whatever its periods say, for a reason, until a director lifts it."""

    __tablename__ = "legal_holds"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    review_on: Mapped[date]
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    set_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    lifted_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship()
    set_by: Mapped[Person] = relationship(foreign_keys=[set_by_id])
    __table_args__ = (unique_where("uq_legal_holds_live", "case_id", where="lifted_at IS NULL"),)
