"""When a network meets, in the words and the zone of the reader."""

from __future__ import annotations

from lab.clock import program_day
from lab.database import now
from lab.matching.groups import slot_told
from lab.models import Network
from lab.showing import moment, told


def hour_of(network: Network, zone: str) -> str:
    """The hour it keeps for a reader in this zone; as somebody wrote it where it keeps none."""
    kept = network.profile.get("slot")
    if not kept:
        return str(network.profile.get("meets") or "")
    return str(told(slot_told(kept, zone=zone, today=program_day(now()))[0]))


def next_meeting(network: Network, zone: str) -> str:
    """When it meets next, in this zone; nothing where no hour is kept or it does not meet now."""
    kept = network.profile.get("slot")
    if not kept or network.status not in ("active", "forming"):
        return ""
    return moment(slot_told(kept, zone=zone, today=program_day(now()))[1], zone)
