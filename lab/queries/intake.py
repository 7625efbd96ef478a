"""An application while it is written: its parts for one reader, how far they are, and the whole document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lab.access import audiences_of
from lab.database import db
from lab.models import Case, Membership, Question, Section, SectionRevision
from lab.viewer import Viewer

# Topic -> minutes it takes, in the order they are asked.
TOPICS = {
    "organization": 3, "people": 4, "dates": 2, "needs": 4, "foundation": 3, "time": 2, "conflicts": 2,
}  # fmt: skip
JOINT_TOPICS = {**TOPICS, "team": 2, "notes_management": 2, "notes_union": 2}
NOTES = {"notes_management": "management", "notes_union": "union"}
MAY_STAY_EMPTY = frozenset(NOTES)


def topics_of(kind: str) -> tuple[str, ...]:
    """The topics that a case of this kind asks, in order."""
    return tuple(JOINT_TOPICS if kind == "joint" else TOPICS)


def audience_of(kind: str, topic: str) -> str:
    """Who reads a topic: its own side for notes, both sides in a joint case, else the management side."""
    return NOTES.get(topic) or ("joint" if kind == "joint" else "management")


def case_by_ref(ref: str) -> Case | None:
    """The case with this reference."""
    return db.session.scalar(sa.select(Case).where(Case.ref == ref.upper()))


def sections_for(viewer: Viewer, case: Case) -> list[Section]:
    """The parts this viewer may read, in their order; the other side's notes do not exist for them."""
    rows = db.session.scalars(
        sa.select(Section)
        .where(Section.case_id == case.id, Section.audience.in_(audiences_of(viewer, case)))
        .options(joinedload(Section.saved_by), joinedload(Section.case))
    )
    order = {topic: rank for rank, topic in enumerate(JOINT_TOPICS)}
    return sorted(rows, key=lambda row: order[row.topic])


def section_of(case: Case, topic: str) -> Section | None:
    """One part of a case."""
    return db.session.scalar(
        sa.select(Section)
        .where(Section.case_id == case.id, Section.topic == topic)
        .options(joinedload(Section.saved_by))  # its case was read already
    )


@cache
def _one_section() -> Any:
    return (
        sa.select(Section)
        .join(Section.case)
        .where(Case.ref == sa.bindparam("ref"), Section.topic == sa.bindparam("topic"))
        .options(contains_eager(Section.case))
    )


def section_at(ref: str, topic: str) -> Section | None:
    """One part of the case with this reference, and the case with it."""
    found: Section | None = db.session.scalar(_one_section(), {"ref": ref.upper(), "topic": topic})
    return found


def revision_of(section: Section, ident: int) -> SectionRevision | None:
    """One earlier or losing text of a section."""
    found = db.session.get(SectionRevision, ident)
    return found if found is not None and found.section_id == section.id else None


def revisions_of(section: Section) -> list[SectionRevision]:
    """All texts that were replaced or lost a race, the newest first."""
    return list(
        db.session.scalars(
            sa.select(SectionRevision)
            .where(SectionRevision.section_id == section.id)
            .order_by(SectionRevision.id.desc())
        )
    )


@dataclass(frozen=True)
class Progress:
    """How far one reader's part of an application is."""

    needed: tuple[Section, ...]
    done: int
    minutes_left: int
    saved_at: datetime | None
    next_topic: str | None

    @property
    def total(self) -> int:
        """How many parts this reader has to fill in; the notes of a side are none of them."""
        return len(self.needed)

    @property
    def missing(self) -> tuple[Section, ...]:
        """The parts that must be done before it can be sent."""
        return tuple(row for row in self.needed if row.state != "done")


def progress(sections: Iterable[Section]) -> Progress:
    """How far these parts are: counted from what this reader can read, and nothing else."""
    rows = tuple(sections)
    needed = tuple(row for row in rows if row.topic not in MAY_STAY_EMPTY)
    undone = [row for row in needed if row.state != "done"]
    minutes = sum(JOINT_TOPICS[row.topic] for row in undone)
    saved = max((row.saved_at for row in rows if row.saved_at), default=None)
    first = next((row.topic for row in undone), None)
    return Progress(needed, len(needed) - len(undone), minutes, saved, first)


def members(case_id: int) -> list[Membership]:
    """Everybody who is in the case now."""
    return list(
        db.session.scalars(
            sa.select(Membership)
            .where(Membership.case_id == case_id, Membership.removed_at.is_(None))
            .options(joinedload(Membership.person))
            .order_by(Membership.joined_at, Membership.id)
        )
    )


def open_questions(case: Case, audiences: Iterable[str]) -> list[Question]:
    """The questions that wait for an answer of these readers."""
    return list(
        db.session.scalars(
            sa.select(Question)
            .where(
                Question.case_id == case.id,
                Question.answered_at.is_(None),
                Question.audience.in_(list(audiences)),
            )
            .order_by(Question.due_on, Question.id)
        )
    )


def question_by_ref(case: Case, ref: str) -> Question | None:
    """One question of a case."""
    return db.session.scalar(
        sa.select(Question).where(Question.case_id == case.id, Question.ref == ref.upper())
    )


def writable_topics(case: Case, audiences: Iterable[str]) -> frozenset[str]:
    """What these readers may change now: all of a draft, later only what an open question names."""
    if case.state == "draft":
        return frozenset(topics_of(case.kind))
    if case.state != "info_requested":
        return frozenset()
    return frozenset(topic for asked in open_questions(case, audiences) for topic in asked.topics)
