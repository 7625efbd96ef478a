"""A consultant's own profile, as a form is filled from it."""

from __future__ import annotations

from typing import Any

from lab import exchange
from lab.database import db
from lab.models import Consultant

PLAIN = (
    "base", "lines", "stages", "conditions", "partnership_levels", "sectors", "states", "any_state", "remote",
    "languages", "available_from", "bio",
)  # fmt: skip


def own(consultant_id: int | None) -> Consultant | None:
    """The profile of the consultant who is signed in."""
    return db.session.get(Consultant, consultant_id) if consultant_id else None


def as_form(row: Consultant) -> dict[str, Any]:
    """The values of the form for this profile."""
    read = exchange.consultant_from(row.profile)
    values: dict[str, Any] = {name: getattr(read, name) for name in PLAIN}
    values |= {
        "capacity_hours_month": row.capacity_hours_month,
        "available_from": row.available_from,
        "paused": row.paused_at is not None,
        "time_zone": row.person.time_zone,
        "items": "\n".join(read.items),
        "skills": {skill.need: str(skill.level) for skill in read.skills},
        "conflicts_answered": read.conflicts is not None,
        "conflicts": [
            {
                "party": tie.party, "party_kind": tie.party_kind, "relationship": tie.relationship,
                "ended_on": tie.ended_on, "bars_until": tie.bars_until, "note": tie.note,
            }
            for tie in read.conflicts or ()
        ],
        "version": row.version,
    }  # fmt: skip
    return values
