"""The steps that several deeds on offers share; each runs inside the deed's own transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lab import history, notices
from lab.actions import shortlists
from lab.actions.offer_guards import Terms, consultant_of, decided_for_hours, obstacle
from lab.clock import end_of_working_day, program_day
from lab.database import db, lock, new_reference, now
from lab.errors import NotFound, NotNow
from lab.lifecycle import CONSULTANT, OFFER, after
from lab.matching.result import Recommendation as Match
from lab.models import Case, Consultant, Offer, Person, Recommendation
from lab.queries.matching import application_of
from lab.queries.policies import in_force
from lab.queries.summaries import summary_for

HOT = frozenset({"recognition_requested", "petition_filed"})
LAST_REMINDER = timedelta(hours=24)
MOST_DECLINES = 2


def days_to_reply(case: Case, match: Match) -> int:
    """Working days a consultant has by the policy in force: fewer where things move fast."""
    application = application_of(case)
    conditions = {*application.conditions, *(code for unit in application.units for code in unit.conditions)}
    hot = match.stage in HOT or "job_action" in conditions
    policy = in_force()
    return policy.offer_days_when_hot if hot else policy.offer_days


def create(
    case: Case,
    consultant: Consultant,
    *,
    recommendation: Recommendation,
    terms: Terms,
    alternates: list[str],
    next_by_itself: bool,
    fewer_hours_allowed: bool,
    sent_by_id: int,
    by: Person | None,
    slot: int = 1,
) -> Offer:
    """Write an offer, its timers, its notice and its history. All guards have been asked before."""
    match = Match.from_record(recommendation.result)
    reply_by = end_of_working_day(now(), days_to_reply(case, match), consultant.person.time_zone)
    candidate = match.candidate(consultant.ref)
    summary = summary_for(case, recommendation, consultant, **terms.as_values())
    offer = Offer(
        ref=new_reference(), case_id=case.id, consultant_id=consultant.id, recommendation_id=recommendation.id,
        slot=slot, **terms.as_values(), summary=summary,
        why=list(candidate.reasons) if candidate else [], alternates=alternates, next_by_itself=next_by_itself,
        fewer_hours_allowed=fewer_hours_allowed, sent_by_id=sent_by_id, sent_at=now(), reply_by=reply_by,
    )  # fmt: skip
    db.session.add(offer)
    db.session.flush()
    shortlists.keep(recommendation, match, consultant.ref, offer_id=offer.id, by_itself=by is None)
    # Beside the version: nobody's open form of the profile grows old because an offer was sent.
    db.session.execute(
        sa.update(Consultant).where(Consultant.id == consultant.id).values(last_offered_on=program_day(now()))
    )
    set_clock(offer)
    case.next_action, case.due_on = "wait_offer", program_day(reply_by)
    notices.queue(
        "offer-sent", about=f"offer {offer.ref} sent", to=consultant.person, path=f"/offers/{offer.ref}"
    )
    note("offer_sent", offer, by=by, consultant=consultant.ref)
    return offer


def set_clock(offer: Offer) -> None:
    """The timers of the reply-by of now: its end, and reminders at half time and a day before."""
    left = offer.reply_by - now()
    for moment in (now() + left / 2, offer.reply_by - LAST_REMINDER):
        if left > LAST_REMINDER and moment > now():
            history.set_timer("offer-reminder", about=offer.ref, due_at=moment)
    history.set_timer("offer-expiry", about=offer.ref, due_at=offer.reply_by)


def find(ref: str) -> Offer:
    """The offer with this reference. Raises `NotFound`."""
    offer = db.session.scalar(sa.select(Offer).where(Offer.ref == ref))
    if offer is None:
        raise NotFound("There is no such offer.")
    return offer


def hold(ref: str) -> tuple[Case, Offer]:
    """The case and the offer, both held for writing, always in this order."""
    known = find(ref)
    case: Case = lock(Case, known.case_id)
    offer: Offer = lock(Offer, known.id)
    return case, offer


def move(offer: Offer, step: str, *, by: str) -> None:
    """Take one step. Raises `NotNow` with a kind sentence when the offer is no longer where it was."""
    offer.state = after(OFFER, step, offer.state, by=by)
    offer.answered_at = now()


def check_version(offer: Offer, version: int) -> None:
    """Raises `NotNow` when the offer changed after its page was read."""
    if offer.version != version:
        raise NotNow("This offer has changed since you opened it. Look at it again, then answer.")


def note(verb: str, offer: Offer, *, by: Person | None, **details: Any) -> None:
    """History about an offer: codes and references only."""
    history.record(verb, about=f"offer {offer.ref}", by=by, case=offer.case, details=details)


def tell_director(kind: str, offer: Offer, *, about: str) -> None:
    """A neutral notice to the director of the case, or to who sent the offer."""
    director = offer.case.director or db.session.get_one(Person, offer.sent_by_id)
    notices.queue(
        kind, about=f"offer {offer.ref} {about}", to=director, path=f"/reviews/{offer.case.ref}/offer"
    )


def tell_consultant(kind: str, offer: Offer, *, about: str) -> None:
    """A neutral notice to the consultant."""
    notices.queue(
        kind, about=f"offer {offer.ref} {about}", to=offer.consultant.person, path=f"/offers/{offer.ref}"
    )


def to_director(case: Case, offer: Offer) -> None:
    """A possible conflict: the clock stops and it is the director's turn to look."""
    offer.clock_stopped_at = now()
    offer.conflict_cleared_at, offer.conflict_cleared_by_id = None, None
    case.next_action, case.due_on = "look_at_conflict", program_day(now())
    tell_director("conflict-possible", offer, about=f"conflict {now():%Y-%m-%d %H:%M}")


