"""Consultants in the exchange format: from plain values to answers and back."""

from datetime import date
from typing import Any

from lab import vocabulary as words
from lab.answers import Conflict, Consultant, Skill
from lab.reading import Notes, Reader, unknown

Path = tuple[str | int, ...]
REMOTE = {"yes": "", "no": "", "in_person_preferred": ""}


def consultant(source: Any, notes: Notes, path: Path = ()) -> Consultant:
    """Read one consultant; what is wrong stands in the notes."""
    reader = Reader(source, notes, path)
    return Consultant(
        ref=reader.text("ref"),
        name=reader.text("name", ""),
        email=reader.text("email", ""),
        base=reader.text("base", ""),
        lines=reader.codes("lines", words.LINES),
        skills=_skills(reader, notes),
        stages=reader.codes("stages", words.STAGES),
        conditions=reader.codes("conditions", words.CONDITIONS),
        partnership_levels=reader.codes("partnership_levels", words.PARTNERSHIP_LEVELS),
        sectors=reader.codes("sectors", words.SECTORS),
        states=reader.codes("states", words.STATES),
        any_state=reader.truth("any_state", False),
        remote=reader.code("remote", REMOTE, "yes"),
        languages=reader.codes("languages", words.LANGUAGES),
        capacity_hours_month=reader.number("capacity_hours_month"),
        available_from=reader.day("available_from", None),
        conflicts=_conflicts(reader, notes),
        bio=reader.text("bio", ""),
        items=reader.texts("items"),
        last_offered_on=reader.day("last_offered_on", None),
        extra=reader.rest(),
    )


def _skills(reader: Reader, notes: Notes) -> tuple[Skill, ...]:
    made: dict[str, Skill] = {}
    for number, value in reader.items("skills"):
        path = (*reader.path, "skills", number)
        if isinstance(value, str):
            need, level = value, 3
            if need not in words.CONSULTANT_SKILLS:
                notes.problem(path, unknown(need, words.CONSULTANT_SKILLS))
                continue
        else:
            inner = Reader(value, notes, path)
            need = inner.code("need", words.CONSULTANT_SKILLS)
            told = inner.whole("level")
            level = 3 if told is None else told
            if not 0 <= level <= 3:
                notes.problem((*path, "level"), f"expected a level from 1 to 3, found {level}")
            inner.rest()
        if need and need not in made and level > 0:
            made[need] = Skill(need=need, level=level)
    return tuple(made.values())


def _conflicts(reader: Reader, notes: Notes) -> tuple[Conflict, ...] | None:
    if reader.raw("conflicts") is None:
        return None
    made = []
    for number, value in reader.items("conflicts"):
        inner = Reader(value, notes, (*reader.path, "conflicts", number))
        made.append(
            Conflict(
                party=inner.text("party"),
                party_kind=inner.code("party_kind", words.CONFLICT_PARTY_KINDS),
                relationship=inner.code("relationship", words.CONFLICT_RELATIONSHIPS),
                ended_on=inner.day("ended_on", None),
                bars_until=inner.day("bars_until", None),
                note=inner.text("note", ""),
                extra=inner.rest(),
            )
        )
    return tuple(made)


def consultant_to(made: Consultant) -> dict[str, Any]:
    """The consultant as plain values of the exchange format."""
    return {
        "ref": made.ref,
        "name": made.name,
        "email": made.email,
        "base": made.base,
        "lines": list(made.lines),
        "skills": [{"need": skill.need, "level": skill.level} for skill in made.skills],
        "stages": list(made.stages),
        "conditions": list(made.conditions),
        "partnership_levels": list(made.partnership_levels),
        "sectors": list(made.sectors),
        "states": list(made.states),
        "any_state": made.any_state,
        "remote": made.remote,
        "languages": list(made.languages),
        "capacity_hours_month": made.capacity_hours_month,
        "available_from": _day_to(made.available_from),
        "conflicts": None if made.conflicts is None else [_conflict_to(tie) for tie in made.conflicts],
        "bio": made.bio,
        "items": list(made.items),
        "last_offered_on": _day_to(made.last_offered_on),
        **made.extra,
    }


def _conflict_to(tie: Conflict) -> dict[str, Any]:
    return {
        "party": tie.party,
        "party_kind": tie.party_kind,
        "relationship": tie.relationship,
        "ended_on": _day_to(tie.ended_on),
        "bars_until": _day_to(tie.bars_until),
        "note": tie.note,
        **tie.extra,
    }


def _day_to(day: date | None) -> str | None:
    return day.isoformat() if day else None
