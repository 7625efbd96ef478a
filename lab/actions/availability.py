"""A consultant's time: the hours of the weeks ahead, a pause with an end, and a word that all is as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from lab import history
from lab.clock import program_day
from lab.database import LOOK_AGAIN, afterwards, db, lock, now, transaction
from lab.errors import BadInput, NotAllowed
from lab.matching.weeks import MOST_IN_A_WEEK, WEEK, weeks_ahead, weeks_away, weeks_to_keep
from lab.models import Consultant, Person
from lab.said import say


def say_weeks(consultant_id: int, changes: Mapping[date, float], *, by: Person) -> None:
    """Keep the hours of these weeks, by their Monday, and count the availability as told today.

    Said twice it is the same. Open recommendations are looked at again. Raises `BadInput` for a week that is
    not among the next twelve and for hours that no week has.
    """
    with transaction():
        row = _own(consultant_id, by)
        today = program_day(now())
        if not set(changes) <= set(weeks_ahead(today)):
            raise BadInput("These weeks have changed since you opened the page. Look at it again.")
        if any(not 0 <= hours <= MOST_IN_A_WEEK for hours in changes.values()):
            raise BadInput(say("A week has from 0 to %(most)s hours.", most=MOST_IN_A_WEEK))
        _keep(row, changes, today=today, by=by)


def take_pause(consultant_id: int, *, first: date, last: date, key: str, by: Person) -> None:
    """No hours from one day to another: each week keeps the share of the days that are left of it.

    Raises `BadInput` for days that are not in the next twelve weeks, or in the wrong order.
    """
    with transaction():
        row = _own(consultant_id, by)
        if not history.claim(key, purpose="take_pause", by=by):
            return
        today = program_day(now())
        ends = weeks_ahead(today)[-1] + WEEK - timedelta(days=1)
        if last < first:
            raise BadInput("The last day of the pause comes after its first.")
        if last < today or first > ends:
            raise BadInput(
                "The pause lies in the next twelve weeks. For a longer one, pause in your profile."
            )
        _keep(
            row,
            weeks_away(row.capacity_hours_month, row.week_hours, first=first, last=last, today=today),
            today=today,
            by=by,
        )


def still_right(consultant_id: int, *, by: Person) -> None:
    """The consultant looked at their availability and left it as it is."""
    with transaction():
        row = _own(consultant_id, by)
        row.reviewed_at = now()
        history.record("availability_confirmed", about=f"consultant {row.ref}", by=by)


def _own(consultant_id: int, by: Person) -> Consultant:
    row: Consultant = lock(Consultant, consultant_id)
    if row.person_id != by.id:
        raise NotAllowed("Only the consultant changes this profile.")
    return row


def _keep(row: Consultant, changes: Mapping[date, float], *, today: date, by: Person) -> None:
    said = weeks_to_keep(row.capacity_hours_month, row.week_hours, changes, today=today)
    # Beside the version: an open form of the profile says nothing about weeks and does not grow old by this.
    db.session.execute(
        sa.update(Consultant).where(Consultant.id == row.id).values(week_hours=said, reviewed_at=now())
    )
    history.record("availability_changed", about=f"consultant {row.ref}", by=by)
    afterwards(LOOK_AGAIN)
