"""What falls due by itself. Each kind has one deed in `DUE`; a late run catches up, a second run finds nothing."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import current_app

from lab.database import changed, db, now, transaction
from lab.errors import LabError
from lab.models import Timer

BATCH = 200

# kind of timer -> what is done about it; filled by the modules whose deeds fall due.
DUE: dict[str, Callable[[str], None]] = {}


def due(kind: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Name the deed that a timer of this kind does; it gets the timer's `about`."""

    def named(deed: Callable[[str], None]) -> Callable[[str], None]:
        DUE[kind] = deed
        return deed

    return named


def run_due() -> int:
    """Do everything whose time has come; gives how many were done. A kind of a newer version waits for its worker."""
    moment = now()
    waiting = [
        (row.id, row.kind, row.about)
        for row in db.session.scalars(
            sa.select(Timer)
            .where(Timer.done_at.is_(None), Timer.due_at <= moment, Timer.kind.in_(DUE))
            .order_by(Timer.due_at)
            .limit(BATCH)
        )
    ]
    done = 0
    for ident, kind, about in waiting:
        done += _do(ident, kind, about)
    return done


def _do(ident: int, kind: str, about: str) -> int:
    """One timer, its deed and its mark in one transaction, so that neither happens without the other."""
    try:
        with transaction():
            claimed = changed(
                sa.update(Timer).where(Timer.id == ident, Timer.done_at.is_(None)).values(done_at=now())
            )
            if claimed != 1:
                return 0
            DUE[kind](about)
    except LabError as overtaken:
        # Somebody acted before the clock did: the timer has nothing left to do.
        current_app.logger.info(
            "timer %s of kind %s was overtaken: %s", ident, kind, type(overtaken).__name__
        )
        with transaction():
            db.session.execute(sa.update(Timer).where(Timer.id == ident).values(done_at=now()))
        return 0
    return 1
