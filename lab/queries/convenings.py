"""Convenings: which are open to a case, and what it said about coming."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

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


@dataclass(frozen=True)
class Offered:
    """A convening that was proposed, and what the case said about coming."""

    event: Convening
    interest: ConveningInterest | None


def offered_to(case: Case, codes: Iterable[str]) -> list[Offered]:
    """The convenings ahead among these codes, the next one first, with what the case said."""
    listed = list(codes)
    if not listed or case.state not in DECIDED:
        return []
    mine = sa.and_(
        ConveningInterest.convening_id == Convening.id,
        ConveningInterest.case_id == case.id,
        ConveningInterest.cancelled_at.is_(None),
    )
    rows = db.session.execute(
        sa.select(Convening, ConveningInterest)
        .outerjoin(ConveningInterest, mine)
        .where(Convening.code.in_(listed), Convening.ends_on >= now().date())
        .order_by(Convening.starts_on, Convening.code)
    )
    return [Offered(event, interest) for event, interest in rows]


def interest_in(event: Convening, case: Case) -> ConveningInterest | None:
    """What the case said about coming, unless it was taken back."""
    return db.session.scalar(
        sa.select(ConveningInterest).where(
            ConveningInterest.convening_id == event.id,
            ConveningInterest.case_id == case.id,
            ConveningInterest.cancelled_at.is_(None),
        )
    )


def why_not(case: Case, event: Convening, proposed: frozenset[str]) -> str:
    """Why this case cannot say that it would come, in words for the applicant; empty if it can."""
    if event.ends_on < now().date():
        return _("This convening is over.")
    if case.state not in DECIDED or event.code not in proposed:
        return _("This convening is not among those proposed to you now. Ask your director about it.")
    return ""
