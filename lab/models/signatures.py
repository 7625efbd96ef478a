"""Deeds that one person asks for and another one agrees to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base, new_reference
from lab.models.cases import Case
from lab.models.people import Person


class SecondSignature(Base):
    """Somebody of the program asked to do what nobody does alone; another one agrees, refuses, or a day goes by."""

    __tablename__ = "second_signatures"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    deed: Mapped[str] = mapped_column(sa.String(20))
    about: Mapped[str] = mapped_column(
        sa.String(40), default=""
    )  # the role, or the case's reference and what of it goes
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))  # whom it concerns
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(12), default="waiting")  # approved, refused, withdrawn
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # of the wish; once it is approved, of what was approved
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]  # when it was carried out
    case: Mapped[Case | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    __table_args__ = (
        sa.CheckConstraint("state <> 'approved' OR asked_by_id <> answered_by_id", name="two_people"),
    )
