"""Who has said no to a case, and what its kept recommendation says once they are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lab.clock import program_day
from lab.lifecycle import LIVE_OFFER_STATES, TAKEN_OFFER_STATES
from lab.matching.result import Recommendation as Result
from lab.models import Offer

ASKED_AGAIN = LIVE_OFFER_STATES | TAKEN_OFFER_STATES | {"completed"}


@dataclass(frozen=True)
class Declined:
    """That somebody said no, on which day, and for what reason if they gave one."""

    on: date
    reason: str = ""


def declined_in(offers: Iterable[Offer]) -> dict[str, Declined]:
    """Who has declined, by reference; not who was asked again since and has it before them, or said yes."""
    found: dict[str, Declined] = {}
    for offer in sorted(offers, key=lambda one: one.id):
        ref = offer.consultant.ref
        if offer.state == "declined":
            found[ref] = Declined(program_day(offer.answered_at or offer.sent_at), offer.decline_reason)
        elif offer.state in ASKED_AGAIN:
            found.pop(ref, None)
    return found


def next_to_ask(result: Result, offers: Sequence[Offer], chosen: str) -> str:
    """Who is asked next: the chosen one, and once they have declined their alternates, then the best of the others."""
    declined = declined_in(offers)
    if chosen not in declined:
        return chosen
    newest = max((one for one in offers if one.state == "declined"), key=lambda one: one.id)
    others = (*newest.alternates, *(one.ref for one in result.shortlist))
    return next((ref for ref in others if ref not in declined and result.candidate(ref)), chosen)


def people_from(kept: Result, again: Result) -> Result:
    """A kept recommendation with the people of another: their order, and how steady it is."""
    return replace(
        kept, consultants=again.consultants, excluded=again.excluded, notes=again.notes,
        stability=again.stability, weightings=again.weightings, turning_points=again.turning_points,
    )  # fmt: skip


def days_of(declined: Mapping[str, Declined]) -> dict[str, date]:
    """The day of each, as the matching takes it."""
    return {ref: one.on for ref, one in declined.items()}
