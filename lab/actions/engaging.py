"""From an offer to an engagement: the one place where hours are promised and a slot is taken."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from lab import history
from lab.actions import follow_up, outcomes
from lab.actions.offer_steps import move, note, tell_consultant, tell_director
from lab.clock import program_day
from lab.database import db, lock, now
from lab.errors import NotNow
from lab.lifecycle import CASE, CONSULTANT, DIRECTOR, LIVE_OFFER_STATES, OFFER, RECOMMENDATION, after, may
from lab.models import Case, Consultant, Engagement, Offer, Person, Recommendation
from lab.queries.capacity import free_hours
from lab.queries.conflicts import blocking, conflicts_of
from lab.said import say, spoken


class TooFewHours(NotNow):
    """The consultant's free hours changed since the offer was sent."""

    def __init__(self, *, free: int, wanted: int, starts_on: date) -> None:
        self.free, self.wanted = free, wanted
        super().__init__(
            say(
                "Your free hours have changed: %(free)s a month are free from %(day)s on, %(short)s fewer than "
                "the %(wanted)s this offer asks for.",
                free=free,
                day=spoken(starts_on),
                short=wanted - free,
                wanted=wanted,
            )
        )


class ConflictAppeared(NotNow):
    """The conflict check of today closes the way."""

    def __init__(self) -> None:
        super().__init__(
            "The conflict check found something new. Nothing was accepted; the director looks at it now, "
            "and your time to answer stands still."
        )


def hold_consultant(offer: Offer) -> Consultant:
    """Hold the consultant's row: whoever promises their hours waits for it."""
    held: Consultant = lock(Consultant, offer.consultant_id)
    return held


def check_hours(consultant: Consultant, *, hours_month: int, starts_on: date, ends_on: date) -> None:
    """Raises `TooFewHours` when accepted work leaves less than this. The consultant's row is held."""
    free = free_hours(consultant, starts_on=starts_on, ends_on=ends_on)
    if hours_month > free:
        raise TooFewHours(free=free, wanted=hours_month, starts_on=starts_on)


def check_conflicts(consultant: Consultant, case: Case) -> None:
    """Raises `ConflictAppeared` when the check of today closes the way."""
    if blocking(conflicts_of(consultant, case, today=program_day(now()))):
        raise ConflictAppeared


def apply_counter(offer: Offer) -> None:
    """Put the counter-proposal in the place of what was asked; the offer's summary keeps what was asked first."""
    counter: dict[str, Any] = offer.counter or {}
    offer.hours_month = int(counter["hours_month"])
    offer.hours_low, offer.hours_high = int(counter["hours_low"]), int(counter["hours_high"])
    offer.starts_on = date.fromisoformat(counter["starts_on"])
    offer.ends_on = date.fromisoformat(counter["ends_on"])


def take(case: Case, offer: Offer, *, step: str, by: Person, step_by: str) -> Engagement:
    """The slot is taken: capacity and conflict are checked again, and everything that follows is written.

    The consultant, the case and the offer are held, in this order. Raises `TooFewHours`,
    `ConflictAppeared`, or `NotNow` when the offer or the case is no longer where it was.
    """
    consultant = offer.consultant
    check_hours(consultant, hours_month=offer.hours_month, starts_on=offer.starts_on, ends_on=offer.ends_on)
    check_conflicts(consultant, case)
    move(offer, step, by=step_by)
    case.state = after(CASE, "activate", case.state, by=step_by)
    case.next_action, case.due_on = "close", None
    made = Engagement(
        offer_id=offer.id, case_id=case.id, consultant_id=consultant.id, hours_low=offer.hours_low,
        hours_high=offer.hours_high, hours_month=offer.hours_month, starts_on=offer.starts_on,
        ends_on=offer.ends_on, created_at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    outcomes.ask_later(made)
    _thank_others(case, offer)
    _fulfil(offer, step_by=step_by)
    tell_director("offer-answered", offer, about="accepted")
    follow_up.tell_applicants(case, "case-active", about=f"engagement {made.ref}")
    note("offer_accepted", offer, by=by, engagement=made.ref)
    history.record("consultant_agreed", about=f"engagement {made.ref}", by=by, case=case, audience="joint")
    return made


def engagement_of(offer: Offer) -> Engagement:
    """The engagement that came of this offer. Raises `NotNow` if none did."""
    made = db.session.scalar(sa.select(Engagement).where(Engagement.offer_id == offer.id))
    if made is None:
        raise NotNow("This offer has not been accepted.")
    return made


def _thank_others(case: Case, taken: Offer) -> None:
    siblings = db.session.scalars(
        sa.select(Offer).where(
            Offer.case_id == case.id,
            Offer.slot == taken.slot,
            Offer.id != taken.id,
            Offer.state.in_(LIVE_OFFER_STATES),
        )
    )
    for other in siblings.all():
        other.state = after(OFFER, "withdraw", other.state, by=DIRECTOR)
        other.answered_at, other.clock_stopped_at = now(), None
        tell_consultant("offer-withdrawn", other, about="withdrawn")
        note("offer_withdrawn", other, by=None)


def _fulfil(offer: Offer, *, step_by: str) -> None:
    row = db.session.get_one(Recommendation, offer.recommendation_id)
    if may(RECOMMENDATION, "fulfil", row.state, by=step_by or CONSULTANT):
        row.state = after(RECOMMENDATION, "fulfil", row.state, by=step_by)
