"""Peer pairs that were asked for, and one organization's place in them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lab.access import has_tie
from lab.database import db
from lab.models import Case, PairSeat, PeerPair
from lab.row_security import as_the_program
from lab.viewer import Viewer


def pairs_under_way(viewer: Viewer) -> list[PeerPair]:
    """The pairs that are asked or agreed, the newest first."""
    rows = db.session.scalars(
        sa.select(PeerPair)
        .where(PeerPair.state != "ended")
        .options(selectinload(PeerPair.seats).joinedload(PairSeat.case))
        .order_by(PeerPair.id.desc())
    )
    return [pair for pair in rows if not any(has_tie(viewer, seat.case) for seat in pair.seats)]


def seat_by_ref(ref: str) -> PairSeat | None:
    """One organization's place in a pair."""
    return db.session.scalar(
        sa.select(PairSeat)
        .where(PairSeat.ref == ref)
        .options(joinedload(PairSeat.case), joinedload(PairSeat.pair))
    )


@as_the_program()
def other_seat(seat: PairSeat) -> PairSeat:
    """The other organization's place in the pair."""
    return db.session.scalars(
        sa.select(PairSeat)
        .where(PairSeat.pair_id == seat.pair_id, PairSeat.id != seat.id)
        .options(joinedload(PairSeat.case))
    ).one()


def seats_of_case(case: Case) -> Sequence[PairSeat]:
    """The live places of a case in pairs."""
    return db.session.scalars(
        sa.select(PairSeat)
        .where(PairSeat.case_id == case.id, PairSeat.ended_at.is_(None))
        .options(joinedload(PairSeat.pair))
        .order_by(PairSeat.id)
    ).all()
