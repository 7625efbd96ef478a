"""Where each network stands for a case: stage or county, side, seats, and who sits in it already."""

import re

from lab.answers import Member, PeerNetwork, RegionalNetwork, Supports
from lab.matching import labels
from lab.matching.decision import Decided
from lab.matching.names import Sameness, same_organization, simple
from lab.matching.policy import Policy
from lab.matching.profiles import EARLY, Case
from lab.matching.result import NetworkAdvice
from lab.matching.tiers import HOT
from lab.matching.unions import Nearness, nearness
from lab.said import Said, say, spoken

Standing = tuple[str, str]


def networks_of(
    case: Case, decided: Decided, supports: Supports, policy: Policy
) -> tuple[NetworkAdvice, ...]:
    """The networks of the case's line, regional ones where they cover its county."""
    found = []
    for peer in supports.peer_networks:
        if peer.line == case.line:
            standing, reason = _peer(case, decided, peer, policy)
            found.append(
                NetworkAdvice(network=peer.network, name=peer.name, standing=standing, reason=reason)
            )
    place = case.application.organization
    for region in supports.regional_networks:
        covers = region.state == place.state and _county(place.county) in map(_county, region.counties)
        if region.line == case.line and covers:
            standing, reason = _region(case, decided, region)
            found.append(
                NetworkAdvice(network=region.network, name=region.name, standing=standing, reason=reason)
            )
    return tuple(found)


def _county(name: str) -> str:
    """A county as people write it: with "County" or without, in any case."""
    return re.sub(r"^(?:county|condado) (?:of|de) | (?:county|condado)$", "", simple(name))


def _peer(case: Case, decided: Decided, network: PeerNetwork, policy: Policy) -> Standing:
    closed = _closed_by_decision(decided)
    if closed:
        return closed
    if case.stage not in network.stages:
        return "not_now", _wrong_stage(case, network)
    kept_out = _kept_out(case, network)
    if kept_out:
        return kept_out
    if case.hours[1] == 0 and not policy.networks_for_all_accepted:
        return "not_now", say("The %(network)s is for clients of the program.", network=network.name)
    if "representation_challenge" in case.conditions:
        return "conditional", _after_the_vote(case, network)
    if decided.decision == "accept_with_conditions":
        return "conditional", say(
            "The %(network)s fits the stage; join once the condition is met.", network=network.name
        )
    return "recommended", _for_this_stage(network)


def _after_the_vote(case: Case, network: PeerNetwork) -> Said:
    voted = case.voted_on
    if voted is None:
        return say(
            "The %(network)s fits the stage; join after the vote on representation.", network=network.name
        )
    return say(
        "The %(network)s fits the stage; the vote on representation was on %(day)s: join once its outcome "
        "is certain.",
        network=network.name,
        day=spoken(voted),
    )


def _for_this_stage(network: PeerNetwork) -> Said:
    if network.capacity is None:
        return say("The %(network)s is for this stage.", network=network.name)
    free = network.capacity - network.members
    return say("The %(network)s is for this stage, %(free)s seats free.", network=network.name, free=free)


def _closed_by_decision(decided: Decided) -> Standing | None:
    if decided.scope:
        return "excluded", say("No network: %(scope)s is outside the program's scope.", scope=decided.scope)
    if decided.declined:
        return "excluded", say("Networks are for organizations that agree with the foundation.")
    if decided.decision == "hold_conversation":
        return "not_now", say("A network waits until the foundation is talked through.")
    return None


def _wrong_stage(case: Case, network: PeerNetwork) -> str:
    here = labels.stage(case)
    if case.stage in HOT | EARLY:
        return say(
            "The %(network)s is for later; this case stands at: %(stage)s.", network=network.name, stage=here
        )
    return say(
        "The %(network)s is for other stages; this case stands at: %(stage)s.",
        network=network.name,
        stage=here,
    )


def _kept_out(case: Case, network: PeerNetwork | RegionalNetwork) -> Standing | None:
    """Status, side, counterparts and seats: what keeps a case out of a network that fits otherwise."""
    name = network.name
    if network.status == "closed":
        return "excluded", say("The %(network)s is closed.", network=name)
    if network.status == "paused":
        return "not_now", say("The %(network)s is paused; ask again when it meets.", network=name)
    if network.side == "union":
        return "excluded", say("The %(network)s is for the union side.", network=name)
    met = _already_there(case, network.member_organizations, name)
    if met:
        return met
    if network.capacity is not None and network.members >= network.capacity:
        return "conditional", say(
            "The %(network)s is full; a place on the waiting list until a seat is free.", network=name
        )
    if isinstance(network, PeerNetwork) and network.status == "forming":
        return "conditional", say("The %(network)s is forming; it begins when five are ready.", network=name)
    if network.side == "management" and case.application.case_kind == "joint":
        return "conditional", say(
            "The %(network)s is for management; only that side of the team could join.", network=name
        )
    return None


def _already_there(case: Case, members: tuple[Member, ...], name: str) -> Standing | None:
    organization = case.application.organization
    state = organization.state
    unions = [unit.union for unit in case.units if unit.union]
    doubt: Standing | None = None
    for member in members:
        if same_organization(member.name, organization.name) is Sameness.SAME:
            return "optional", say("It is already a member of the %(network)s.", network=name)
        if any(nearness(member.name, union, state, member.state) is Nearness.SAME for union in unions):
            return "excluded", say(
                "A counterpart of this case, %(member)s, sits in the %(network)s.",
                member=member.name,
                network=name,
            )
        if any(same_organization(member.name, parent) is Sameness.SAME for parent in organization.parents):
            doubt = (
                "conditional",
                say(
                    "Its parent, %(member)s, sits in the %(network)s: the director looks first.",
                    member=member.name,
                    network=name,
                ),
            )
        if any(
            nearness(theirs, ours, state, member.state or state) is Nearness.SAME
            for theirs in member.unions
            for ours in unions
        ):
            doubt = (
                "conditional",
                say(
                    "A member of the %(network)s faces the same local: the director looks first.",
                    network=name,
                ),
            )
    return doubt


def _region(case: Case, decided: Decided, network: RegionalNetwork) -> Standing:
    closed = _closed_by_decision(decided)
    if closed:
        return closed
    kept_out = _kept_out(case, network)
    if kept_out:
        return kept_out
    name, organization = network.name, case.application.organization
    if case.open_seats:
        seats = labels.seats(case.open_seats)
        return "conditional", say(
            "The %(network)s covers the county; join when the seats are filled: %(seats)s.",
            network=name,
            seats=seats,
        )
    if network.hub is None and organization.type == "county_office":
        return "recommended", say(
            "The %(network)s has no hub yet, and a county office is what a hub is built on.", network=name
        )
    if case.level == "regional_member":
        return "optional", say(
            "The team says that it is in a regional network already; the %(network)s is the one for its "
            "county, and it goes on there.",
            network=name,
        )
    if not case.convened:
        return "conditional", say(
            "The %(network)s covers the county; join after the first convening together.", network=name
        )
    if network.hub is None and network.status == "forming":
        return (
            "conditional",
            say(
                "The %(network)s is forming and has no hub yet; a place on its list until it begins.",
                network=name,
            ),
        )
    return "recommended", _for_this_county(network)


def _for_this_county(network: RegionalNetwork) -> Said:
    if network.hub:
        return say(
            "The %(network)s covers the county through %(hub)s, and the team is complete and has convened.",
            network=network.name,
            hub=network.hub,
        )
    return say(
        "The %(network)s covers the county, and the team is complete and has convened.", network=network.name
    )
