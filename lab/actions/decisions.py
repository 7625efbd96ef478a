"""What a director decides on a case, and what follows from it: tasks, questions, words to the applicant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from lab import history
from lab import vocabulary as words
from lab.actions import follow_up, reviews
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotNow
from lab.lifecycle import CASE, DIRECTOR, RECOMMENDATION, after
from lab.matching.result import Candidate
from lab.matching.result import Recommendation as Result
from lab.models import Case, Decision, Person, Recommendation
from lab.queries import proposals

APPEAL = timedelta(days=30)


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


def decide(case_id: int, choice: Choice, *, key: str, by: Person) -> Decision | None:
    """Decide on a case; gives the decision, or None for a question asked first.

    Raises `NotNow` when the case or the proposal changed since the page was read or another director
    has the case, and `BadInput` when something is missing, such as the reason of an override.
    """
    changes = reviews.mark_stale(case_id)
    with transaction():
        case: Case = lock(Case, case_id)
        reviews.must_be_theirs(case, by)
        if not history.claim(key, purpose="decide", by=by):
            return follow_up.latest_decision(case_id)
        if case.version != choice.read_version:
            raise NotNow("This case changed while you were reading it. Look at it again, then decide.")
        if choice.decision == "hold_conversation":
            follow_up.ask(case, choice.ask, by=by)
            return None
        row = _fresh(case, choice.recommendation_ref, changes)
        result = Result.from_record(row.result)
        _complete(choice, result)
        decided = _write(case, row, choice, by=by)
        follow_up.tasks_for(case, "condition", choice.conditions)
        follow_up.tasks_for(case, "first_task", choice.first_tasks)
        follow_up.tell_applicants(case, "decided", about=f"decision {decided.id}")
    return decided


def keep(case_id: int, *, recommendation_ref: str, key: str, by: Person) -> Decision:
    """Let a decision stand on a newer proposal, in which the chosen consultant still is a candidate.

    Raises `NotNow` when there is no such decision or proposal, or the consultant is out.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        reviews.must_be_theirs(case, by)
        before = follow_up.latest_decision(case_id)
        if before is None or case.state not in ("offering", "awaiting_conditions"):
            raise NotNow("There is no decision to keep. Look at the case again.")
        if not history.claim(key, purpose="keep_decision", by=by):
            return before
        row = _fresh(case, recommendation_ref, [])
        result = Result.from_record(row.result)
        if before.consultant_ref and result.candidate(before.consultant_ref) is None:
            raise NotNow(
                "The consultant you chose is no longer among the candidates. Reopen the decision, then choose."
            )
        row.state = after(RECOMMENDATION, "approve", row.state, by=DIRECTOR)
        before.recommendation_id = row.id
        history.record("decision_kept", about=f"recommendation {row.ref}", by=by, case=case)
    return before


def look_keys(result: Result, consultant_ref: str) -> dict[str, str]:
    """What a director must clear with a reason before choosing: key and sentence of each look."""
    candidate = result.candidate(consultant_ref) if consultant_ref else None
    keys = {f"case:{number}": look.sentence for number, look in enumerate(result.looks)}
    if candidate is not None:
        keys |= {f"{candidate.ref}:{n}": look.sentence for n, look in enumerate(candidate.looks)}
    return keys


def differs(choice: Choice, result: Result) -> list[str]:
    """How the choice differs from the proposal, in sentences; each needs a reason."""
    said = []
    if choice.decision != result.decision:
        said.append("The decision differs from what is proposed.")
    if choice.decision == "decline_refer":
        return said
    wanted = {a.tier for a in result.tiers if a.standing == "recommended"}
    open_to = wanted | {a.tier for a in result.tiers if a.standing in ("optional", "conditional")}
    if not wanted <= set(choice.tiers) or not set(choice.tiers) <= open_to:
        said.append("The tiers differ from what is proposed.")
    candidate = result.candidate(choice.consultant_ref)
    if candidate is not None and not in_top_group(candidate, result):
        said.append("The consultant is not in the top group.")
    return said


def in_top_group(candidate: Candidate, result: Result) -> bool:
    """Whether the candidate is first, or about equal with who is first."""
    return candidate.group == min(one.group for one in result.consultants)


def _fresh(case: Case, ref: str, changes: list[str]) -> Recommendation:
    row = db.session.query(Recommendation).filter_by(case_id=case.id, ref=ref).one_or_none()
    newest = proposals.newest(case.id)
    if row is None or newest is None or row.id != newest.id:
        raise NotNow("There is a newer proposal than the one you read. Look at it, then decide.")
    if changes or row.state == "stale":
        told = " ".join(changes or row.stale_because)
        raise NotNow(f"What this proposal was made from has changed. {told} Compute it again, then decide.")
    return row


