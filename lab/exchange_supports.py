"""What the program offers, in the exchange format: from plain values to answers and back."""

from datetime import date
from typing import Any

from lab import vocabulary as words
from lab.answers import Convening, Member, PeerNetwork, RegionalNetwork, Supports, TierOffer
from lab.reading import Notes, Reader

Path = tuple[str | int, ...]
SIDES = {"management": "", "union": "", "joint": ""}
CONVENING_AUDIENCES = {"new_teams": "", "all": "", "worker_centers": ""}


def supports(source: Any, notes: Notes, path: Path = ()) -> Supports:
    """Read what the program offers; what is wrong stands in the notes."""
    reader = Reader(source, notes, path)
    return Supports(
        tiers=tuple(_tier(Reader(value, notes, (*path, "tiers", n))) for n, value in reader.items("tiers")),
        peer_networks=tuple(
            _peer(Reader(value, notes, (*path, "peer_networks", n)))
            for n, value in reader.items("peer_networks")
        ),
        regional_networks=tuple(
            _regional(Reader(value, notes, (*path, "regional_networks", n)))
            for n, value in reader.items("regional_networks")
        ),
        convenings=tuple(
            _convening(Reader(value, notes, (*path, "convenings", n)))
            for n, value in reader.items("convenings")
        ),
        extra=reader.rest(),
    )


def _tier(reader: Reader) -> TierOffer:
    return TierOffer(
        tier=reader.code("tier", words.TIERS),
        lines=reader.codes("lines", words.LINES),
        what=reader.text("what", ""),
        price=reader.text("price", ""),
        extra=reader.rest(),
    )


def _peer(reader: Reader) -> PeerNetwork:
    return PeerNetwork(
        network=reader.text("network"),
        name=reader.text("name", ""),
        line=reader.code("line", words.LINES, "nonprofit"),
        stages=reader.codes("stages", words.STAGES),
        side=reader.code("side", SIDES, "management"),
        status=reader.code("status", words.NETWORK_STATUSES, "active"),
        capacity=reader.whole("capacity"),
        members=reader.whole("members") or 0,
        lead=reader.text_or_none("lead"),
        meets=reader.text("meets", ""),
        price=reader.text("price", ""),
        member_organizations=_members(reader),
        extra=reader.rest(),
    )


def _regional(reader: Reader) -> RegionalNetwork:
    return RegionalNetwork(
        network=reader.text("network"),
        name=reader.text("name", ""),
        line=reader.code("line", words.LINES, "schools"),
        state=reader.code("state", words.STATES, "CA"),
        counties=reader.texts("counties"),
        hub=reader.text_or_none("hub"),
        status=reader.code("status", words.NETWORK_STATUSES, "forming"),
        side=reader.code("side", SIDES, "joint"),
        capacity=reader.whole("capacity"),
        members=reader.whole("members") or 0,
        lead=reader.text_or_none("lead"),
        member_organizations=_members(reader),
        extra=reader.rest(),
    )


def _members(reader: Reader) -> tuple[Member, ...]:
    made = []
    for number, value in reader.items("member_organizations"):
        if isinstance(value, str):
            made.append(Member(name=value))
            continue
        inner = Reader(value, reader.notes, (*reader.path, "member_organizations", number))
        made.append(
            Member(name=inner.text("name"), unions=inner.texts("unions"), state=inner.text("state", ""))
        )
        inner.rest()
    return tuple(made)


def _convening(reader: Reader) -> Convening:
    starts = reader.day("starts_on") or date.min
    ends = reader.day("ends_on", None) or starts
    if ends < starts:
        reader.problem("ends_on", f"{ends} is before starts_on; expected {starts} or a later day")
    return Convening(
        convening=reader.text("convening"),
        name=reader.text("name", ""),
        line=reader.code("line", words.LINES),
        starts_on=starts,
        ends_on=ends,
        place=reader.text("place", "online"),
        audience=reader.code("audience", CONVENING_AUDIENCES, "all"),
        individuals_allowed=reader.truth("individuals_allowed", True),
        price_usd=reader.number("price_usd"),
        tracks=reader.texts("tracks"),
        extra=reader.rest(),
    )


def supports_to(made: Supports) -> dict[str, Any]:
    """The supports as plain values of the exchange format."""
    return {
        "tiers": [
            {"tier": t.tier, "lines": list(t.lines), "what": t.what, "price": t.price, **t.extra}
            for t in made.tiers
        ],
        "peer_networks": [_network_to(network) for network in made.peer_networks],
        "regional_networks": [_network_to(network) for network in made.regional_networks],
        "convenings": [_plain(convening) for convening in made.convenings],
        **made.extra,
    }


def _network_to(network: PeerNetwork | RegionalNetwork) -> dict[str, Any]:
    plain = _plain(network)
    plain["member_organizations"] = [
        {"name": m.name, "unions": list(m.unions), "state": m.state} if m.unions or m.state else m.name
        for m in network.member_organizations
    ]
    return plain


def _plain(made: Any) -> dict[str, Any]:
    extra = made.extra
    plain = {key: value for key, value in vars(made).items() if key != "extra"}
    shown = {
        key: value.isoformat()
        if isinstance(value, date)
        else list(value)
        if isinstance(value, tuple)
        else value
        for key, value in plain.items()
    }
    return {**shown, **extra}
