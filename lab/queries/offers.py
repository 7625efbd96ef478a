"""Offers as pages show them: to the consultant who is asked, and to the director who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import answers
from lab.database import db
from lab.errors import NotFound
from lab.lifecycle import LIVE_OFFER_STATES
from lab.models import Case, Consultant, Engagement, Membership, Offer, Recommendation, Section
from lab.queries import summaries
from lab.queries.matching import application_of


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


def engagements(consultant_id: int) -> Sequence[Engagement]:
    """The work this consultant has accepted, running work first."""
    return db.session.scalars(
        sa.select(Engagement)
        .where(Engagement.consultant_id == consultant_id)
        .options(joinedload(Engagement.case), joinedload(Engagement.offer))
        .order_by(Engagement.state, Engagement.starts_on, Engagement.id)
    ).all()


def engagement_of(offer: Offer) -> Engagement | None:
    """The engagement that came of an offer."""
    return db.session.scalar(sa.select(Engagement).where(Engagement.offer_id == offer.id))


@dataclass(frozen=True)
class Identity:
    """Step 2: the names that a conflict is checked against, and nothing else."""

    organization: str
    parents: tuple[str, ...]
    unions: tuple[tuple[str, str], ...]  # the unit and its union
    law_firm: str


def identity_of(case: Case) -> Identity:
    """The names of a case for the conflict check."""
    application = application_of(case)
    counsel = application.counsel
    return Identity(
        organization=application.organization.name,
        parents=application.organization.parents,
        unions=tuple((unit.label, unit.union or "") for unit in application.units),
        law_firm=counsel.name if counsel else "",
    )


@dataclass(frozen=True)
class Shared:
    """What an engaged consultant reads: the answers, side notes that were shared, and whom to write to."""

    application: answers.Application
    notes: Sequence[Section]
    contacts: Sequence[Membership]


def shared_with(case: Case) -> Shared:
    """The shared answers and contacts of a case for its consultant; the caller has asked `can`."""
    notes = db.session.scalars(
        sa.select(Section)
        .where(
            Section.case_id == case.id,
            Section.shared_with_consultant.is_(True),
            Section.audience != ("management" if case.kind == "employer" else "joint"),
        )
        .order_by(Section.id)
    ).all()
    contacts = db.session.scalars(
        sa.select(Membership)
        .where(Membership.case_id == case.id, Membership.removed_at.is_(None))
        .options(joinedload(Membership.person))
        .order_by(Membership.side, Membership.role, Membership.id)
    ).all()
    return Shared(application=application_of(case), notes=notes, contacts=contacts)
