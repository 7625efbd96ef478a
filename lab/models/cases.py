"""Cases: who belongs to them, what was answered, what was asked, what is to be done."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from lab.clock import program_day
from lab.database import Base, new_reference, unique_where
from lab.models.people import Person

# Where a case stands in the queue's long order: not yet in it, waiting for the program, at work, ended.
NOT_YET, WAITS, AT_WORK, ENDED = 0, 1, 2, 3
PHASE = (
    "CASE WHEN state IN ('submitted', 'in_review', 'info_requested', 'awaiting_conditions', 'offering') THEN 1 "
    "WHEN state = 'active' THEN 2 WHEN state IN ('referred', 'withdrawn', 'closed') THEN 3 ELSE 0 END"
)
CALM = "CASE WHEN urgent_rank = 0 THEN 0 ELSE 1 END"


def case_reference() -> str:
    """`LL-` and six unambiguous characters, at random."""
    return "LL-" + new_reference(6)


class Case(Base):
    """An application and all that follows. The columns beside the state serve the queue."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=case_reference)
    imported_ref: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    line: Mapped[str] = mapped_column(sa.String(12))
    kind: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(24), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    director_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    # The answers as submitted, in the exchange format: what matching reads and a reviewer sees.
    document: Mapped[dict[str, Any] | None]
    organization: Mapped[str] = mapped_column(sa.String(300), default="")
    stage: Mapped[str] = mapped_column(sa.String(40), default="")
    sector: Mapped[str] = mapped_column(sa.String(40), default="")
    place_state: Mapped[str] = mapped_column(sa.String(2), default="")
    tier: Mapped[str] = mapped_column(sa.String(20), default="")
    decision: Mapped[str] = mapped_column(sa.String(30), default="")
    # What is due next and when: the order of the queue.
    next_action: Mapped[str] = mapped_column(sa.String(40), default="")
    due_on: Mapped[date | None]
    clock_on: Mapped[date | None]  # the nearest dated event of the case itself (a vote, an expiry)
    clock_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    urgent_rank: Mapped[int] = mapped_column(default=2)  # 0 job action or rupture, 1 hot stage, 2 others
    budget_rank: Mapped[int] = mapped_column(default=9)  # the smallest yearly budget first; 9 is unknown
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]  # nothing is left but the reference, the dates and the hours
    # What the two indexes of the queue begin with; the database keeps the computed ones.
    submitted_on: Mapped[date] = mapped_column(
        default=date.max
    )  # the program's day; the last, while nothing came
    phase: Mapped[int] = mapped_column(sa.Computed(PHASE, persisted=True))
    calm: Mapped[int] = mapped_column(sa.Computed(CALM, persisted=True))
    folded_name: Mapped[str] = mapped_column(
        sa.String(900), default=""
    )  # to look up in any case of letters; folding may treble it
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    director: Mapped[Person | None] = relationship(foreign_keys=[director_id])
    sections: Mapped[list["Section"]] = relationship(back_populates="case")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="case")
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_cases_dated", "phase", "clock_on", "calm", "submitted_on", "budget_rank", "id"),
        sa.Index("ix_cases_waiting", "phase", "calm", "submitted_on", "budget_rank", "id"),
    )

    @validates("submitted_at")
    def _day_of_submission(self, key: str, moment: datetime | None) -> datetime | None:
        self.submitted_on = program_day(moment) if moment is not None else date.max
        return moment

    @validates("organization")
    def _fold_name(self, key: str, name: str) -> str:
        self.folded_name = name.casefold()
        return name


class Membership(Base):
    """One person's place in one case, on one side. The side is never edited: remove and invite again."""

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    side: Mapped[str] = mapped_column(sa.String(12))
    role: Mapped[str] = mapped_column(sa.String(12))  # lead or member
    seat: Mapped[str] = mapped_column(sa.String(40), default="")
    joined_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    confirmed_version: Mapped[int | None]  # the side's yes to the joint part, at this case version
    confirmed_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship(back_populates="memberships")
    person: Mapped[Person] = relationship()
    __table_args__ = (
        unique_where("uq_memberships_live", "case_id", "person_id", where="removed_at IS NULL"),
    )


class Section(Base):
    """One topic of an application. `typed` is what stands in the form, valid or not;
    `answers` is the part of the exchange format it amounts to, once it is valid."""

    __tablename__ = "sections"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    topic: Mapped[str] = mapped_column(sa.String(30))
    audience: Mapped[str] = mapped_column(sa.String(12))  # management, union or joint
    shared_with_consultant: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(sa.String(12), default="not_started")  # in_progress, done
    version: Mapped[int] = mapped_column(default=1)
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answers: Mapped[dict[str, Any] | None]
    saved_at: Mapped[datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    case: Mapped[Case] = relationship(back_populates="sections")
    saved_by: Mapped[Person | None] = relationship()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.UniqueConstraint("case_id", "topic"),)


class SectionRevision(Base):
    """A text that was replaced or that lost a race, kept so that nothing typed is ever lost."""

    __tablename__ = "section_revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(sa.ForeignKey("sections.id"), index=True)
    audience: Mapped[str] = mapped_column(sa.String(12))
    version: Mapped[int]
    typed: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))


class Question(Base):
    """What a director asks an applicant, and the answer. The clock of the case keeps running."""

    __tablename__ = "questions"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    audience: Mapped[str] = mapped_column(sa.String(12))
    text: Mapped[str] = mapped_column(sa.Text)
    topics: Mapped[list[str]] = mapped_column(default=list)  # sections that may be changed to answer
    due_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]


class Task(Base):
    """A condition of a decision, or a first task after it: what, by when, done or not."""

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    audience: Mapped[str] = mapped_column(sa.String(12))
    kind: Mapped[str] = mapped_column(sa.String(20))  # condition (help waits for it) or first_task
    text: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    met_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reports: Mapped[list["TaskReport"]] = relationship(back_populates="task", order_by="TaskReport.id")

    @property
    def told_done(self) -> "TaskReport | None":
        """The word that it is done, while a director has not looked at it."""
        last = self.reports[-1] if self.reports else None
        return last if last is not None and last.answered_at is None and self.met_at is None else None


class TaskReport(Base):
    """An applicant's word that a task is done, and what the director says where it is not yet."""

    __tablename__ = "task_reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("tasks.id"), index=True)
    audience: Mapped[str] = mapped_column(sa.String(12))
    text: Mapped[str] = mapped_column(sa.Text)
    told_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    told_at: Mapped[datetime]
    not_yet: Mapped[str] = mapped_column(sa.Text, default="")  # what is still missing, for the applicant
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    task: Mapped[Task] = relationship(back_populates="reports")
    told_by: Mapped[Person] = relationship(foreign_keys=[told_by_id])
