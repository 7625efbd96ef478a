"""What a director decides on a case, and what follows from it: tasks, questions, words to the applicant."""

from __future__ import annotations

from datetime import timedelta

from lab import history
from lab.actions import follow_up, reviews, shortlists
from lab.actions.choices import Ask, Choice, Referral, ToDo, complete, differs, in_top_group, look_keys
from lab.clock import program_day
from lab.database import db, lock, now, transaction
from lab.errors import NotNow
from lab.lifecycle import CASE, DIRECTOR, RECOMMENDATION, after
from lab.matching.result import Recommendation as Result
from lab.models import Case, Decision, Person, Recommendation
from lab.queries import recommendations
from lab.said import joined, say

__all__ = ["Ask", "Choice", "Referral", "ToDo", "decide", "differs", "in_top_group", "keep", "look_keys"]


def decide(case_id: int, choice: Choice, *, key: str, by: Person) -> Decision | None:
    """Decide on a case; gives the decision, or None for a question asked first.

    Raises `NotNow` when the case or the recommendation changed since the page was read or another director
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
        complete(choice, result)
        decided = _write(case, row, choice, by=by)
        shortlists.keep(row, result, choice.consultant_ref, decision_id=decided.id)
        follow_up.tasks_for(case, "condition", choice.conditions)
        follow_up.tasks_for(case, "first_task", choice.first_tasks)
        follow_up.tell_applicants(case, "decided", about=f"decision {decided.id}")
    return decided


def keep(case_id: int, *, recommendation_ref: str, key: str, by: Person) -> Decision:
    """Let a decision stand on a newer recommendation, in which the chosen consultant still is a candidate.

    Raises `NotNow` when there is no such decision or recommendation, or the consultant is out.
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


def _fresh(case: Case, ref: str, changes: list[str]) -> Recommendation:
    row = db.session.query(Recommendation).filter_by(case_id=case.id, ref=ref).one_or_none()
    newest = recommendations.newest(case.id)
    if row is None or newest is None or row.id != newest.id:
        raise NotNow("There is a newer recommendation than the one you read. Look at it, then decide.")
    if changes or row.state == "stale":
        changed = say("What this recommendation was made from has changed.")
        told = changes or row.stale_because
        again = say("Compute it again, then decide.")
        raise NotNow(joined(changed, *told, again))
    return row


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
        case.due_on = program_day(now()) + timedelta(days=1)
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