def declined(offer: Offer, *, by: Person) -> None:
    """The consultant said no: the director is told, and the next alternate asked where that was ordered."""
    move(offer, "decline", by=CONSULTANT)
    offer.clock_stopped_at = None
    tell_director("offer-answered", offer, about="declined")
    note("offer_declined", offer, by=by, reason=offer.decline_reason)
    pass_on(offer)


def pass_on(offer: Offer) -> Offer | None:
    """An offer came to nothing: ask the next alternate where the director said so, otherwise it is the director's turn.

    Gives the new offer, if there is one. The director is told of the answer by the deed itself.
    """
    case = offer.case
    if case.state != "offering":
        return None
    new = _ask_next(offer) if offer.next_by_itself and not _twice_declined(offer) else None
    if new is None:
        case.next_action, case.due_on = "choose_next", program_day(now())
    return new


def _twice_declined(offer: Offer) -> bool:
    """After two declines on one recommendation a person looks before anybody else is asked."""
    count = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Offer)
        .where(Offer.recommendation_id == offer.recommendation_id, Offer.slot == offer.slot)
        .where(Offer.state == "declined")
    )
    return bool(count and count >= MOST_DECLINES)


def _ask_next(offer: Offer) -> Offer | None:
    case = offer.case
    try:
        decision, recommendation = decided_for_hours(case)
    except NotNow:
        note("alternates_stopped", offer, by=None, reason="recommendation_changed")
        return None
    match = Match.from_record(recommendation.result)
    terms = Terms(**{name: getattr(offer, name) for name in Terms.__dataclass_fields__})
    remaining = list(offer.alternates)
    while remaining:
        ref = remaining.pop(0)
        consultant = consultant_of(ref)
        why_not = obstacle(case, consultant, match=match, decision=decision, terms=terms, fewer_hours=False)
        if why_not:
            note("alternate_passed_over", offer, by=None, consultant=ref)
            continue
        return create(
            case, consultant, recommendation=recommendation, terms=terms, alternates=remaining,
            next_by_itself=True, fewer_hours_allowed=offer.fewer_hours_allowed,
            sent_by_id=offer.sent_by_id, by=None, slot=offer.slot,
        )  # fmt: skip
    return None
