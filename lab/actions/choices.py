"""What a director says in one decision, how it differs from what is recommended, and what is missing in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lab import vocabulary as words
from lab.clock import program_day
from lab.database import now
from lab.errors import BadInput
from lab.matching.result import Candidate
from lab.matching.result import Recommendation as Result
from lab.said import joined, say


@dataclass(frozen=True)
class ToDo:
    """Something the applicant does, with its day."""

    text: str
    due_on: date


@dataclass(frozen=True)
class Referral:
    """Another place to turn to, and how to reach it."""

    name: str
    how: str = ""


@dataclass(frozen=True)
class Ask:
    """A question before the decision: what, who reads it, which topics may be changed, by when."""

    text: str
    due_on: date
    topics: tuple[str, ...] = ()
    audience: str = "joint"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Everything a director says in one decision. `cleared`: the reason for each look, by its key."""

    decision: str
    recommendation_ref: str
    read_version: int
    tiers: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    convenings: tuple[str, ...] = ()
    consultant_ref: str = ""
    conditions: tuple[ToDo, ...] = ()
    first_tasks: tuple[ToDo, ...] = ()
    cleared: dict[str, str] = field(default_factory=dict)
    reason_code: str = ""
    note: str = ""
    words_to_applicant: str = ""
    ask: Ask | None = None
    referrals: tuple[Referral, ...] = ()


def look_keys(result: Result, consultant_ref: str) -> dict[str, str]:
    """What a director must clear with a reason before choosing: key and sentence of each look."""
    candidate = result.candidate(consultant_ref) if consultant_ref else None
    keys = {f"case:{number}": look.sentence for number, look in enumerate(result.looks)}
    if candidate is not None:
        keys |= {f"{candidate.ref}:{n}": look.sentence for n, look in enumerate(candidate.looks)}
    return keys


def differs(choice: Choice, result: Result) -> list[str]:
    """How the choice differs from the recommendation, in sentences; each needs a reason."""
    said: list[str] = []
    if choice.decision != result.decision:
        said.append(say("The decision differs from what is recommended."))
    if choice.decision == "decline_refer":
        return said
    wanted = {a.tier for a in result.tiers if a.standing == "recommended"}
    open_to = wanted | {a.tier for a in result.tiers if a.standing in ("optional", "conditional")}
    if not wanted <= set(choice.tiers) or not set(choice.tiers) <= open_to:
        said.append(say("The tiers differ from what is recommended."))
    candidate = result.candidate(choice.consultant_ref)
    if candidate is not None and not in_top_group(candidate, result):
        said.append(say("The consultant is not in the top group."))
    return said


def in_top_group(candidate: Candidate, result: Result) -> bool:
    """Whether the candidate is first, or about equal with who is first."""
    return candidate.group == min(one.group for one in result.consultants)


def complete(choice: Choice, result: Result) -> None:
    """Raises `BadInput` with everything that is missing or not possible."""
    problems = _who_problems(choice, result)
    if not choice.words_to_applicant.strip():
        problems.append(say("Write what the applicant will read."))
    if choice.decision == "decline_refer":
        problems += _referral_problems(choice)
    elif not choice.tiers:
        problems.append(say("Choose at least one tier of support."))
    if choice.decision == "accept_with_conditions" and not choice.conditions:
        problems.append(say("Write at least one condition, with its day."))
    today = program_day(now())
    if any(todo.due_on < today for todo in (*choice.conditions, *choice.first_tasks)):
        problems.append(say("The day of a task must not lie in the past."))
    if choice.decision != "decline_refer" and differs(choice, result):
        problems += _override_problems(choice, differs(choice, result))
    elif differs(choice, result) and not choice.note.strip():
        problems.append(say("This differs from what is recommended. Write a note that says why."))
    if problems:
        raise BadInput(problems[0], problems)


def _who_problems(choice: Choice, result: Result) -> list[str]:
    if choice.decision not in words.DECISIONS:
        return [say("Choose a decision.")]
    if choice.decision == "decline_refer":
        return [say("A case that is referred has no consultant.")] if choice.consultant_ref else []
    problems: list[str] = []
    ref = choice.consultant_ref
    if ref and result.candidate(ref) is None:
        closed = next((one for one in result.excluded if one.ref == ref), None)
        reason = closed.reason if closed else say("They are not among the candidates.")
        problems.append(joined(say("This consultant cannot be chosen."), reason))
    if ref and "individualized" not in choice.tiers:
        problems.append(say("A consultant goes with the individualized tier. Choose both, or neither."))
    for key, sentence in look_keys(result, ref).items():
        if not choice.cleared.get(key, "").strip():
            problems.append(say("Say why this is no obstacle: %(look)s", look=sentence))
    shut = {a.network for a in result.networks if a.standing == "excluded"}
    shut |= {a.convening for a in result.convenings if a.standing == "excluded"}
    if shut & {*choice.networks, *choice.convenings}:
        problems.append(say("One of the networks or convenings is not open to this case."))
    return problems


def _referral_problems(choice: Choice) -> list[str]:
    problems: list[str] = []
    if choice.reason_code not in words.REFERRAL_REASONS:
        problems.append(say("Choose the reason for referring."))
    if not any(place.name.strip() for place in choice.referrals):
        problems.append(say("Name at least one other place to turn to."))
    return problems


def _override_problems(choice: Choice, sentences: list[str]) -> list[str]:
    problems: list[str] = []
    if choice.reason_code not in words.OVERRIDE_REASONS:
        problems.append(joined(*sentences, say("Choose a reason.")))
    if not choice.note.strip():
        problems.append(joined(*sentences, say("Write a note that says why.")))
    return problems
