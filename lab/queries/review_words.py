"""First drafts of what a director writes: words to the applicant, tasks, other places to turn to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from lab import answers
from lab import vocabulary as words
from lab.clock import working_days_after
from lab.matching.headline import headline, units_of
from lab.matching.result import Recommendation as Result
from lab.said import reworded, template
from lab.showing import in_locale, told

DAYS_FOR_A_CONDITION = 10
DAYS_FOR_A_TASK = 5
DAYS_FOR_A_QUESTION = 3
OF_THE_DIRECTOR = frozenset({"referral"})
# How a task reads for the applicant, where the proposal speaks about them.
TO_THEM = {
    "The open seats join: %(seats)s. Nobody is written to until the applicant says so.": template(
        "The open seats of your team join: %(seats)s. We write to nobody until you say so."
    ),
}
SCHOOLS = frozenset({"school_district", "county_office", "charter"})


@dataclass(frozen=True)
class Draft:
    """A task to be: text and day."""

    text: str
    due_on: date


def to_accept(result: Result, *, with_hours: bool) -> str:
    """What an accepted applicant reads first."""
    return "\n\n".join(
        part
        for part in (
            _("Thank you for telling us where you stand. We would like to work with you."),
            _suggested(result),
            _next_with_hours() if with_hours else _next_without(),
        )
        if part
    )


def with_conditions(result: Result) -> str:
    """What an applicant reads who is accepted once something is done."""
    return "\n\n".join(
        part
        for part in (
            _("Thank you for telling us where you stand. We would like to work with you."),
            _(
                "Before consultant hours begin, something needs to be in place. You find it below, with its day."
            ),
            _suggested(result),
            _("We are glad to help with it. Tell us when it is done, and we go on the same day."),
        )
        if part
    )


def to_refer(result: Result) -> str:
    """What an applicant reads whom the program refers elsewhere, with the door open."""
    changes = [sentence for sentence in result.what_would_change if sentence]
    return "\n\n".join(
        part
        for part in (
            _("Thank you for writing to us, and for answering so openly."),
            _("We are not the right help for you now."),
            _("Our program stands on shared commitments. Without them it would not serve you or your staff."),
            _("Below are other places to turn to. Our public resources stay open to you."),
            _("This is no last word. If this changes, write to us again.") if changes else "",
            _("You may ask us within 30 days to look once more."),
        )
        if part
    )  # fmt: skip


def to_ask(result: Result) -> str:
    """A first question, from why a talk is proposed."""
    if result.decision == "hold_conversation" and result.decision_reasons:
        return "\n\n".join(
            (
                _("We would like to understand one of your answers better before we decide."),
                _("When could we talk? If you rather write: what would make a yes possible?"),
            )
        )
    return ""


def _suggested(result: Result) -> str:
    wanted = [advice for advice in result.tiers if advice.standing in ("recommended", "conditional")]
    parts = []
    for advice in wanted:
        if advice.tier == "individualized" and result.hours_proposed:
            parts.append(
                _("A consultant for you: about %(low)s to %(high)s hours at %(rate)s dollars an hour, for the hours used.",
                  low=result.hours.low, high=result.hours.high, rate=words.RATE_USD)
            )  # fmt: skip
        elif advice.tier == "regional":
            names = [one.name for one in result.networks if one.standing in ("recommended", "conditional")]
            if names:
                parts.append(_("A network of peers, free of charge: %(names)s. You decide whether to ask to join.", names=", ".join(names)))  # fmt: skip
        elif advice.tier == "universal":
            parts.append(_("Our convenings and resources, which you can use from today."))
    return "\n".join(f"- {part}" for part in parts)


def _next_with_hours() -> str:
    return _(
        "Next: we ask a consultant now. As soon as somebody has accepted, you read the name on your page."
    )


def _next_without() -> str:
    return _("Next: you find what is open to you on your page, and can begin at once.")


def conditions(result: Result, today: date) -> list[Draft]:
    """The conditions the recommendation names, each with a day that lies ahead."""
    return [
        Draft(_condition(task.code, task.sentence), _ahead(task.due_on, today, DAYS_FOR_A_CONDITION))
        for task in result.tasks
        if task.condition
    ]


def first_tasks(result: Result, today: date) -> list[Draft]:
    """What comes first for the applicant without being a condition; a kind letter is the director's."""
    return [
        Draft(_condition(task.code, task.sentence), _ahead(task.due_on, today, DAYS_FOR_A_TASK))
        for task in result.tasks
        if not task.condition and task.code not in OF_THE_DIRECTOR
    ]


def _condition(code: str, sentence: str) -> str:
    """The task in words to the applicant, who reads it on their page."""
    known = {
        "lawyer": _("Agree on a labor lawyer whose values are yours. We send you names today."),
        "sharing": _(
            "Agree with us how learning is shared: after review, later, or without names, for example."
        ),
        "mission": _("Tell us in the first call how your mission serves social justice."),
        "individual": _("Begin with what is open to one person; your team can follow."),
        "union_consent": _("Ask the union to agree to the person and the plan before joint parts begin."),
        "conversation": _("Talk the open point through with your director."),
    }
    return known.get(code) or str(told(reworded(sentence, TO_THEM))).rstrip(".")[:200] + "."


def _ahead(day: date | None, today: date, days: int) -> date:
    return day if day is not None and day > today else working_days_after(today, days)


def question_day(today: date) -> date:
    """By when an answer is asked for."""
    return working_days_after(today, DAYS_FOR_A_QUESTION)


def other_places(application: answers.Application) -> list[tuple[str, str]]:
    """Two other places to turn to, as a first draft."""
    state = words.STATES.get(application.organization.state)
    where = in_locale(state.label) if state else _("your state")
    if application.line == "schools" or application.organization.type in SCHOOLS:
        first = (_("The public employment relations agency of %(state)s", state=where), _("Its website lists mediators and guides."))  # fmt: skip
    else:
        first = (_("The nonprofit association of %(state)s", state=where), _("It knows advisers for employers near you."))  # fmt: skip
    return [first, (_("The public pages of our Resource Hub"), _("Open to everybody, without an account."))]


def referral_reason(application: answers.Application, result: Result) -> str:
    """The reason code that fits the answers, as a first draft."""
    if application.organization.mission_social_justice == "no":
        return "no_justice_mission"
    if "no" in (application.foundation.pro_union, application.foundation.share_learning):
        return "foundation"
    return "outside_area" if application.line == "schools" else "other_help_fits_better"


def unit_words(application: answers.Application, as_of: date) -> tuple[str, str]:
    """Size of the unit in question beside the staff, and what there is beside it."""
    units, _said = units_of(application, as_of)
    unit, _why = headline(units, as_of)
    staff = application.organization.staff_count
    if not unit.size:
        return (_("%(staff)s staff", staff=f"{staff:,}") if staff else _("Size not told"), unit.label)
    rest = sum(other.size or 0 for other in units if other is not unit)
    told = (
        _("%(unit)s of %(staff)s staff", unit=f"{unit.size:,}", staff=f"{staff:,}")
        if staff
        else _("%(unit)s in the unit", unit=f"{unit.size:,}")
    )
    more = ngettext("%(num)s more in another unit", "%(num)s more in other units", rest) if rest else ""
    return told, "; ".join(part for part in (unit.label, more) if part)


__all__ = [
    "Draft", "conditions", "first_tasks", "other_places", "question_day", "referral_reason",
    "to_accept", "to_ask", "to_refer", "unit_words", "with_conditions",
]  # fmt: skip
