"""Every answer of an application in words: what was asked beside what was said, for checking and printing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lab import vocabulary as words
from lab.queries.intake_words import Answers, all_days, label_of, spoken


@dataclass(frozen=True)
class Row:
    """One answer: what was asked and what was said; empty answers are said to be empty."""

    label: str
    value: str


def rows(topic: str, answers: Answers | None) -> list[Row]:
    """Every answer of a topic, what was asked beside what was said."""
    told = answers or {}
    if not told:
        return []
    found = ROWS[topic](told)
    return [Row(label, value if value not in (None, "") else _("Not told")) for label, value in found]


def _organization_rows(told: Answers) -> list[tuple[str, Any]]:
    one = told.get("organization", {})
    return [
        (_("Name"), one.get("name")),
        (_("Kind of organization"), label_of(words.ORGANIZATION_TYPES, one.get("type"))),
        (_("Social justice in the mission"), label_of(words.YES_NO_UNSURE, one.get("mission_social_justice"))),
        (_("Field of work"), label_of(words.SECTORS, one.get("sector"))),
        (_("Place"), ", ".join(part for part in (one.get("city"), one.get("county"), label_of(words.STATES, one.get("state"))) if part)),
        (_("People who work there"), _number(one.get("staff_count"))),
        (_("Of them supervisors"), _number(one.get("supervisors_count"))),
        (_("Budget for one year"), label_of(words.BUDGET_BANDS, one.get("annual_budget_band"))),
        (_("Your role"), told.get("contact", {}).get("role")),
    ]  # fmt: skip


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _people_rows(told: Answers) -> list[tuple[str, Any]]:
    made: list[tuple[str, Any]] = []
    for number, unit in enumerate(told.get("bargaining_units", []), start=1):
        parts = [
            unit.get("label"),
            label_of(words.STAGES, unit.get("stage")),
            unit.get("union"),
            ngettext("%(num)s person", "%(num)s people", unit["size"])
            if unit.get("size") is not None
            else "",
            ", ".join(label_of(words.CONDITIONS, code) for code in unit.get("conditions", [])),
        ]
        made.append((_("Group %(number)s", number=number), "\n".join(part for part in parts if part)))
    if not made:
        made.append((_("Groups of staff"), label_of(words.STAGES, told.get("stage"))))
    going_on = ", ".join(label_of(words.CONDITIONS, code) for code in told.get("conditions", []))
    made.append((_("Going on in the whole organization"), going_on or _("Nothing of the list")))
    if told.get("partnership_level"):
        made.append((_("Working together"), label_of(words.PARTNERSHIP_LEVELS, told["partnership_level"])))
    return made


def _dates_rows(told: Answers) -> list[tuple[str, Any]]:
    days = all_days(told)
    return [
        (label_of(words.DATE_KINDS, kind), spoken(day) + (f"\n{group}" if group else ""))
        for kind, day, group in days
    ] or [(_("Dates"), _("No date matters right now"))]


def _needs_rows(told: Answers) -> list[tuple[str, Any]]:
    by_weight: dict[str, list[str]] = {}
    for need in told.get("needs", []):
        code, weight = (need, words.BARE_NEED) if isinstance(need, str) else (need["need"], need["weight"])
        by_weight.setdefault(weight, []).append(label_of(words.NEEDS, code))
    made = [
        (label_of(words.NEED_WEIGHTS, weight), "\n".join(by_weight[weight]))
        for weight in words.NEED_WEIGHTS
        if weight in by_weight
    ]
    return [*made, (_("In your own words"), told.get("description"))]


def _foundation_rows(told: Answers) -> list[tuple[str, Any]]:
    one = told.get("foundation", {})
    made = [
        (label_of(words.FOUNDATION, code), label_of(words.FOUNDATION_ANSWERS, one[code]))
        for code in words.FOUNDATION
        if one.get(code) and one[code] != "not_applicable"
    ]
    made.append((_("In your own words"), one.get("note")))
    if one.get("aligned_lawyer") not in (None, "not_applicable"):
        made.append((_("Your labor lawyer or firm"), told.get("counsel", {}).get("name")))
    return made


def _time_rows(told: Answers) -> list[tuple[str, Any]]:
    start = told.get("start_from")
    return [
        (_("How soon"), label_of(words.URGENCIES, told.get("urgency"))),
        (_("Begin"), spoken(start) if start else _("At once")),
        (_("More about the timing"), told.get("timeframe")),
        (_("Hours in mind"), label_of(words.HOURS_BUDGETS, told.get("hours_budget"))),
        (_("Languages"), ", ".join(label_of(words.LANGUAGES, code) for code in told.get("session_languages", []))),
        (_("How to meet"), label_of(words.SESSION_FORMATS, told.get("session_format"))),
        (_("Earlier participation"), "\n".join(told.get("prior_participation", []))),
    ]  # fmt: skip


def _conflicts_rows(told: Answers) -> list[tuple[str, Any]]:
    parents = told.get("organization", {}).get("parents", [])
    return [
        (_("Parent and sister bodies"), "\n".join(parents) or _("None")),
        (_("Not to be proposed"), told.get("conflict_wishes") or _("Nobody named")),
    ]


def _team_rows(told: Answers) -> list[tuple[str, Any]]:
    seats = told.get("team") or {}
    return [
        (label_of(words.TEAM_SEATS, seat), label_of(words.SEAT_ANSWERS, answer))
        for seat, answer in seats.items()
    ]


def _notes_rows(told: Answers) -> list[tuple[str, Any]]:
    shared = _("Yes, once one is assigned") if told.get("share") else _("No")
    return [(_("Note"), told.get("note") or _("No notes")), (_("Shared with your consultant"), shared)]


ROWS = {
    "organization": _organization_rows, "people": _people_rows, "dates": _dates_rows, "needs": _needs_rows,
    "foundation": _foundation_rows, "time": _time_rows, "conflicts": _conflicts_rows, "team": _team_rows,
    "notes_management": _notes_rows, "notes_union": _notes_rows,
}  # fmt: skip
