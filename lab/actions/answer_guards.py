"""What must be true before a consultant answers an offer; each refusal says in kind words what is so."""

from __future__ import annotations

from lab.database import now
from lab.errors import NotFound, NotNow
from lab.models import Offer, Person


def own(offer: Offer, by: Person) -> None:
    """An offer to somebody else does not exist. Raises `NotFound`."""
    if offer.consultant.person_id != by.id:
        raise NotFound("There is no such offer.")


def still_open(offer: Offer) -> None:
    """Raises `NotNow`, in kind words, when there is nothing to answer any more."""
    if offer.state in ("accepted", "active"):
        raise NotNow("You have accepted this offer already. Thank you.")
    if offer.state == "countered":
        raise NotNow("Your other proposal is with the director. You will hear soon.")
    if offer.state != "offered":
        raise NotNow("This offer is no longer open. Thank you for looking at it.")
    if offer.clock_stopped_at is not None:
        raise NotNow("The director looks at a possible conflict. Your time to answer stands still.")
    if now() > offer.reply_by:
        raise NotNow("The time to answer is over. Nothing counts against you; the director can ask again.")


def answerable(offer: Offer) -> None:
    """Raises `NotNow` until the conflict questions are answered and nothing is in the way."""
    still_open(offer)
    clear = offer.conflict_answer == "none" or offer.conflict_cleared_at is not None
    if offer.identity_shown_at is None or not clear:
        raise NotNow("Go through the conflict check first. It takes a minute.")
