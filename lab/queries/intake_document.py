"""The application as one document, made of its parts, and what stands out in it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lab import vocabulary as words
from lab.answers import Told
from lab.clock import program_day
from lab.database import db, now
from lab.models import Case, Section
from lab.queries.intake import NOTES

# A day this near makes the answer come within one working day.
NEAR_DAYS = 30


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


def told_of(case_id: int) -> Told:
    """The names of the groups and of their unions, and the budget band."""
    rows = db.session.execute(
        sa.select(Section.topic, Section.answers).where(
            Section.case_id == case_id, Section.topic.in_(("people", "organization"))
        )
    )
    answers = {topic: told or {} for topic, told in rows}
    units = answers.get("people", {}).get("bargaining_units", [])
    band = answers.get("organization", {}).get("organization", {}).get("annual_budget_band")
    return Told(
        units=tuple(unit["label"] for unit in units),
        unions=tuple(dict.fromkeys(unit["union"] for unit in units if unit.get("union"))),
        budget_band=band if band in words.BUDGET_BANDS else None,
    )
