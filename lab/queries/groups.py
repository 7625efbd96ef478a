"""Who waits for a network, a peer or a region, and what could be proposed to them today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import vocabulary as words
from lab.access import has_tie
from lab.clock import program_day
from lab.database import db, now
from lab.matching.groups import (
    KINDS,
    Launches,
    LeftOut,
    Pairing,
    Regions,
    Rules,
    Seeker,
    networks_to_launch,
    peer_pairs,
    regions_to_propose,
    seeker_of,
    usual_rules,
)
from lab.models import Case, Decision, Engagement, Network, NetworkMembership, PairSeat
from lab.queries import networks as network_queries
from lab.queries.matching import application_of
from lab.queries.network_conflicts import kept_apart
from lab.said import say, spoken
from lab.viewer import Viewer

REST = timedelta(days=90)  # so long nobody who said no is asked again


@dataclass(frozen=True)
class Proposals:
    """What could be proposed today, by which rules, and who waits on."""

    rules: Rules
    launches: Launches
    pairings: dict[str, Pairing]
    regions: Regions

    @property
    def anybody(self) -> bool:
        """Whether anybody is in a proposal, or waits on."""
        return any(
            (
                self.launches.networks, self.launches.left_out, self.regions.regions, self.regions.left_out,
                *(pairing.pairs or pairing.left_out for pairing in self.pairings.values()),
            )
        )  # fmt: skip


def seeker_for(case: Case, *, met: frozenset[str] = frozenset()) -> Seeker:
    """A submitted case as groups see it today."""
    return seeker_of(application_of(case), program_day(now()), ref=case.ref, met=met)


def proposals(ties: Iterable[str] = ()) -> Proposals:
    """The groups that could be made of all cases under way; those a director has a tie to are not among them."""
    director = Viewer(ties=tuple(ties))
    cases = [
        case
        for case in db.session.scalars(
            sa.select(Case)
            .where(Case.state.in_(network_queries.CAN_ASK), Case.document.is_not(None))
            .order_by(Case.id)
        )
        if not has_tie(director, case)
    ]
    met = _met(cases)
    seekers = {case.id: seeker_for(case, met=met.get(case.id, frozenset())) for case in cases}
    waiting = _Waiting(cases, seekers)
    launches = _launches(tuple(waiting.for_networks()), program_day(now()))
    regions = regions_to_propose(waiting.for_regions(), hubs=_hub_counties(waiting.networks))
    return Proposals(
        rules=usual_rules(),
        launches=replace(launches, left_out=(*launches.left_out, *waiting.resting("peer"))),
        pairings={kind: _pairing(kind, cases, seekers) for kind in KINDS},
        regions=replace(regions, left_out=(*regions.left_out, *waiting.resting("regional"))),
    )


class _Waiting:
    """Who among these cases waits, from what they asked, what was decided and what there is."""

    def __init__(self, cases: Sequence[Case], seekers: dict[int, Seeker]) -> None:
        self.cases, self.seekers = cases, seekers
        self.networks = db.session.scalars(
            sa.select(Network).where(Network.status != "closed").order_by(Network.id)
        ).all()
        self.seats = network_queries.seats_of(self.networks)
        self.memberships: dict[int, list[NetworkMembership]] = defaultdict(list)
        for (case_id, _network), row in network_queries.of_cases([case.id for case in cases]).items():
            self.memberships[case_id].append(row)
        self.decisions = {
            row.case_id: row
            for row in db.session.scalars(
                sa.select(Decision)
                .where(Decision.case_id.in_([case.id for case in cases]))
                .order_by(Decision.id)
            )
        }

    def for_networks(self) -> list[Seeker]:
        """Those who want a peer network and have none open to them."""
        return [
            self.seekers[case.id]
            for case in self.cases
            if case.line == "nonprofit"
            and self._wants(case, "peer")
            and not self._said_no(case, "peer")
            and not self._open_to(case)
        ]

    def for_regions(self) -> list[Seeker]:
        """The teams that want a regional network where there is no hub for their county."""
        covered = {
            county
            for network in self.networks
            if network.kind == "regional" and network.profile.get("hub")
            for county in network.profile.get("counties") or []
        }
        return [
            self.seekers[case.id]
            for case in self.cases
            if case.line == "schools"
            and self._wants(case, "regional")
            and not self._said_no(case, "regional")
            and self.seekers[case.id].county not in covered
        ]

    def resting(self, kind: str) -> tuple[LeftOut, ...]:
        """Those who want one and said no a short while ago."""
        found = []
        for case in self.cases:
            row = self._said_no(case, kind)
            if row is not None and row.answered_at is not None and self._wants(case, kind):
                day = spoken(program_day(row.answered_at + REST))
                reason = say("It said no to an invitation; ask again from %(day)s on.", day=day)
                found.append(LeftOut(seeker=self.seekers[case.id], reason=reason))
        return tuple(found)

    def _wants(self, case: Case, kind: str) -> bool:
        """Asked for, decided, or waited for; and not a member, nor invited already."""
        rows = [row for row in self.memberships[case.id] if row.network.kind == kind]
        if any(row.state in (*network_queries.SEATED, "invited") for row in rows):
            return False
        decision = self.decisions.get(case.id)
        return (
            any(row.state in network_queries.WAITING for row in rows)
            or "peer_learning" in self.seekers[case.id].needs
            or (decision is not None and ("regional" in decision.tiers or bool(decision.networks)))
        )

    def _said_no(self, case: Case, kind: str) -> NetworkMembership | None:
        since = now() - REST
        return next(
            (
                row
                for row in self.memberships[case.id]
                if row.network.kind == kind and row.state == "left" and (row.answered_at or since) > since
            ),
            None,
        )

    def _open_to(self, case: Case) -> bool:
        """Whether a network that meets, or forms, has a place for this case: then its lead answers."""
        fitting = [
            network
            for network in self.networks
            if network.kind == "peer"
            and network.line == case.line
            and network.status in ("active", "forming")
            and self.seekers[case.id].stage in (network.profile.get("stages") or [])
            and self.seats[network.id].free != 0
            and network_queries.side_fits(case, network)
        ]
        return bool(fitting) and len(kept_apart(case, fitting)) < len(fitting)


def _met(cases: Sequence[Case]) -> dict[int, frozenset[str]]:
    """What each case asked for and a finished engagement was about."""
    done = set(
        db.session.scalars(
            sa.select(Engagement.case_id).where(
                Engagement.state == "completed", Engagement.case_id.in_([case.id for case in cases])
            )
        )
    )
    return {
        case.id: frozenset(need.need for need in application_of(case).needs) - words.MET_BY_PROGRAM
        for case in cases
        if case.id in done
    }


def _pairing(kind: str, cases: Sequence[Case], seekers: dict[int, Seeker]) -> Pairing:
    """The pairs of a kind among those who are in none, without pairs that did not come about before."""
    seats = db.session.scalars(
        sa.select(PairSeat)
        .where(PairSeat.kind == kind)
        .order_by(PairSeat.id)
        .options(joinedload(PairSeat.case))
    ).all()
    busy = {seat.case_id for seat in seats if seat.ended_at is None}
    rests = {
        seat.case_id for seat in seats if seat.answer == "no" and (seat.answered_at or now()) > now() - REST
    }
    ended: dict[int, set[str]] = defaultdict(set)
    for seat in seats:
        if seat.ended_at is not None:
            ended[seat.pair_id].add(seat.case.ref)
    group = [
        seekers[case.id]
        for case in cases
        # Who never asked for it, and said no as a host, is left in peace for a while.
        if case.id not in busy and (case.id not in rests or kind in seekers[case.id].needs)
    ]
    return _pairs(kind, tuple(group), frozenset(frozenset(refs) for refs in ended.values()))


# What was worked out for the same organizations holds until one of them changes: the next look, and the
# deed that follows it, need not wait again.
@lru_cache(maxsize=4)
def _launches(waiting: tuple[Seeker, ...], today: date) -> Launches:
    return networks_to_launch(waiting, today=today)


@lru_cache(maxsize=8)
def _pairs(kind: str, group: tuple[Seeker, ...], refused: frozenset[frozenset[str]]) -> Pairing:
    return peer_pairs(kind, group, refused=refused)


def _hub_counties(networks: Iterable[Network]) -> list[str]:
    offices = {term.office.casefold(): county for county, term in words.CA_COUNTIES.items()}
    hubs = (str(network.profile.get("hub") or "").casefold() for network in networks)
    return [offices[hub] for hub in hubs if hub in offices]
