"""What was answered, in words: one line for a list of parts, and rows for checking and printing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from lab import vocabulary as words
from lab.showing import day_pattern

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One answer: what was asked and what was said; empty answers are said to be empty."""

    label: str
    value: str


def title(topic: str) -> str:
    """What a topic is called."""
    return {
        "organization": _("Your organization"),
        "people": _("Your people and the union"),
        "dates": _("Dates that matter"),
        "needs": _("What would help"),
        "foundation": _("Common ground and your lawyer"),
        "time": _("Time, budget and language"),
        "conflicts": _("Conflicts to look out for"),
        "team": _("Your team"),
        "notes_management": _("Notes of the management side"),
        "notes_union": _("Notes of the union side"),
    }[topic]


def invitation_to(topic: str) -> str:
    """What an unanswered topic asks for, in one line."""
    return {
        "organization": _("Who you are, where, and how many."),
        "people": _("Which groups of staff, and where each of them stands."),
        "dates": _("A vote, a first session, the end of a contract."),
        "needs": _("Choose the help that would matter, and tell us what is going on."),
        "foundation": _("A few commitments, each in your own words if you need them."),
        "time": _("Consultants cost %(rate)s dollars an hour; networks are free.", rate=words.RATE_USD),
        "conflicts": _("So that nobody with a tie to the other side is proposed."),
        "team": _("Which of the four seats are filled."),
        "notes_management": _("Your side and the program read them. The union side does not."),
        "notes_union": _("Your side and the program read them. The management side does not."),
    }[topic]


def label_of(terms: Mapping[str, Any], code: str | None) -> str:
    """The label of a code in the reader's language; what is unknown is shown as it is."""
    term = terms.get(code) if code else None
    return str(term.label.in_(str(get_locale())[:2])) if term is not None else (code or "")


def spoken(day: str | date) -> str:
    """Thursday, 12 November 2026."""
    return str(
        format_date(
            date.fromisoformat(day) if isinstance(day, str) else day, "EEEE, " + day_pattern(), rebase=False
        )
    )


def _short(day: str) -> str:
    return str(format_date(date.fromisoformat(day), day_pattern(), rebase=False))


def summary(topic: str, answers: Answers | None, today: date) -> str:
    """One line on what was answered; empty where nothing valid was."""
    if not answers:
        return ""
    return SUMMARIES[topic](answers, today)


def _organization(told: Answers, today: date) -> str:
    organization = told.get("organization", {})
    place = ", ".join(
        part for part in (organization.get("city"), label_of(words.STATES, organization.get("state"))) if part
    )
    parts = [", ".join(part for part in (organization.get("name"), place) if part) + "."]
    staff, leaders = organization.get("staff_count"), organization.get("supervisors_count")
    if staff is not None:
        counted = _("%(num)s staff", num=f"{staff:,}")
        if leaders is not None:
            counted += ", " + ngettext("%(num)s supervisor", "%(num)s supervisors", leaders)
        parts.append(counted + ".")
    return " ".join(parts)


def _people(told: Answers, today: date) -> str:
    units = told.get("bargaining_units", [])
    if not units:
        return _("No group yet: %(stage)s.", stage=label_of(words.STAGES, told.get("stage")).lower())
    stages = ", ".join(dict.fromkeys(label_of(words.STAGES, unit["stage"]).lower() for unit in units))
    counted = ngettext("One bargaining unit", "%(num)s bargaining units", len(units))
    return f"{counted}: {stages}."


def _all_days(told: Answers) -> list[tuple[str, str, str]]:
    """Kind, day and group, the earliest first."""
    days = [(kind, day, "") for kind, day in told.get("dates", {}).items()]
    for unit, dates in told.get("unit_dates", {}).items():
        days += [(kind, day, unit) for kind, day in dates.items()]
    return sorted(days, key=lambda item: item[1])


def _dates(told: Answers, today: date) -> str:
    days = _all_days(told)
    if not days:
        return _("No date matters right now.")
    ahead = [item for item in days if date.fromisoformat(item[1]) >= today]
    kind, day, _group = ahead[0] if ahead else days[-1]
    left = (date.fromisoformat(day) - today).days
    when = (
        ngettext("in %(num)s day", "in %(num)s days", left)
        if left > 0
        else _("today")
        if left == 0
        else _("past")
    )
    return _(
        "%(what)s: %(day)s, %(when)s.", what=label_of(words.DATE_KINDS, kind), day=_short(day), when=when
    )


def _needs(told: Answers, today: date) -> str:
    needs = told.get("needs", [])
    if not needs:
        return _("Told in your own words.")
    first = needs[0] if isinstance(needs[0], str) else needs[0]["need"]
    counted = ngettext("One kind of help", "%(num)s kinds of help", len(needs))
    return _("%(counted)s, first: %(first)s.", counted=counted, first=label_of(words.NEEDS, first).lower())


def _foundation(told: Answers, today: date) -> str:
    answers = {code: value for code, value in told.get("foundation", {}).items() if code in words.FOUNDATION}
    asked = [value for value in answers.values() if value != "not_applicable"]
    yes = sum(value == "yes" for value in asked)
    return _("%(yes)s of %(all)s commitments answered with yes.", yes=yes, all=len(asked))


def _time(told: Answers, today: date) -> str:
    tongues = ", ".join(label_of(words.LANGUAGES, code) for code in told.get("session_languages", []))
    return ". ".join(
        (
            label_of(words.HOURS_BUDGETS, told.get("hours_budget")),
            label_of(words.URGENCIES, told.get("urgency")),
            tongues,
        )
    ) + "."  # fmt: skip


def _conflicts(told: Answers, today: date) -> str:
    parents = told.get("organization", {}).get("parents", [])
    return _("Tied to %(names)s.", names=", ".join(parents)) if parents else _("No parent or sister body.")


def _team(told: Answers, today: date) -> str:
    seats = told.get("team") or {}
    filled = sum(answer == "yes" for answer in seats.values())
    needed = sum(answer != "not_applicable" for answer in seats.values())
    return _("%(filled)s of %(needed)s seats have agreed to join.", filled=filled, needed=needed)


def _notes(told: Answers, today: date) -> str:
    if not told.get("note"):
        return _("No notes.")
    return _("A note, shared with your consultant.") if told.get("share") else _("A note for your side.")


SUMMARIES = {
    "organization": _organization, "people": _people, "dates": _dates, "needs": _needs,
    "foundation": _foundation, "time": _time, "conflicts": _conflicts, "team": _team,
    "notes_management": _notes, "notes_union": _notes,
}  # fmt: skip


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
    days = _all_days(told)
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
    if one.get("aligned_lawyer") != "not_applicable":
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
