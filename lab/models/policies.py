"""Policies of the matching as people made and signed them, and what each would change."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.columns import Sentences
from lab.database import Base, new_reference, unique_where
from lab.models.cases import Case
from lab.models.people import Person


class PolicyVersion(Base):
    """Weights and settings as a draft, and as a version once two people have signed it."""

    __tablename__ = "policy_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    state: Mapped[str] = mapped_column(sa.String(12), default="draft", index=True)
    version: Mapped[str | None] = mapped_column(sa.String(40), unique=True)  # its name once it was in force
    values: Mapped[dict[str, Any]]
    based_on: Mapped[str] = mapped_column(sa.String(40))  # the version it was made from
    reason: Mapped[str] = mapped_column(sa.Text)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    made_at: Mapped[datetime]
    first_signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    first_signed_at: Mapped[datetime | None]
    second_signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    second_signed_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    refused_at: Mapped[datetime | None]
    refused_because: Mapped[str] = mapped_column(sa.Text, default="")
    edition: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    first_signed_by: Mapped[Person | None] = relationship(foreign_keys=[first_signed_by_id])
    second_signed_by: Mapped[Person | None] = relationship(foreign_keys=[second_signed_by_id])
    refused_by: Mapped[Person | None] = relationship(foreign_keys=[refused_by_id])
    __table_args__ = (
        unique_where("uq_policy_versions_in_force", "state", where="state = 'in_force'"),
        sa.CheckConstraint("first_signed_by_id <> second_signed_by_id", name="two_people"),
    )
    __mapper_args__ = {"version_id_col": edition}


class PolicyEffect(Base):
    """What a draft would change, beside the policy that was in force when it was asked for."""

    __tablename__ = "policy_effects"
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_versions.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default="queued", index=True)  # running, done, failed
    values: Mapped[dict[str, Any]]  # of the draft
    against: Mapped[dict[str, Any]]  # of the policy in force
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    problems: Mapped[list[str]] = mapped_column(Sentences, default=list)  # why it failed
    asked_by: Mapped[Person] = relationship()


class PolicyCase(Base):
    """One open case or one past decision under both policies."""

    __tablename__ = "policy_cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    effect_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_effects.id"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"))  # none: an open case
    place: Mapped[int]
    result: Mapped[dict[str, Any] | None]  # none until it is computed
    case: Mapped[Case] = relationship()
