"""A consultant keeps their own profile: hours, pause, languages, needs with levels, conflicts."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa

from lab import exchange, history
from lab.actions.offer_steps import hold, note, to_director
from lab.clock import program_day
from lab.database import LOOK_AGAIN, afterwards, db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotNow
from lab.models import Consultant, Offer, Person
from lab.queries.conflicts import blocking, conflicts_of


def save(
    consultant_id: int,
    profile: dict[str, Any],
    *,
    paused: bool,
    time_zone: str,
    version: int,
    key: str,
    by: Person,
) -> int:
    """Keep a profile in the exchange format; keys that are not named stay as they are.

    Open offers are checked for conflicts again: where one appears, the clock stops and the director is
    told. Gives the number of such offers. A job then looks whether each open recommendation still holds.
    Raises `BadInput` when the profile cannot be read, `NotNow` when it was changed elsewhere meanwhile.
    """
    if time_zone not in available_timezones():
        raise BadInput("Choose a time zone from the list.")
    with transaction():
        row: Consultant = lock(Consultant, consultant_id)
        if row.person_id != by.id:
            raise NotAllowed("Only the consultant changes this profile.")
        if not history.claim(key, purpose="save_profile", by=by):
            return 0
        if row.version != version:
            raise NotNow("Your profile was changed in another window. Look at it again, then save.")
        merged = {**row.profile, **profile, "ref": row.ref}
        read = exchange.consultant_from(merged)
        if read.capacity_hours_month is None or read.available_from is None:
            raise BadInput("Say how many hours a month you give, and from when.")
        row.profile = merged
        row.capacity_hours_month = int(read.capacity_hours_month)
        row.available_from = read.available_from
        row.paused_at = (row.paused_at or now()) if paused else None
        row.reviewed_at = now()
        row.person.time_zone = time_zone
        history.record("profile_changed", about=f"consultant {row.ref}", by=by)
        db.session.flush()
        afterwards(LOOK_AGAIN)
        return _look_again(row)


def _look_again(consultant: Consultant) -> int:
    """Stop the clock of each open offer that the new profile closes, and tell its director."""
    found = 0
    refs = db.session.scalars(
        sa.select(Offer.ref)
        .where(
            Offer.consultant_id == consultant.id, Offer.state == "offered", Offer.clock_stopped_at.is_(None)
        )
        .order_by(Offer.case_id)
    ).all()
    for ref in refs:
        case, offer = hold(ref)
        if offer.state != "offered" or not blocking(conflicts_of(consultant, case, today=program_day(now()))):
            continue
        to_director(case, offer)
        note("conflict_appeared", offer, by=None)
        found += 1
    return found
