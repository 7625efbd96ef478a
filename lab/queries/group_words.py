"""What a page says of groups: names, lines about an organization that do not say who it is, and the table."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from lab import spreadsheet
from lab import vocabulary as words
from lab.matching.groups import COACHING, LeftOut, Seeker
from lab.matching.groups.rules import zone_name
from lab.queries.groups import Proposals
from lab.showing import label, told

HEADS = ("kind", "group", "place", "reference", "organization", "stands_at", "sector", "staff", "state", "county", "with", "miles", "why")  # fmt: skip


def kind_name(kind: str) -> str:
    """What a pair is for."""
    return _("One-to-one peer coaching") if kind == COACHING else _("Shadowing")


def standing(seeker: Seeker) -> str:
    """Where an organization stands, as a label."""
    if seeker.line == "schools":
        return label(words.PARTNERSHIP_LEVELS, seeker.level or "individual_interest")
    return label(words.STAGES, seeker.stage)


def without_name(seeker: Seeker) -> list[tuple[str, str]]:
    """What another organization may read before both agreed: nothing that is only theirs."""
    lines = [
        (_("Where they stand"), standing(seeker)),
        (_("Field"), label(words.SECTORS, seeker.sector)),
        (_("Time zone"), str(told(zone_name(seeker.zone)))),
    ]
    if seeker.size:
        lines.insert(2, (_("Staff"), label(words.STAFF_BANDS, seeker.size)))
    return lines


def network_name(stage: str) -> str:
    """What a new network is called unless the director writes otherwise."""
    return f"{words.STAGES[stage].label.en}: peer network"


def as_csv(found: Proposals) -> str:
    """All proposals and all who wait on, one line for each organization."""
    return spreadsheet.as_csv(HEADS, [[_cell(cell) for cell in line] for line in _lines(found)])


def _cell(cell: object) -> str | int | float:
    return cell if isinstance(cell, int | float) else str(cell)


def _lines(found: Proposals) -> Iterator[tuple[str | int, ...]]:
    for number, network in enumerate(found.launches.networks, 1):
        for one in network.members:
            yield ("network", number, "member", *_about(one), "", "", network.slot.sentence)
    yield from _left("network", found.launches.left_out)
    for kind, pairing in found.pairings.items():
        for number, pair in enumerate(pairing.pairs, 1):
            for one, other in ((pair.one, pair.other), (pair.other, pair.one)):
                yield (kind, number, "member", *_about(one), other.name, "", " ".join(pair.reasons))
        yield from _left(kind, pairing.left_out)
    for region in found.regions.regions:
        for way in region.ways:
            yield ("region", region.region, "member", *_about(way.team), region.hub, way.miles, "")
    yield from _left("region", found.regions.left_out)


def _left(kind: str, left_out: tuple[LeftOut, ...]) -> Iterator[tuple[str | int, ...]]:
    for one in left_out:
        yield (kind, "", "waits", *_about(one.seeker), "", "", one.reason)


def _about(one: Seeker) -> tuple[str | int, ...]:
    stands = one.level if one.line == "schools" else one.stage
    staff = "" if one.staff is None else one.staff
    return (one.ref, one.name, stands or "", one.sector, staff, one.state, one.county)
