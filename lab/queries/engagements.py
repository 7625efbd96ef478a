"""Accepted work as its consultant sees it: what runs, what was shared, and whom to write to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import answers
from lab.database import db
from lab.models import Case, Engagement, Membership, Offer, Section
from lab.queries.matching import application_of


def of_consultant(consultant_id: int) -> Sequence[Engagement]:
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
