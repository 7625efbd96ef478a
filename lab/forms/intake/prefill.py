"""What a form would hold for answers that came by import: the way back from the exchange format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lab import vocabulary as words
from lab.forms.intake.needs import PREFIX

Answers = Mapping[str, Any]
Typed = dict[str, list[str]]


def typed_of(topic: str, answers: Answers | None) -> Typed:
    """What would have been typed to give these answers; empty where there are none."""
    if not answers or topic not in BACK:
        return {}
    return {
        name: values for name, values in BACK[topic](answers).items() if values and values != [""]
    }  # fmt: skip


def _one(value: Any) -> list[str]:
    return [] if value is None else [str(value)]


def _organization(told: Answers) -> Typed:
    one = told.get("organization", {})
    names = {
        "name": "name", "type": "type", "mission": "mission_social_justice", "sector": "sector", "city": "city",
        "county": "county", "state": "state", "staff": "staff_count", "supervisors": "supervisors_count",
        "budget": "annual_budget_band",
    }  # fmt: skip
    return {
        **{field: _one(one.get(key)) for field, key in names.items()},
        "role": _one(told.get("contact", {}).get("role")),
    }


def _people(told: Answers) -> Typed:
    units = told.get("bargaining_units", [])
    made: Typed = {
        "conditions": list(told.get("conditions", [])),
        "level": _one(told.get("partnership_level")),
        "any_group": ["yes"] if units else ["no" if told.get("stage") == "before_organizing" else "unsure"],
    }
    for number, unit in enumerate(units):
        for name in ("label", "union", "size", "stage"):
            made[f"units-{number}-{name}"] = _one(unit.get(name))
        made[f"units-{number}-conditions"] = list(unit.get("conditions", []))
    return made


def _dates(told: Answers) -> Typed:
    days = [(kind, day, "") for kind, day in told.get("dates", {}).items()]
    for label, dates in told.get("unit_dates", {}).items():
        days += [(kind, day, label) for kind, day in dates.items()]
    made: Typed = {} if days else {"none": ["y"]}
    for number, (kind, day, label) in enumerate(days):
        made[f"days-{number}-kind"] = [kind]
        made[f"days-{number}-when"] = [day]
        made[f"days-{number}-unit"] = [label]
    return made


def _needs(told: Answers) -> Typed:
    made: Typed = {"description": _one(told.get("description"))}
    for need in told.get("needs", []):
        code, weight = (need, words.BARE_NEED) if isinstance(need, str) else (need["need"], need["weight"])
        made[PREFIX + code] = [weight]
    return made


def _foundation(told: Answers) -> Typed:
    one = told.get("foundation", {})
    made = {code: [one[code]] for code in words.FOUNDATION if one.get(code) in ("yes", "unsure", "no")}
    made["pro_union_note"] = _one(one.get("note"))
    made["counsel"] = _one((told.get("counsel") or {}).get("name"))
    return made


def _time(told: Answers) -> Typed:
    return {
        "urgency": _one(told.get("urgency")),
        "start_from": _one(told.get("start_from")),
        "timeframe": _one(told.get("timeframe")),
        "hours": _one(told.get("hours_budget")),
        "languages": list(told.get("session_languages", ["en"])),
        "meeting": _one(told.get("session_format", "either")),
        "before": ["\n".join(told.get("prior_participation", []))],
    }


def _conflicts(told: Answers) -> Typed:
    parents = told.get("organization", {}).get("parents", [])
    return {
        "has_parents": ["yes" if parents else "no"],
        "parents": ["\n".join(parents)],
        "wishes": _one(told.get("conflict_wishes")),
    }


def _team(told: Answers) -> Typed:
    return {seat: [answer] for seat, answer in (told.get("team") or {}).items()}


BACK: Mapping[str, Callable[[Answers], Typed]] = {
    "organization": _organization, "people": _people, "dates": _dates, "needs": _needs,
    "foundation": _foundation, "time": _time, "conflicts": _conflicts, "team": _team,
}  # fmt: skip
