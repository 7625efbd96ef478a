"""What must be true before a consultant is asked: one function for each thing, all with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lab.actions import decisions, follow_up
from lab.clock import program_day
from lab.database import db, now
from lab.errors import BadInput, NotNow
from lab.lifecycle import LIVE_OFFER_STATES, TAKEN_OFFER_STATES
from lab.matching.result import Recommendation as Match
from lab.models import Case, Consultant, Decision, Offer, Recommendation
from lab.queries import recommendations
from lab.queries.capacity import free_hours
from lab.queries.conflicts import blocking, conflicts_of
from lab.said import joined, say

ACCEPTING = frozenset({"accept", "accept_with_conditions"})
LONGEST = timedelta(days=730)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is asked for: hours in all, hours a month, and from when to when."""

    hours_low: int
    hours_high: int
    hours_month: int
    starts_on: date
    ends_on: date

    def as_values(self) -> dict[str, Any]:
        """The terms by name, as columns and summaries take them."""
        return {
            "hours_low": self.hours_low,
            "hours_high": self.hours_high,
            "hours_month": self.hours_month,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
        }


def check_terms(terms: Terms) -> None:
    """Raises `BadInput` with each problem of the hours and dates."""
    problems: list[str] = []
    if terms.hours_low < 1:
        problems.append(say("Offer at least one hour."))
    if terms.hours_high < terms.hours_low:
        problems.append(say("The higher number of hours must not be below the lower one."))
    if not 1 <= terms.hours_month <= max(terms.hours_high, 1):
        problems.append(say("The hours a month lie between one and the hours in all."))
    if terms.ends_on <= terms.starts_on:
        problems.append(say("The work ends after it starts."))
    if terms.ends_on - terms.starts_on > LONGEST:
        problems.append(say("The work lasts two years at most."))
    if terms.ends_on <= program_day(now()):
        problems.append(say("The work ends after today."))
    if problems:
        raise BadInput(problems[0], problems)


def slot_is_free(case: Case, slot: int) -> None:
    """Raises `NotNow` while somebody has accepted this slot or is being asked."""
    states = db.session.scalars(
        sa.select(Offer.state).where(Offer.case_id == case.id, Offer.slot == slot)
    ).all()
    if any(state in TAKEN_OFFER_STATES for state in states):
        raise NotNow("A consultant has already accepted this case.")
    if any(state in LIVE_OFFER_STATES for state in states):
        raise NotNow("A consultant is being asked now. Wait for the answer, or take that offer back first.")


def decided_for_hours(case: Case) -> tuple[Decision, Recommendation]:
    """The decision to give hours and the recommendation it stands on. Raises `NotNow` if either is missing or stale."""
    if case.state != "offering":
        raise NotNow("This case is not waiting for a consultant. Look at it again.")
    decision = follow_up.latest_decision(case.id)
    if decision is None or decision.decision not in ACCEPTING or decision.recommendation_id is None:
        raise NotNow("Decide on this case first; then a consultant can be asked.")
    row = db.session.get_one(Recommendation, decision.recommendation_id)
    if row.state == "stale":
        changed = say("What this recommendation was made from has changed.")
        again = say("Look at it again before you ask.")
        raise NotNow(joined(changed, *row.stale_because, again))
    newest = recommendations.newest(case.id)
    if row.state != "approved" or newest is None or newest.id != row.id:
        raise NotNow(
            "There is a newer recommendation than the one you decided on. Look at it before you ask."
        )
    return decision, row


def consultant_of(ref: str) -> Consultant:
    """The consultant with this reference. Raises `NotNow` if there is none."""
    row = db.session.scalar(sa.select(Consultant).where(Consultant.ref == ref))
    if row is None:
        raise NotNow("There is no consultant with this reference any more.")
    return row


def obstacle(
    case: Case, consultant: Consultant, *, match: Match, decision: Decision, terms: Terms, fewer_hours: bool
) -> str:
    """Why this consultant cannot be asked for this case today, as a sentence; empty if nothing is in the way."""
    cannot = say("%(name)s cannot be asked.", name=consultant.name)
    if match.candidate(consultant.ref) is None:
        closed = next((one for one in match.excluded if one.ref == consultant.ref), None)
        return joined(cannot, closed.reason if closed else say("They are no candidate."))
    if consultant.paused_at is not None:
        return say("%(name)s takes a pause and gets no offers now.", name=consultant.name)
    closed_by = blocking(conflicts_of(consultant, case, today=program_day(now())))
    if closed_by:
        return joined(cannot, closed_by.sentence)
    open_looks = uncleared(match, decision, consultant.ref)
    if open_looks:
        return say("Clear this first, with a reason: %(look)s", look=open_looks[0])
    free = free_hours(consultant, starts_on=terms.starts_on, ends_on=terms.ends_on)
    if free < terms.hours_month and not (fewer_hours and free > 0):
        return say(
            "%(name)s has %(free)s of %(wanted)s hours a month free in this time. Offer fewer, or later.",
            name=consultant.name,
            free=free,
            wanted=terms.hours_month,
        )
    return ""


def uncleared(match: Match, decision: Decision, consultant_ref: str) -> list[str]:
    """The sentences of the looks that nobody has cleared with a reason."""
    cleared = {str(one["look"]) for one in decision.cleared_looks}
    return [said for key, said in decisions.look_keys(match, consultant_ref).items() if key not in cleared]
