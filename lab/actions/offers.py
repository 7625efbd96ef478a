"""What a director does with an offer: send it, take it back, clear a possible conflict, answer a counter-proposal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from lab import history
from lab.actions import engaging, reviews
from lab.actions.offer_guards import (
    Terms,
    check_terms,
    consultant_of,
    decided_for_hours,
    obstacle,
    slot_is_free,
)  # fmt: skip
from lab.actions.offer_steps import (
    check_version,
    create,
    find,
    hold,
    move,
    note,
    pass_on,
    set_clock,
    tell_consultant,
)  # fmt: skip
from lab.clock import program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotNow
from lab.lifecycle import DIRECTOR, LIVE_OFFER_STATES, OFFER, after, may
from lab.matching.result import Recommendation as Match
from lab.models import Case, Decision, Engagement, Offer, Person


def send(
    case_id: int,
    *,
    consultant_ref: str,
    hours_low: int,
    hours_high: int,
    hours_month: int,
    starts_on: date,
    ends_on: date,
    alternates: list[str],
    next_by_itself: bool,
    fewer_hours_allowed: bool,
    key: str,
    by: Person,
    cleared: Mapping[str, str] | None = None,
) -> Offer:
    """Ask a consultant for this case; the same key again gives the first offer.

    `alternates` are asked in this order, by themselves only where `next_by_itself` says so. `cleared`
    holds the reason for each look that the decision has not cleared yet (keys as in `decisions.look_keys`).
    Raises `BadInput` for impossible terms, `NotNow` with the reason when this consultant cannot be asked now.
    """
    terms = Terms(
        hours_low=hours_low, hours_high=hours_high, hours_month=hours_month, starts_on=starts_on, ends_on=ends_on
    )  # fmt: skip
    reviews.mark_stale(case_id)
    with transaction():
        case: Case = lock(Case, case_id)
        reviews.must_be_theirs(case, by)
        if not history.claim(key, purpose="send_offer", by=by):
            return find(history.result_of(key, by=by))
        offer = ask(
            case, consultant_ref, terms=terms, alternates=alternates, next_by_itself=next_by_itself,
            fewer_hours_allowed=fewer_hours_allowed, cleared=cleared or {}, by=by,
        )  # fmt: skip
        history.remember_result(key, offer.ref)
    return offer


def ask(
    case: Case,
    consultant_ref: str,
    *,
    terms: Terms,
    by: Person,
    alternates: list[str] | None = None,
    next_by_itself: bool = False,
    fewer_hours_allowed: bool = True,
    cleared: Mapping[str, str] | None = None,
) -> Offer:
    """The part of a deed that asks, for a case that it holds and whose recommendation it has just looked at.

    Raises `BadInput` for impossible terms, `NotNow` with the reason when this consultant cannot be asked now.
    """
    reviews.must_be_theirs(case, by)
    check_terms(terms)
    decision, recommendation = decided_for_hours(case)
    slot_is_free(case, 1)
    match = Match.from_record(recommendation.result)
    consultant = consultant_of(consultant_ref)
    _clear(decision, cleared or {})
    why_not = obstacle(
        case, consultant, match=match, decision=decision, terms=terms, fewer_hours=fewer_hours_allowed
    )
    if why_not:
        raise NotNow(why_not)
    return create(
        case, consultant, recommendation=recommendation, terms=terms,
        alternates=_in_order(alternates or [], match, but=consultant_ref), next_by_itself=next_by_itself,
        fewer_hours_allowed=fewer_hours_allowed, sent_by_id=by.id, by=by,
    )  # fmt: skip


def _clear(decision: Decision, cleared: Mapping[str, str]) -> None:
    known = {one["look"] for one in decision.cleared_looks}
    new = [
        {"look": key, "reason": reason.strip()}
        for key, reason in sorted(cleared.items())
        if reason.strip() and key not in known
    ]
    if new:
        decision.cleared_looks = [*decision.cleared_looks, *new]


def _in_order(alternates: list[str], match: Match, *, but: str) -> list[str]:
    """Each alternate once. Raises `BadInput` for somebody who is no candidate."""
    listed = [ref for ref in dict.fromkeys(alternates) if ref and ref != but]
    unknown = [ref for ref in listed if match.candidate(ref) is None]
    if unknown:
        raise BadInput("Only candidates of this recommendation can be alternates.", unknown)
    return listed


def withdraw(ref: str, *, reason: str, by: Person, key: str = "") -> None:
    """Take an offer back; the consultant is thanked and loses sight of it at once.

    Raises `NotNow` when it has an answer already, `BadInput` without a reason.
    """
    if not reason.strip():
        raise BadInput("Say why the offer is taken back.")
    with transaction():
        case, offer = hold(ref)
        reviews.must_be_theirs(case, by)
        if not history.claim(key, purpose="withdraw_offer", by=by):
            return
        move(offer, "withdraw", by=DIRECTOR)
        offer.decline_note = reason.strip()
        offer.clock_stopped_at = None
        case.next_action, case.due_on = "choose_next", program_day(now())
        tell_consultant("offer-withdrawn", offer, about="withdrawn")
        note("offer_withdrawn", offer, by=by)


def withdraw_open(case: Case, *, by: Person | None, step_by: str) -> int:
    """Take back every open offer of a case inside another deed, as when an applicant withdraws; gives how many.

    `step_by` is director or applicant.
    """
    offers = db.session.scalars(
        sa.select(Offer).where(Offer.case_id == case.id, Offer.state.in_(LIVE_OFFER_STATES))
    ).all()
    for offer in offers:
        offer.state = after(OFFER, "withdraw", offer.state, by=step_by)
        offer.answered_at, offer.clock_stopped_at = now(), None
        tell_consultant("offer-withdrawn", offer, about="withdrawn")
        note("offer_withdrawn", offer, by=by)
    return len(offers)


def clear_conflict(ref: str, *, note_text: str, by: Person, key: str = "") -> None:
    """A possible conflict is none, with the reason; the consultant's time runs on from where it stopped.

    Raises `NotNow` when nothing waits to be cleared, `BadInput` without a reason.
    """
    if not note_text.strip():
        raise BadInput("Say what you found out, and who agreed.")
    with transaction():
        case, offer = hold(ref)
        reviews.must_be_theirs(case, by)
        if not history.claim(key, purpose="clear_conflict", by=by):
            return
        if offer.state != "offered" or offer.clock_stopped_at is None:
            raise NotNow("No possible conflict of this offer waits for you.")
        offer.reply_by = offer.reply_by + (now() - offer.clock_stopped_at)
        offer.clock_stopped_at = None
        offer.conflict_cleared_at, offer.conflict_cleared_by_id = now(), by.id
        offer.conflict_note = note_text.strip()
        set_clock(offer)
        case.next_action, case.due_on = "wait_offer", program_day(offer.reply_by)
        tell_consultant("offer-changed", offer, about="cleared")
        note("conflict_cleared", offer, by=by)


def confirm_counter(ref: str, *, version: int, key: str, by: Person) -> Engagement:
    """Agree to fewer hours or a later start: as if the consultant had accepted that.

    Raises `NotNow` when there is nothing to agree to, the hours are gone meanwhile or a conflict appeared.
    """
    with transaction():
        # Everybody who takes a slot holds the rows in the same order: consultant, case, offer.
        engaging.hold_consultant(find(ref))
        case, offer = hold(ref)
        reviews.must_be_theirs(case, by)
        if not history.claim(key, purpose="confirm_counter", by=by):
            return engaging.engagement_of(offer)
        check_version(offer, version)
        if not may(OFFER, "confirm_counter", offer.state, by=DIRECTOR) or offer.counter is None:
            raise NotNow("There is no other proposal of this consultant to agree to.")
        engaging.apply_counter(offer)
        made = engaging.take(case, offer, step="confirm_counter", by=by, step_by=DIRECTOR)
        tell_consultant("offer-changed", offer, about="confirmed")
    return made


def refuse_counter(ref: str, *, reason: str, version: int, key: str, by: Person) -> Offer | None:
    """Thank the consultant and go on; gives the offer to the next alternate, if one was sent by itself."""
    with transaction():
        case, offer = hold(ref)
        reviews.must_be_theirs(case, by)
        if not history.claim(key, purpose="refuse_counter", by=by):
            return None
        check_version(offer, version)
        move(offer, "refuse_counter", by=DIRECTOR)
        offer.decline_note = reason.strip()
        tell_consultant("offer-withdrawn", offer, about="withdrawn")
        note("counter_refused", offer, by=by)
        return pass_on(offer)


def answer_question(ref: str, number: int, *, text: str, key: str, by: Person) -> None:
    """Answer what the consultant asked, counted from 0. Raises `BadInput` without a text, `NotNow` if it is gone."""
    if not text.strip():
        raise BadInput("Write your answer.")
    with transaction():
        case, offer = hold(ref)
        reviews.must_be_theirs(case, by)
        if not history.claim(key, purpose="answer_offer_question", by=by):
            return
        if not 0 <= number < len(offer.questions):
            raise NotNow("This question is no longer there.")
        answered = {**offer.questions[number], "answer": text.strip(), "answered_at": now().isoformat()}
        offer.questions = [answered if n == number else one for n, one in enumerate(offer.questions)]
        tell_consultant("offer-changed", offer, about=f"answer {number + 1} {now():%Y-%m-%d %H:%M}")
        note("offer_question_answered", offer, by=by)
