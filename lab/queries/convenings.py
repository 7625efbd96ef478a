"""Convenings: which are open to a case, and what it said about coming."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from lab.database import db, now
from lab.models import Case, Convening, ConveningInterest, Decision

DECIDED = frozenset({"awaiting_conditions", "offering", "active", "referred"})


def by_code(code: str) -> Convening | None:
    """The convening with this code."""
    return db.session.scalar(sa.select(Convening).where(Convening.code == code))


def proposed_to(case_id: int) -> frozenset[str]:
    """The codes of the convenings that the latest decision on a case proposes."""
    codes = db.session.scalar(
        sa.select(Decision.convenings)
        .where(Decision.case_id == case_id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return frozenset(codes or ())


def offered_to(case: Case) -> list[Convening]:
    """The convenings ahead that the latest decision proposes, the next one first."""
    codes = proposed_to(case.id)
    if not codes or case.state not in DECIDED:
        return []
    return list(
        db.session.scalars(
            sa.select(Convening)
            .where(Convening.code.in_(codes), Convening.ends_on >= now().date())
            .order_by(Convening.starts_on, Convening.code)
        )
    )


def interests_of(case: Case) -> dict[int, ConveningInterest]:
    """What the case said about coming, by convening."""
    rows: Sequence[ConveningInterest] = db.session.scalars(
        sa.select(ConveningInterest)
        .where(ConveningInterest.case_id == case.id, ConveningInterest.cancelled_at.is_(None))
        .options(joinedload(ConveningInterest.convening))
    ).all()
    return {row.convening_id: row for row in rows}


def why_not(case: Case, event: Convening, proposed: frozenset[str]) -> str:
    """Why this case cannot say that it would come, in words for the applicant; empty if it can."""
    if event.ends_on < now().date():
        return _("This convening is over.")
    if case.state not in DECIDED or event.code not in proposed:
        return _("This convening is not among those proposed to you now. Ask your director about it.")
    return ""
