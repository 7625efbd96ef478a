"""Consultants and supports in the exchange format: from plain values to answers and back."""

from datetime import date
from typing import Any

from lab import vocabulary as words
from lab.answers import (
    Conflict,
    Consultant,
    Convening,
    Member,
    PeerNetwork,
    RegionalNetwork,
    Skill,
    Supports,
    TierOffer,
)
from lab.reading import Notes, Reader, unknown

Path = tuple[str | int, ...]
REMOTE = {"yes": "", "no": "", "in_person_preferred": ""}
SIDES = {"management": "", "union": "", "joint": ""}
CONVENING_AUDIENCES = {"new_teams": "", "all": "", "worker_centers": ""}


def consultant(source: Any, notes: Notes, path: Path = ()) -> Consultant:
    """Read one consultant; what is wrong stands in the notes."""
    reader = Reader(source, notes, path)
    return Consultant(
        ref=reader.text("ref"),
        name=reader.text("name", ""),
        email=reader.text("email", ""),
        base=reader.text("base", ""),
        lines=reader.codes("lines", words.LINES),
        skills=_skills(reader, notes),
        stages=reader.codes("stages", words.STAGES),
        conditions=reader.codes("conditions", words.CONDITIONS),
        partnership_levels=reader.codes("partnership_levels", words.PARTNERSHIP_LEVELS),
        sectors=reader.codes("sectors", words.SECTORS),
        states=reader.codes("states", words.STATES),
        any_state=reader.truth("any_state", False),
        remote=reader.code("remote", REMOTE, "yes"),
        languages=reader.codes("languages", words.LANGUAGES),
        capacity_hours_month=reader.number("capacity_hours_month"),
        available_from=reader.day("available_from", None),
        conflicts=_conflicts(reader, notes),
        bio=reader.text("bio", ""),
        items=reader.texts("items"),
        last_offered_on=reader.day("last_offered_on", None),
        extra=reader.rest(),
    )


def _skills(reader: Reader, notes: Notes) -> tuple[Skill, ...]:
    made: dict[str, Skill] = {}
    for number, value in reader.items("skills"):
        path = (*reader.path, "skills", number)
        if isinstance(value, str):
            need, level = value, 3
            if need not in words.CONSULTANT_SKILLS:
                notes.problem(path, unknown(need, words.CONSULTANT_SKILLS))
                continue
        else:
            inner = Reader(value, notes, path)
            need = inner.code("need", words.CONSULTANT_SKILLS)
            told = inner.whole("level")
            level = 3 if told is None else told
            if not 0 <= level <= 3:
                notes.problem((*path, "level"), f"expected a level from 1 to 3, found {level}")
            inner.rest()
        if need and need not in made and level > 0:
            made[need] = Skill(need=need, level=level)
    return tuple(made.values())


def _conflicts(reader: Reader, notes: Notes) -> tuple[Conflict, ...] | None:
    if reader.raw("conflicts") is None:
        return None
    made = []
    for number, value in reader.items("conflicts"):
        inner = Reader(value, notes, (*reader.path, "conflicts", number))
        made.append(
            Conflict(
                party=inner.text("party"),
                party_kind=inner.code("party_kind", words.CONFLICT_PARTY_KINDS),
                relationship=inner.code("relationship", words.CONFLICT_RELATIONSHIPS),
                ended_on=inner.day("ended_on", None),
                bars_until=inner.day("bars_until", None),
                note=inner.text("note", ""),
                extra=inner.rest(),
            )
        )
    return tuple(made)


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


def consultant_to(made: Consultant) -> dict[str, Any]:
    """The consultant as plain values of the exchange format."""
    return {
        "ref": made.ref,
        "name": made.name,
        "email": made.email,
        "base": made.base,
        "lines": list(made.lines),
        "skills": [{"need": skill.need, "level": skill.level} for skill in made.skills],
        "stages": list(made.stages),
        "conditions": list(made.conditions),
        "partnership_levels": list(made.partnership_levels),
        "sectors": list(made.sectors),
        "states": list(made.states),
        "any_state": made.any_state,
        "remote": made.remote,
        "languages": list(made.languages),
        "capacity_hours_month": made.capacity_hours_month,
        "available_from": _day_to(made.available_from),
        "conflicts": None if made.conflicts is None else [_conflict_to(tie) for tie in made.conflicts],
        "bio": made.bio,
        "items": list(made.items),
        "last_offered_on": _day_to(made.last_offered_on),
        **made.extra,
    }


def _conflict_to(tie: Conflict) -> dict[str, Any]:
    return {
        "party": tie.party,
        "party_kind": tie.party_kind,
        "relationship": tie.relationship,
        "ended_on": _day_to(tie.ended_on),
        "bars_until": _day_to(tie.bars_until),
        "note": tie.note,
        **tie.extra,
    }


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


def _day_to(day: date | None) -> str | None:
    return day.isoformat() if day else None
