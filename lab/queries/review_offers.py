"""The offers of a case as its director sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab.database import db
from lab.models import Case, Consultant, Offer


def offers_of(case: Case) -> Sequence[Offer]:
    """The offers of a case with their consultants, the newest first."""
    return db.session.scalars(
        sa.select(Offer)
        .where(Offer.case_id == case.id)
        .options(joinedload(Offer.consultant).joinedload(Consultant.person))
        .order_by(Offer.id.desc())
    ).all()


def consultant_by_ref(ref: str) -> Consultant | None:
    """The consultant with this reference and their person."""
    return db.session.scalar(
        sa.select(Consultant).where(Consultant.ref == ref).options(joinedload(Consultant.person))
    )


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """The names of consultants by reference."""
    rows = db.session.execute(
        sa.select(Consultant.ref, Consultant.name).where(Consultant.ref.in_(list(refs)))
    )
    return {ref: name for ref, name in rows}  # noqa: C416 - rows are no pairs to a type checker
