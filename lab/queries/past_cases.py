"""Past choices as the learning reads them: shares by criterion, how each ended, and whose it was."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from lab.database import db
from lab.matching.policy import DEFAULT_WEIGHTS, Policy
from lab.models import Case, Engagement, Offer, Outcome, Shortlist
from lab.queries.outcomes import good_end
from lab.queries.policies import in_force

SAID_YES = frozenset({"accepted", "active", "completed", "ended_early"})
SAID_NO = frozenset({"declined", "expired"})


@dataclass(kw_only=True)
class Past:
    """One row a past choice: shares in the order of the policy's criteria (NaN is what was not asked), end, organization."""

    shares: list[list[float]] = field(default_factory=list)
    good: list[bool] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)

    def add(self, shares: Sequence[float], *, good: bool, organization: str) -> None:
        """One more row."""
        self.shares.append(list(shares))
        self.good.append(good)
        self.organizations.append(organization.casefold().strip())


def policy_in_force() -> Policy:
    """The policy that recommendations are made with."""
    return in_force()


def outcomes() -> Past:
    """Engagements whose clients have said how they went."""
    told: dict[int, list[Outcome]] = defaultdict(list)
    for one in db.session.scalars(sa.select(Outcome).order_by(Outcome.id)):
        told[one.engagement_id].append(one)
    ends = {ident: good_end(rows) for ident, rows in told.items()}
    rows = db.session.execute(
        sa.select(Engagement.id, Case.organization, Shortlist)
        .join(Case, Case.id == Engagement.case_id)
        .join(Shortlist, Shortlist.offer_id == Engagement.offer_id)
        .where(Engagement.id.in_(list(ends)))
        .order_by(Engagement.id)
    )
    past = Past()
    for ident, organization, shortlist in rows:
        end, shares = ends[ident], _chosen(shortlist)
        if end is not None and shares is not None:
            past.add(shares, good=end, organization=organization)
    return past


def answers_to_offers() -> Past:
    """Offers that were answered with yes or no, or not in time; taken back ones say nothing about the match."""
    rows = db.session.execute(
        sa.select(Offer.state, Case.organization, Shortlist)
        .join(Case, Case.id == Offer.case_id)
        .join(Shortlist, Shortlist.offer_id == Offer.id)
        .where(Offer.state.in_(SAID_YES | SAID_NO))
        .order_by(Offer.id)
    )
    past = Past()
    for state, organization, shortlist in rows:
        shares = _chosen(shortlist)
        if shares is not None:
            past.add(shares, good=state in SAID_YES, organization=organization)
    return past


def shortlists() -> list[tuple[list[list[float]], int]]:
    """Shortlists on which a director chose: the candidates' shares in order, and the place of who was chosen."""
    rows = db.session.scalars(
        sa.select(Shortlist)
        .where(Shortlist.decision_id.is_not(None), Shortlist.chosen_rank.is_not(None))
        .order_by(Shortlist.id)
    )
    return [
        ([shares_of(one["shares"]) for one in row.candidates], _place(row))
        for row in rows
        if len(row.candidates) > 1
    ]


def _place(row: Shortlist) -> int:
    return next(n for n, one in enumerate(row.candidates) if one["ref"] == row.chosen_ref)


def _chosen(row: Shortlist) -> list[float] | None:
    found = (one for one in row.candidates if one["ref"] == row.chosen_ref)
    return next((shares_of(one["shares"]) for one in found), None)


def shares_of(kept: Mapping[str, float]) -> list[float]:
    """The shares of a candidate in the order of the policy's criteria."""
    return [float(kept.get(name, math.nan)) for name in DEFAULT_WEIGHTS]
