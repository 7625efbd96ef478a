"""The time of an offer: two days more for who asks, reminders while it waits, its end when nobody answered."""

from __future__ import annotations

from lab import history
from lab.actions.answer_guards import own, still_open
from lab.actions.offer_steps import (
    find,
    hold,
    move,
    note,
    pass_on,
    set_clock,
    tell_consultant,
    tell_director,
)  # fmt: skip
from lab.actions.timers import due
from lab.clock import end_of_working_day, program_day
from lab.database import now, transaction
from lab.errors import NotNow
from lab.lifecycle import CLOCK
from lab.models import Offer, Person

MORE_DAYS = 2


def take_more_time(ref: str, *, key: str, by: Person) -> None:
    """Two working days more, once. Raises `NotNow` when they were taken already or the offer is gone."""
    with transaction():
        case, offer = hold(ref)
        own(offer, by)
        if not history.claim(key, purpose="extend_offer", by=by):
            return
        still_open(offer)
        if offer.extended_at is not None:
            raise NotNow("You have taken two more days already.")
        offer.extended_at = now()
        offer.reply_by = end_of_working_day(offer.reply_by, MORE_DAYS, offer.consultant.person.time_zone)
        case.due_on = program_day(offer.reply_by)
        set_clock(offer)
        tell_director("offer-changed", offer, about="extended")
        note("offer_extended", offer, by=by)


@due("offer-reminder")
def remind(about: str) -> None:
    """One neutral mail, if the offer still waits for this consultant."""
    with transaction():
        offer = find(about)
        if _waits(offer) and now() < offer.reply_by:
            tell_consultant("offer-reminder", offer, about=f"reminder {now():%Y-%m-%d %H:%M}")
            note("offer_reminded", offer, by=None)


@due("offer-expiry")
def expire(about: str) -> None:
    """The time is over: the next alternate is asked, or it is the director's turn. No mark stays.

    A timer that an extension or a stopped clock has overtaken does nothing; a new one was set.
    """
    with transaction():
        _case, offer = hold(about)
        if not _waits(offer) or now() < offer.reply_by:
            return
        move(offer, "expire", by=CLOCK)
        tell_consultant("offer-expired", offer, about="expired")
        tell_director("offer-expired", offer, about="expired")
        note("offer_expired", offer, by=None)
        pass_on(offer)


def _waits(offer: Offer) -> bool:
    return offer.state == "offered" and offer.clock_stopped_at is None
