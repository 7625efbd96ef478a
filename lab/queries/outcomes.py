"""What people say about an engagement: when they are asked, who has answered, and what counts as a good end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab.clock import program_day
from lab.database import db, now
from lab.models import Case, Engagement, Outcome
from lab.viewer import Viewer

MONTH, HALF_A_YEAR = timedelta(days=30), timedelta(days=182)
# How long each question stays open after its day.
OPEN_FOR = timedelta(days=90)
CONSULTANT = "consultant"
ORDER = ("day_30", "close", "month_6")


def by_ref(ref: str) -> Engagement | None:
    """The engagement with this reference, with its case."""
    return db.session.scalar(
        sa.select(Engagement).where(Engagement.ref == ref).options(joinedload(Engagement.case))
    )


def moment_of(work: Engagement, today: date | None = None) -> str:
    """Which of the three moments it is for this work on a day, today by default; empty when none is open."""
    today = today or program_day(now())
    if work.ended_at is None:
        return "day_30" if today >= work.starts_on + MONTH else ""
    ended = program_day(work.ended_at)
    if ended <= today < ended + OPEN_FOR:
        return "close"
    return "month_6" if ended + HALF_A_YEAR <= today < ended + HALF_A_YEAR + OPEN_FOR else ""


def side_of(viewer: Viewer, work: Engagement) -> str:
    """For whom the viewer answers: the consultant, or a side of the case; empty for everybody else."""
    if viewer.consultant_id == work.consultant_id:
        return CONSULTANT
    seat = viewer.seats.get(work.case_id)
    return seat.side if seat is not None and seat.role == "lead" else ""


def told_by(work: Engagement, moment: str, side: str) -> Outcome | None:
    """What this side has said at this moment."""
    return db.session.scalar(
        sa.select(Outcome).where(
            Outcome.engagement_id == work.id, Outcome.moment == moment, Outcome.side == side
        )
    )


def waiting_in(case: Case, work: Sequence[Engagement], viewer: Viewer) -> list[Engagement]:
    """Of the work of a case, that about which the viewer, as a lead, is asked now."""
    seat = viewer.seats.get(case.id)
    if seat is None or seat.role != "lead":
        return []
    return _unanswered(work, seat.side)


def waiting_for(consultant_id: int) -> list[Engagement]:
    """The work about which this consultant is asked now."""
    rows = db.session.scalars(
        sa.select(Engagement).where(Engagement.consultant_id == consultant_id).order_by(Engagement.id)
    )
    return _unanswered(rows.all(), CONSULTANT)


def _unanswered(rows: Sequence[Engagement], side: str) -> list[Engagement]:
    asked = {work.id: moment for work in rows if (moment := moment_of(work))}
    if not asked:
        return []
    rows_told = db.session.execute(
        sa.select(Outcome.engagement_id, Outcome.moment).where(
            Outcome.engagement_id.in_(list(asked)), Outcome.side == side
        )
    )
    told = {(engagement_id, moment) for engagement_id, moment in rows_told}
    return [work for work in rows if work.id in asked and (work.id, asked[work.id]) not in told]


def is_good(told: Outcome) -> bool:
    """Whether this answer tells of a good end: the goal reached at least in part, no trust lost, not advised against."""
    return told.goal != "not_reached" and told.trust != "shrunk" and told.recommend != "no"


def good_end(told: Iterable[Outcome]) -> bool | None:
    """Whether an engagement ended well for its clients: each side's latest word counts, and all must be good.

    None while no side has said anything. What the consultant says is kept beside and does not count here.
    """
    latest: dict[str, Outcome] = {}
    for one in sorted(told, key=lambda one: ORDER.index(one.moment)):
        if one.side != CONSULTANT:
            latest[one.side] = one
    return all(is_good(one) for one in latest.values()) if latest else None
