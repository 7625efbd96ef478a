"""Offers as pages show them: to the consultant who is asked, and to the director who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab.database import db
from lab.errors import NotFound
from lab.lifecycle import LIVE_OFFER_STATES, TAKEN_OFFER_STATES
from lab.models import Case, Consultant, Offer, Recommendation
from lab.queries import summaries
from lab.row_security import as_the_program


def summary_for(
    case: Case,
    recommendation: Recommendation,
    consultant_ref: str,
    *,
    hours_low: int,
    hours_high: int,
    hours_month: int,
    starts_on: date,
    ends_on: date,
) -> dict[str, Any]:
    """Step 1 exactly as this consultant will see it (template offers/_summary.html). Raises `NotFound`."""
    consultant = db.session.scalar(sa.select(Consultant).where(Consultant.ref == consultant_ref))
    if consultant is None:
        raise NotFound("There is no consultant with this reference.")
    return summaries.summary_for(
        case, recommendation, consultant, hours_low=hours_low, hours_high=hours_high, hours_month=hours_month,
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip


def by_ref(ref: str) -> Offer | None:
    """The offer with this reference, with its case and consultant."""
    return db.session.scalar(
        sa.select(Offer)
        .where(Offer.ref == ref)
        .options(joinedload(Offer.case), joinedload(Offer.consultant).joinedload(Consultant.person))
    )


def open_offers(consultant_id: int) -> Sequence[Offer]:
    """What waits for this consultant, the soonest first."""
    return db.session.scalars(
        sa.select(Offer)
        .where(Offer.consultant_id == consultant_id, Offer.state.in_(LIVE_OFFER_STATES))
        .options(joinedload(Offer.case).joinedload(Case.director))
        .order_by(Offer.reply_by, Offer.id)
    ).all()


def past_offers(consultant_id: int) -> Sequence[Offer]:
    """What came to an end without work, the newest first, twenty at most."""
    return db.session.scalars(
        sa.select(Offer)
        .where(Offer.consultant_id == consultant_id, Offer.state.in_(("declined", "expired", "withdrawn")))
        .order_by(Offer.answered_at.desc(), Offer.id.desc())
        .limit(20)
    ).all()


@as_the_program()
def another_accepted(offer: Offer) -> bool:
    """Whether somebody else has accepted the work this offer was about."""
    taken = sa.select(Offer.id).where(
        Offer.case_id == offer.case_id, Offer.slot == offer.slot, Offer.state.in_(TAKEN_OFFER_STATES)
    )
    return bool(db.session.scalar(sa.select(taken.exists())))
