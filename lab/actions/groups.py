"""What a director does with a proposed group: launch a network, ask two to meet, propose a region.

Each is worked out again inside the deed: what was proposed to the director must still be what the rules
propose, so nobody is asked whom a change has put across the table meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from lab import vocabulary as words
from lab.actions.network_leads import give_lead
from lab.actions.telling import leads_of
from lab.database import db, lock, new_reference, now, transaction
from lab.errors import BadInput, NotNow
from lab.history import claim, record, remember_result, result_of
from lab.lifecycle import DIRECTOR, NETWORK_MEMBERSHIP, after
from lab.matching.groups import NetworkToLaunch, Pair, RegionToPropose
from lab.models import Case, Network, NetworkMembership, PairSeat, PeerPair, Person
from lab.notices import queue
from lab.queries.groups import proposals
from lab.queries.networks import LIVE
from lab.said import say

T = TypeVar("T", NetworkToLaunch, RegionToPropose)
LONGEST_NAME = 100
CHANGED = "This proposal has changed since you opened it. Look at the page again."


def launch_network(
    members: Sequence[str], *, name: str, by: Person, lead: str = "", key: str = ""
) -> Network:
    """Create the proposed network of these cases and invite each; `lead`: a reference, or nobody yet.

    Sending the same form twice gives the same network. Raises `NotNow` when the rules no longer
    propose exactly these members, `BadInput` for a name that is missing or too long, or for a lead who
    stands too close to a member.
    """
    _look_ahead(by)
    with transaction():
        if not claim(key, purpose="groups.network", by=by):
            return _made(key, by)
        name = _name(name)
        cases = _locked(members)
        found = _still(proposals(by.ties).launches.networks, members)
        network = _network_of(found, name)
        db.session.add(network)
        give_lead(network, lead, cases, by=by)
        _invite_all(network, cases, by=by)
        remember_result(key, network.code)
    return network


def propose_region(members: Sequence[str], *, by: Person, key: str = "") -> Network:
    """Name the county office as hub of the region where these teams wait, and invite them.

    A region that forms already is used; otherwise it is made. Raises `NotNow` when the rules no
    longer propose it.
    """
    _look_ahead(by)
    with transaction():
        if not claim(key, purpose="groups.region", by=by):
            return _made(key, by)
        cases = _locked(members)
        found = _still(proposals(by.ties).regions.regions, members)
        network = _region_of(found)
        record(
            "hub_named", about=f"network {network.code}", by=by,
            details={"network": network.code, "county": found.hub_county},
        )  # fmt: skip
        _invite_all(network, cases, by=by)
        remember_result(key, network.code)
    return network


def propose_pair(kind: str, members: Sequence[str], *, by: Person, key: str = "") -> PeerPair:
    """Ask two organizations whether they would meet; neither learns who the other is before both agree.

    Raises `NotNow` when the rules no longer propose this pair.
    """
    _look_ahead(by)
    with transaction():
        if not claim(key, purpose="groups.pair", by=by):
            return db.session.scalars(sa.select(PeerPair).where(PeerPair.ref == result_of(key, by=by))).one()
        cases = {case.ref: case for case in _locked(members)}
        pairing = proposals(by.ties).pairings.get(kind)
        found = next(
            (pair for pair in pairing.pairs if _refs((pair.one, pair.other)) == set(members)), None
        ) if pairing else None  # fmt: skip
        if found is None:
            raise NotNow(CHANGED)
        pair = _pair_of(found, cases, by)
        for seat in pair.seats:
            record(
                "pair_asked", about=f"pair {pair.ref}", by=by, case=seat.case, audience="joint",
                details={"kind": kind},
            )  # fmt: skip
            for reader in leads_of(seat.case):
                queue("pair-asked", about=f"pair {seat.ref}", to=reader, path=f"/groups/pairs/{seat.ref}")
        remember_result(key, pair.ref)
    return pair


def _look_ahead(by: Person) -> None:
    """Work out the proposals before anything is held, so that nobody waits while it is done.

    Inside the deed they are looked at again: at once where nothing has changed meanwhile.
    """
    proposals(by.ties)


def _made(key: str, by: Person) -> Network:
    code = result_of(key, by=by)
    if not code:
        raise NotNow("You have already sent this. Look at the page again.")
    return db.session.scalars(sa.select(Network).where(Network.code == code)).one()


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadInput("Give the network a name.")
    if len(name) > LONGEST_NAME:
        raise BadInput(say("Use at most %(most)s characters.", most=LONGEST_NAME))
    return name


def _locked(refs: Iterable[str]) -> list[Case]:
    """The cases, held in one order, so that two directors cannot ask the same ones at once."""
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(Case.ref.in_(list(refs)))
            .order_by(Case.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _refs(members: Iterable[Any]) -> set[str]:
    return {one.ref for one in members}


def _still(found: Iterable[T], members: Sequence[str]) -> T:
    one = next((one for one in found if _refs(one.members) == set(members)), None)
    if one is None:
        raise NotNow(CHANGED)
    return one


def _network_of(found: NetworkToLaunch, name: str) -> Network:
    code = f"peer-{new_reference().lower()}"
    profile = {
        "network": code, "name": name, "line": found.line, "stages": [found.stage], "side": found.side,
        "status": "forming", "capacity": found.capacity, "members": 0, "slot": found.slot.kept,
        "price": "free to clients", "member_organizations": [],
    }  # fmt: skip
    return Network(
        code=code, kind="peer", line=found.line, name=name, side=found.side, status="forming",
        capacity=found.capacity, profile=profile,
    )  # fmt: skip


def _region_of(found: RegionToPropose) -> Network:
    """The network of this region with its hub: the one that forms there, or a new one."""
    there = db.session.scalars(
        sa.select(Network)
        .where(Network.kind == "regional", Network.line == "schools", Network.status != "closed")
        .order_by(Network.id)
    )
    network = next(
        (
            row
            for row in there
            if not row.profile.get("hub") and found.hub_county in (row.profile.get("counties") or [])
        ),
        None,
    )
    if network is not None:
        held: Network = lock(Network, network.id)
        held.profile = {**held.profile, "hub": found.hub}
        return held
    code = f"region-{found.region}-{new_reference(4).lower()}"
    name = f"{words.CA_REGIONS[found.region].label.en} Regional Network"
    profile = {
        "network": code, "name": name, "line": "schools", "state": "CA", "counties": list(found.counties),
        "hub": found.hub, "status": "forming", "side": "joint", "member_organizations": [],
    }  # fmt: skip
    network = Network(
        code=code, kind="regional", line="schools", name=name, side="joint", status="forming", profile=profile
    )
    db.session.add(network)
    return network


def _invite_all(network: Network, cases: Iterable[Case], *, by: Person) -> None:
    db.session.flush()
    for case in cases:
        row = db.session.scalar(
            sa.select(NetworkMembership).where(
                NetworkMembership.network_id == network.id, NetworkMembership.case_id == case.id,
                NetworkMembership.state.in_(LIVE),
            )
        )  # fmt: skip
        if row is None:
            row = NetworkMembership(
                network_id=network.id, case_id=case.id, person_id=case.owner_id, state="invited",
                requested_at=now(),
            )  # fmt: skip
            db.session.add(row)
        else:
            row.state = after(NETWORK_MEMBERSHIP, "invite", row.state, by=DIRECTOR)
        db.session.flush()
        record(
            "network_invited", about=row.ref, by=by, case=case, audience="joint",
            details={"network": network.code},
        )  # fmt: skip
        for reader in leads_of(case):
            queue(
                "network-invited", about=f"network {row.ref} invited", to=reader,
                path=f"/groups/invitations/{row.ref}",
            )  # fmt: skip


def _pair_of(found: Pair, cases: dict[str, Case], by: Person) -> PeerPair:
    pair = PeerPair(kind=found.kind, reasons=list(found.reasons), asked_by_id=by.id, asked_at=now())
    for seeker, brings, finds in (
        (found.one, found.gives, found.takes),
        (found.other, found.takes, found.gives),
    ):
        pair.seats.append(
            PairSeat(case=cases[seeker.ref], kind=found.kind, brings=list(brings), finds=list(finds))
        )
    db.session.add(pair)
    db.session.flush()
    return pair
