"""What happens to an offer by itself: reminders while it waits, and its end when nobody answered."""

from __future__ import annotations

from lab.actions.offer_steps import find, hold, move, note, pass_on, tell_consultant, tell_director
from lab.actions.timers import due
from lab.database import now, transaction
from lab.lifecycle import CLOCK
from lab.models import Offer


@due("offer-reminder")
def remind(about: str) -> None:
    """One neutral mail, if the offer still waits for this consultant."""
    with transaction():
        offer = find(about)
        if _waits(offer) and now() < offer.reply_by:
            tell_consultant("offer-reminder", offer, about=f"reminder {now():%Y-%m-%d %H:%M}")


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
