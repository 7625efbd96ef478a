"""What was answered, in words: one line for a list of parts, and rows for checking and printing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from lab import vocabulary as words
from lab.tongue import tongue

Answers = Mapping[str, Any]


def title(topic: str, line: str = "nonprofit") -> str:
    """What a topic is called; school teams are not asked for a lawyer."""
    return {
        "organization": _("Your organization"),
        "people": _("Your people and the union"),
        "dates": _("Dates that matter"),
        "needs": _("What would help"),
        "foundation": _("Common ground") if line == "schools" else _("Common ground and your lawyer"),
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
    return str(term.label.in_(tongue().code)) if term is not None else (code or "")


def spoken(day: str | date) -> str:
    """Thursday, 12 November 2026."""
    return str(
        format_date(
            date.fromisoformat(day) if isinstance(day, str) else day,
            "EEEE, " + tongue().day_pattern,
            rebase=False,
        )
    )


def _short(day: str) -> str:
    return str(format_date(date.fromisoformat(day), tongue().day_pattern, rebase=False))


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


def all_days(told: Answers) -> list[tuple[str, str, str]]:
    """Kind, day and group, the earliest first."""
    days = [(kind, day, "") for kind, day in told.get("dates", {}).items()]
    for unit, dates in told.get("unit_dates", {}).items():
        days += [(kind, day, unit) for kind, day in dates.items()]
    return sorted(days, key=lambda item: item[1])


def _dates(told: Answers, today: date) -> str:
    days = all_days(told)
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
    return ngettext(
        "%(num)s of %(needed)s seats has agreed to join.", "%(num)s of %(needed)s seats have agreed to join.", filled,
        needed=needed,
    )  # fmt: skip


def _notes(told: Answers, today: date) -> str:
    if not told.get("note"):
        return _("No notes.")
    return _("A note, shared with your consultant.") if told.get("share") else _("A note for your side.")


SUMMARIES = {
    "organization": _organization, "people": _people, "dates": _dates, "needs": _needs,
    "foundation": _foundation, "time": _time, "conflicts": _conflicts, "team": _team,
    "notes_management": _notes, "notes_union": _notes,
}  # fmt: skip
