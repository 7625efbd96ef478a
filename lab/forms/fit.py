"""The five questions of the fit check. Nothing of it is stored: the answers travel in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab import vocabulary as words
from lab.forms.base import choices_of
from lab.tongue import gettext as _

QUESTIONS = ("role", "kind", "stage", "state", "commitments")
CLAUSES = tuple(words.FOUNDATION)


@dataclass(frozen=True)
class Choice:
    """One possible answer."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the answers amount to, in words: fits, talk or other, why, and what may come next."""

    outcome: str
    reasons: tuple[str, ...]
    line: str = ""


def choices(question: str) -> list[Choice]:
    """The answers that a question offers."""
    match question:
        case "role":
            return [
                Choice(
                    "leader",
                    _("I lead or manage"),
                    _("Executive, director, supervisor, human resources, superintendent."),
                ),
                Choice("board", _("I am on the board, or a funder")),
                Choice("union", _("I am a union officer or steward")),
                Choice("staff", _("I am on the staff, without a leading role")),
            ]
        case "kind":
            return [
                Choice("nonprofit", _("A nonprofit with a social-justice mission")),
                Choice("other_nonprofit", _("Another nonprofit, a university or a worker center")),
                Choice("school", _("A public school district, county office or charter school")),
                Choice("company", _("A company, or a public body that is no school")),
            ]
        case "stage":
            return [
                Choice(code, term.label.in_(_locale()), term.hint.in_(_locale()))
                for code, term in words.STAGES.items()
            ]
        case "state":
            return [Choice(str(choice.value), str(choice.label)) for choice in choices_of(words.STATES)]
    return [
        Choice(str(choice.value), str(choice.label))
        for choice in choices_of(words.FOUNDATION_ANSWERS, codes=("yes", "unsure", "no"))
    ]


def _locale() -> str:
    from flask_babel import get_locale

    return str(get_locale())[:2]


def names_of(question: str, told: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The fields of a question; the commitments are those that this kind of organization is asked."""
    if question != "commitments":
        return (question,)
    return _asked("schools") if told and told.get("kind") == "school" else CLAUSES


def read(args: Mapping[str, str]) -> dict[str, str]:
    """The answers that stand in the address, those that exist."""
    found = {}
    for question in QUESTIONS:
        known = {choice.value for choice in choices(question)}
        for name in names_of(question):
            if args.get(name) in known:
                found[name] = args[name]
    return found


def verdict(told: Mapping[str, str]) -> Verdict:
    """Whether this fits. Somebody who does not fit is never told that something is wrong with them."""
    school = told["kind"] == "school"
    elsewhere = _elsewhere(told, school=school)
    if elsewhere:
        return Verdict("other", (elsewhere,))
    line = "schools" if school and told["state"] == "CA" else "nonprofit"
    refused = [code for code in _asked(line) if told[code] == "no"]
    if told["pro_union"] == "no" or len(refused) >= 2:
        return Verdict(
            "other",
            (
                _(
                    "We work only where leaders accept that staff may have a union. If that changes, you are welcome."
                ),
            ),
        )
    talk = _to_talk_over(told, line)
    if talk:
        return Verdict("talk", tuple(talk), line)
    return Verdict("fits", tuple(_good_reasons(told, line)), line)


def _asked(line: str) -> tuple[str, ...]:
    return tuple(code for code, clause in words.FOUNDATION.items() if line in clause.lines)


def _elsewhere(told: Mapping[str, str], *, school: bool) -> str:
    if told["kind"] == "company":
        return _("We work with nonprofits and public schools only. The guides are open to everybody.")
    if school and told["state"] != "CA":
        return _(
            "The program for public schools works in California only. A charter school elsewhere can apply as a nonprofit."
        )
    if not school and told["role"] in ("union", "staff"):
        return _(
            "For nonprofits we work with those who lead. We never work for one side against the other; "
            "a union or a labor council near you can help you better."
        )
    return ""


def _to_talk_over(told: Mapping[str, str], line: str) -> list[str]:
    talk = []
    if told["pro_union"] == "unsure":
        talk.append(
            _("You are not sure yet about your staff's right to a union. That is what the first talk is for.")
        )
    if told["share_learning"] == "no":
        talk.append(_("You cannot share what you learn. We talk about what could be shared, and how."))
    if told["kind"] == "other_nonprofit":
        talk.append(_("We look together at whether your mission is close enough to ours."))
    return talk


def _good_reasons(told: Mapping[str, str], line: str) -> list[str]:
    stage = words.STAGES[told["stage"]].label.in_(_locale()).lower()
    reasons = [_("We know your point on the way: %(stage)s.", stage=stage)]
    if line == "schools":
        reasons.append(_("Your team can begin with one person. The other seats join when you ask them."))
    elif told["aligned_lawyer"] != "yes":
        reasons.append(_("A lawyer who shares these values is the first thing we help you find."))
    if told["share_learning"] == "unsure":
        reasons.append(_("How you share what you learn is agreed with you, text by text."))
    return reasons
