"""An application while it is written: its parts for one reader, how far they are, and the whole document."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import vocabulary as words
from lab.access import Viewer, audiences_of
from lab.clock import program_day
from lab.database import db, now
from lab.models import Case, Membership, Question, Section, SectionRevision

# Topic -> minutes it takes, in the order they are asked.
TOPICS = {
    "organization": 3, "people": 4, "dates": 2, "needs": 4, "foundation": 3, "time": 2, "conflicts": 2,
}  # fmt: skip
JOINT_TOPICS = {**TOPICS, "team": 2, "notes_management": 2, "notes_union": 2}
NOTES = {"notes_management": "management", "notes_union": "union"}
MAY_STAY_EMPTY = frozenset(NOTES)
# A day this near makes the answer come within one working day.
NEAR_DAYS = 30


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
        .options(joinedload(Section.saved_by), joinedload(Section.case))
    )


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

    sections: tuple[Section, ...]
    done: int
    minutes_left: int
    saved_at: datetime | None
    next_topic: str | None

    @property
    def total(self) -> int:
        """How many parts there are for this reader."""
        return len(self.sections)

    @property
    def missing(self) -> tuple[Section, ...]:
        """The parts that must be done before it can be sent."""
        return tuple(row for row in self.sections if row.state != "done" and row.topic not in MAY_STAY_EMPTY)


def progress(sections: Iterable[Section]) -> Progress:
    """How far these parts are: counted from what this reader can read, and nothing else."""
    rows = tuple(sections)
    undone = [row for row in rows if row.state != "done"]
    minutes = sum(JOINT_TOPICS[row.topic] for row in undone)
    saved = max((row.saved_at for row in rows if row.saved_at), default=None)
    first = next((row.topic for row in undone), None)
    return Progress(rows, len(rows) - len(undone), minutes, saved, first)


def shared_sections(case_id: int) -> list[Section]:
    """The parts that make up the application: everything but the notes of a side."""
    rows = db.session.scalars(
        sa.select(Section).where(Section.case_id == case_id, Section.topic.not_in(NOTES))
    )
    return list(rows)


def shared_version(case_id: int) -> int:
    """A number that grows with every change of the application itself; notes do not move it."""
    return sum(row.version for row in shared_sections(case_id))


def document_of(case: Case) -> dict[str, Any]:
    """The application in the exchange format, from all parts that are valid. Never a side's notes."""
    day = program_day(case.submitted_at or now())
    made: dict[str, Any] = {
        "ref": case.ref,
        "submitted_on": day.isoformat(),
        "line": case.line,
        "case_kind": case.kind,
        "contact": {"role": "", "name": case.owner.name, "email": case.owner.email},
    }
    for section in shared_sections(case.id):
        _merge(made, section.answers or {})
    _place_dates(made)
    wishes = made.pop("conflict_wishes", "")
    if wishes:
        # A wish is read where matching reads all wishes: in the text.
        made["description"] = "\n\n".join(part for part in (made.get("description", ""), wishes) if part)
    return made


def _merge(into: dict[str, Any], part: dict[str, Any]) -> None:
    for key, value in deepcopy(part).items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _place_dates(made: dict[str, Any]) -> None:
    """Each group's dates go to the group; those of a group that is gone stay with the application."""
    of_units = made.pop("unit_dates", {})
    units = {unit["label"]: unit for unit in made.get("bargaining_units", [])}
    for label, dates in of_units.items():
        if label in units and len(units) > 1:
            units[label]["dates"] = {**units[label].get("dates", {}), **dates}
        else:
            made["dates"] = {**dates, **made.get("dates", {})}


@dataclass(frozen=True)
class NearDay:
    """A dated event ahead."""

    kind: str
    on: date
    days: int


def nearest_day(document: dict[str, Any], today: date) -> NearDay | None:
    """The nearest dated event ahead that sets a clock, of the organization or of one group."""
    from lab.matching.headline import clock_of

    told = list(document.get("dates", {}).items())
    for unit in document.get("bargaining_units", []):
        told += unit.get("dates", {}).items()
    found = clock_of(((kind, date.fromisoformat(day)) for kind, day in told), today)
    return NearDay(found[0].kind, found[0].on, found[0].days) if found else None


def near_day_of_draft(sections: Iterable[Section], today: date) -> NearDay | None:
    """The nearest dated event within the days that hasten an answer, from the part about dates."""
    made: dict[str, Any] = {}
    for section in sections:
        if section.topic in ("dates", "people"):
            _merge(made, section.answers or {})
    _place_dates(made)
    found = nearest_day(made, today)
    return found if found is not None and found.days <= NEAR_DAYS else None


def units_told(case_id: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the groups and of their unions, as far as they are told."""
    answers = db.session.scalar(
        sa.select(Section.answers).where(Section.case_id == case_id, Section.topic == "people")
    )
    units = (answers or {}).get("bargaining_units", [])
    unions = dict.fromkeys(unit["union"] for unit in units if unit.get("union"))
    return tuple(unit["label"] for unit in units), tuple(unions)


def budget_told(case_id: int) -> str | None:
    """The budget band, if it is told."""
    answers = db.session.scalar(
        sa.select(Section.answers).where(Section.case_id == case_id, Section.topic == "organization")
    )
    band = (answers or {}).get("organization", {}).get("annual_budget_band")
    return band if band in words.BUDGET_BANDS else None


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