def _complete(choice: Choice, result: Result) -> None:
    """Raises BadInput with everything that is missing or not possible."""
    problems = _who_problems(choice, result)
    if not choice.words_to_applicant.strip():
        problems.append("Write what the applicant will read.")
    if choice.decision == "decline_refer":
        problems += _referral_problems(choice)
    elif not choice.tiers:
        problems.append("Choose at least one tier of support.")
    if choice.decision == "accept_with_conditions" and not choice.conditions:
        problems.append("Write at least one condition, with its day.")
    today = now().date()
    if any(todo.due_on < today for todo in (*choice.conditions, *choice.first_tasks)):
        problems.append("The day of a task must not lie in the past.")
    if choice.decision != "decline_refer" and differs(choice, result):
        problems += _override_problems(choice, differs(choice, result))
    elif differs(choice, result) and not choice.note.strip():
        problems.append("This differs from what is proposed. Write a note that says why.")
    if problems:
        raise BadInput(problems[0], problems)


def _who_problems(choice: Choice, result: Result) -> list[str]:
    if choice.decision not in words.DECISIONS:
        return ["Choose a decision."]
    if choice.decision == "decline_refer":
        return ["A case that is referred has no consultant."] if choice.consultant_ref else []
    problems = []
    ref = choice.consultant_ref
    if ref and result.candidate(ref) is None:
        closed = next((one for one in result.excluded if one.ref == ref), None)
        reason = closed.reason if closed else "They are not among the candidates."
        problems.append(f"This consultant cannot be chosen. {reason}")
    if ref and "individualized" not in choice.tiers:
        problems.append("A consultant goes with the individualized tier. Choose both, or neither.")
    for key, sentence in look_keys(result, ref).items():
        if not choice.cleared.get(key, "").strip():
            problems.append(f"Say why this is no obstacle: {sentence}")
    shut = {a.network for a in result.networks if a.standing == "excluded"}
    shut |= {a.convening for a in result.convenings if a.standing == "excluded"}
    if shut & {*choice.networks, *choice.convenings}:
        problems.append("One of the networks or convenings is not open to this case.")
    return problems


def _referral_problems(choice: Choice) -> list[str]:
    problems = []
    if choice.reason_code not in words.REFERRAL_REASONS:
        problems.append("Choose the reason for referring.")
    if not any(place.name.strip() for place in choice.referrals):
        problems.append("Name at least one other place to turn to.")
    return problems


def _override_problems(choice: Choice, sentences: list[str]) -> list[str]:
    problems = []
    if choice.reason_code not in words.OVERRIDE_REASONS:
        problems.append(f"{' '.join(sentences)} Choose a reason.")
    if not choice.note.strip():
        problems.append(f"{' '.join(sentences)} Write a note that says why.")
    return problems


STEPS = {
    ("accept", True): "accept",
    ("accept", False): "accept_without_hours",
    ("accept_with_conditions", True): "accept_with_conditions",
    ("accept_with_conditions", False): "accept_with_conditions",
    ("decline_refer", False): "refer",
}
NEXT = {
    "offering": "send_offer",
    "awaiting_conditions": "check_conditions",
    "active": "close",
    "referred": "",
}


def _write(case: Case, row: Recommendation, choice: Choice, *, by: Person) -> Decision:
    case.state = after(CASE, STEPS[choice.decision, bool(choice.consultant_ref)], case.state, by=DIRECTOR)
    step = "reject" if choice.decision == "decline_refer" and _proposed(row) != "decline_refer" else "approve"
    row.state = after(RECOMMENDATION, step, row.state, by=DIRECTOR)
    referred = choice.decision == "decline_refer"
    decided = Decision(
        case_id=case.id, recommendation_id=row.id, decision=choice.decision,
        tiers=[] if referred else list(choice.tiers), networks=[] if referred else list(choice.networks),
        convenings=[] if referred else list(choice.convenings), consultant_ref=choice.consultant_ref,
        reason_code=choice.reason_code, note=choice.note.strip(),
        words_to_applicant=choice.words_to_applicant.strip(),
        referrals=[{"name": place.name.strip(), "how": place.how.strip()} for place in choice.referrals],
        cleared_looks=[{"look": key, "reason": why.strip()} for key, why in sorted(choice.cleared.items())],
        decided_by_id=by.id, decided_at=now(),
    )  # fmt: skip
    db.session.add(decided)
    db.session.flush()
    case.decision = choice.decision
    case.tier = next((tier for tier in reviews.TIERS_BY_WEIGHT if tier in decided.tiers), "")
    case.next_action = NEXT[case.state]
    case.due_on = min((todo.due_on for todo in choice.conditions), default=None)
    if case.state == "offering":
        case.due_on = now().date() + timedelta(days=1)
    history.record(
        "decided", about=f"case {case.ref}", by=by, case=case, audience="joint",
        details={"decision": choice.decision},
    )  # fmt: skip
    history.record(
        "decided_on", about=f"recommendation {row.ref}", by=by, case=case,
        details={"inputs": row.inputs_hash[:12], "consultant": choice.consultant_ref,
                 "reason": choice.reason_code},
    )  # fmt: skip
    return decided


def _proposed(row: Recommendation) -> str:
    return str(row.result["decision"])
