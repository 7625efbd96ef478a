"""A director's review of a case: begin it, compute what is recommended, notice when that no longer holds."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa

from lab import history
from lab.database import db, lock, now, transaction
from lab.errors import NotAllowed, NotFound, NotNow
from lab.lifecycle import CASE, CLOCK, DIRECTOR, RECOMMENDATION, after, may
from lab.matching.result import Recommendation as Result
from lab.models import Case, Person, Recommendation
from lab.queries import recommendations
from lab.queries.differences import differences
from lab.queries.matching import application_of, queue_columns
from lab.queries.policies import in_force
from lab.said import say

TIERS_BY_WEIGHT = ("individualized", "regional", "universal")
REFERENCE = re.compile(r"\bLL-[0-9A-Z]{6}\b")
WATCHED_STATES = ("submitted", "in_review", "info_requested", "awaiting_conditions", "offering")


def begin(case_id: int, *, by: Person) -> None:
    """Begin the review: the case is this director's from now on, and the client can read that.

    Beginning one's own review twice changes nothing. Raises `NotNow` when somebody else has begun,
    or the case is not waiting for a review.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        if case.director_id == by.id and case.state == "in_review":
            return
        if case.director_id not in (None, by.id) and case.director is not None:
            raise NotNow(
                say(
                    "%(name)s has already begun this review. Talk with each other first.",
                    name=_name(case.director),
                )
            )
        case.state = after(CASE, "start_review", case.state, by=DIRECTOR)
        case.director_id = by.id
        case.next_action = "decide"
        history.receipt(case, by_id=by.id, what="review")
        history.record("review_begun", about=f"case {case.ref}", by=by, case=case, audience="joint")


def take_over(case_id: int, *, by: Person) -> None:
    """Take the case over from another director; both the change and the names are kept.

    Raises `NotNow` where nobody has begun, or everything is finished.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        if case.director_id == by.id:
            return
        if case.director_id is None or case.closed_at is not None:
            raise NotNow("Nobody is reviewing this case now.")
        history.record(
            "review_taken_over", about=f"case {case.ref}", by=by, case=case, audience="joint",
            details={"from": case.director_id},
        )  # fmt: skip
        history.receipt(case, by_id=by.id, what="review")
        case.director_id = by.id


def opened(case_id: int, *, by_id: int, what: str = "review") -> None:
    """Keep that somebody of the program opened the case; the client reads this in the access log."""
    with transaction():
        history.receipt(case_id, by_id=by_id, what=what)


def exported(table: str, *, by_id: int) -> None:
    """Keep for every case that a table names by its reference that somebody took it along."""
    refs = set(REFERENCE.findall(table))
    with transaction():
        for case_id in db.session.scalars(sa.select(Case.id).where(Case.ref.in_(refs)).order_by(Case.id)):
            history.receipt(case_id, by_id=by_id, what="export")


def compute(case_id: int, *, by: Person | None = None, as_of: date | None = None) -> Recommendation:
    """Compute what is recommended and keep it, with its inputs, policy and code; an equal one is kept once.

    It is computed outside the transaction. What was computed before and differs goes stale and says
    why; an approved one is never edited. Raises `NotNow` where nothing was submitted.
    """
    case = db.session.get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    inputs = recommendations.read_inputs(case, as_of or recommendations.day_to_count_from())
    policy = in_force()
    made = recommendations.propose(inputs, policy=policy)
    record = inputs.to_record()
    fingerprint = recommendations.hash_of(record, policy)
    with transaction():
        case = lock(Case, case_id)
        before = recommendations.newest(case_id)
        if before is not None and before.state in ("computed", "approved"):
            if before.inputs_hash == fingerprint:
                return before
            if before.state == "computed":
                _go_stale(before, _why_replaced(before, made))
        row = Recommendation(
            case_id=case_id, computed_at=now(), policy=made.policy, code=recommendations.code_version(),
            inputs_hash=fingerprint, inputs=record, result=made.to_record(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        _show_in_queue(case, made)
        history.record(
            "match_computed", about=f"recommendation {row.ref}", by=by, case=case,
            details={"inputs": fingerprint[:12], "policy": made.policy},
        )  # fmt: skip
    return row


def _why_replaced(before: Recommendation, made: Result) -> list[str]:
    told = Result.from_record(before.result)
    names = {one["ref"]: one.get("name", one["ref"]) for one in before.inputs["consultants"]}
    said = differences(told, made, names) or [say("It was computed again.")]
    return [*recommendations.other_policy(before.policy, made.policy), *said]


def _show_in_queue(case: Case, made: Result) -> None:
    """The queue's columns, without touching the version that open forms were read at."""
    values = queue_columns(application_of(case), made.as_of)
    values["stage"] = made.stage
    if not case.decision:
        wanted = {advice.tier for advice in made.tiers if advice.standing == "recommended"}
        values["tier"] = next((tier for tier in TIERS_BY_WEIGHT if tier in wanted), "")
    db.session.execute(sa.update(Case).where(Case.id == case.id).values(**values))


def mark_stale(case_id: int) -> list[str]:
    """Let the case's recommendation go stale if it would come out otherwise today; gives what changed.

    A change of a profile that changes nothing in the recommendation leaves it as it is.
    """
    row = recommendations.newest(case_id)
    case = db.session.get(Case, case_id)
    if row is None or case is None or case.document is None:
        return []
    if row.state == "stale":
        return list(row.stale_because)
    if not may(RECOMMENDATION, "go_stale", row.state, by=CLOCK):
        return []
    changes = recommendations.changes_since(row, case)
    if not changes:
        return []
    row_id = row.id
    with transaction():
        held: Recommendation = lock(Recommendation, row_id)
        if may(RECOMMENDATION, "go_stale", held.state, by=CLOCK):
            _go_stale(held, changes)
            history.record(
                "match_stale", about=f"recommendation {held.ref}", by=None, case=lock(Case, case_id)
            )
    return changes


def _go_stale(row: Recommendation, changes: list[str]) -> None:
    row.state = after(RECOMMENDATION, "go_stale", row.state, by=CLOCK)
    row.stale_because = changes


def mark_stale_everywhere() -> int:
    """Look through the open cases for recommendations that no longer hold; gives how many went stale."""
    ids = db.session.scalars(sa.select(Case.id).where(Case.state.in_(WATCHED_STATES)).order_by(Case.id)).all()
    gone = 0
    for case_id in ids:
        row = recommendations.newest(case_id)
        if row is not None and row.state in ("computed", "approved"):
            gone += bool(mark_stale(case_id))
    return gone


def compute_missing() -> int:
    """Compute for every case that waits and has no recommendation yet; gives how many."""
    kept = sa.select(Recommendation.id).where(Recommendation.case_id == Case.id).exists()
    ids = db.session.scalars(
        sa.select(Case.id)
        .where(Case.state.in_(("submitted", "in_review")), Case.document.is_not(None), ~kept)
        .order_by(Case.id)
    ).all()
    for case_id in ids:
        compute(case_id)
    return len(ids)


def must_be_theirs(case: Case, by: Person) -> None:
    """Raises `NotNow` when another director has the case, `NotAllowed` when nobody has begun."""
    if case.director_id == by.id:
        return
    if case.director_id is None or case.director is None:
        raise NotAllowed("Start the review first.")
    raise NotNow(
        say(
            "%(name)s is reviewing this case, so nothing was changed. Talk with each other first.",
            name=_name(case.director),
        )
    )


def _name(person: Person) -> str:
    return person.name or person.email
