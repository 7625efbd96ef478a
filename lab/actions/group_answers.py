"""What invited organizations answer: yes or no to a network, yes or no to a peer pair; conflicts are looked at again."""

from __future__ import annotations

import sqlalchemy as sa

from lab.actions.telling import director_of, directors, leads_of
from lab.database import db, lock, now, transaction
from lab.errors import NotNow
from lab.history import record
from lab.lifecycle import APPLICANT, NETWORK_MEMBERSHIP, PEER_PAIR, after
from lab.matching.groups import usual_rules
from lab.matching.groups.apart import apart, to_look_at
from lab.models import Case, Network, NetworkMembership, PairSeat, PeerPair, Person
from lab.notices import queue
from lab.queries import networks as queries
from lab.queries.groups import seeker_for
from lab.queries.network_conflicts import kept_apart


def answer_invitation(membership_id: int, *, yes: bool, by: Person) -> str:
    """Say yes or no to a network that a director launched; the same answer twice counts once.

    A yes seats the case, unless somebody in the network has become too close to it or the places are
    taken: then it waits and a director looks. Gives the state it leads to. Raises `NotNow` when the
    invitation is no longer open.
    """
    with transaction():
        network: Network = lock(Network, db.session.get_one(NetworkMembership, membership_id).network_id)
        row: NetworkMembership = lock(NetworkMembership, membership_id)
        if row.answered_by_id is not None and row.state in (("active", "waitlisted") if yes else ("left",)):
            return row.state
        if yes and row.case.state not in queries.CAN_ASK:
            raise NotNow("Your application is not under way now, so this network cannot be joined.")
        step = ("accept" if _may_sit(row, network) else "look_first") if yes else "decline"
        row.state = after(NETWORK_MEMBERSHIP, step, row.state, by=APPLICANT)
        row.answered_at, row.answered_by_id = now(), by.id
        db.session.flush()
        verb = {"accept": "network_active", "look_first": "network_waitlisted", "decline": "network_declined"}
        record(
            verb[step],
            about=row.ref,
            by=by,
            case=row.case,
            audience="joint",
            details={"network": network.code},
        )
        if step == "look_first":
            for reader in directors(row.case):
                queue("conflict-possible", about=f"network {row.ref}", to=reader, path="/groups/")
        elif step == "accept":
            _begin_if_enough(network, by)
        return row.state


def _may_sit(row: NetworkMembership, network: Network) -> bool:
    """Whether there is a place, and whether nobody seated is across the table or at the same local."""
    if queries.seats_of([network])[network.id].free == 0 or not queries.side_fits(row.case, network):
        return False
    if kept_apart(row.case, [network]):
        return False
    mine = seeker_for(row.case)
    return all(
        apart(mine, seeker_for(other)) is None for other in _seated(network) if other.id != row.case_id
    )


def _seated(network: Network) -> list[Case]:
    return list(
        db.session.scalars(
            sa.select(Case)
            .join(NetworkMembership, NetworkMembership.case_id == Case.id)
            .where(NetworkMembership.network_id == network.id, NetworkMembership.state.in_(queries.SEATED))
            .order_by(Case.id)
        )
    )


def _begin_if_enough(network: Network, by: Person) -> None:
    """A network that forms begins when as many are in it as it was proposed for."""
    rules = usual_rules()
    needed = rules.teams if network.kind == "regional" else rules.threshold
    if network.status != "forming" or queries.seats_of([network])[network.id].members < needed:
        return
    network.status = "active"
    record("network_began", about=f"network {network.code}", by=by, details={"network": network.code})
    for reader in [network.lead] if network.lead is not None else directors():
        queue(
            "case-active", about=f"network {network.code} began", to=reader, path=f"/networks/{network.code}"
        )


def answer_pair(seat_id: int, *, yes: bool, by: Person) -> str:
    """Say yes or no to a peer pair; the same answer twice counts once.

    Only when both said yes, and nothing has come between them, do they see each other. Gives the
    state of the pair. Raises `NotNow` when the pair is no longer asked for.
    """
    with transaction():
        pair: PeerPair = lock(PeerPair, db.session.get_one(PairSeat, seat_id).pair_id)
        seat: PairSeat = lock(PairSeat, seat_id)
        said = "yes" if yes else "no"
        if seat.answer == said:
            return pair.state
        if seat.answer or pair.state != "asked":
            raise NotNow("This has changed since you opened it, so that step is no longer possible.")
        if yes and seat.case.state not in queries.CAN_ASK:
            raise NotNow("Your application is not under way now, so this cannot begin.")
        seat.answer, seat.answered_at, seat.answered_by_id = said, now(), by.id
        record(f"pair_{said}", about=f"pair {pair.ref}", by=by, case=seat.case, details={"kind": pair.kind})
        if not yes:
            _end(pair, by=by, but=seat)
        elif all(one.answer == "yes" for one in pair.seats):
            _agree(pair, by=by)
        return pair.state


def _agree(pair: PeerPair, *, by: Person) -> None:
    one, other = (seeker_for(seat.case) for seat in pair.seats)
    if apart(one, other) is not None or to_look_at(one, other):
        _end(pair, by=by)
        for seat in pair.seats:
            for reader in director_of(seat.case):
                queue("conflict-possible", about=f"pair {pair.ref}", to=reader, path="/groups/")
        return
    pair.state = after(PEER_PAIR, "agree", pair.state, by=APPLICANT)
    pair.agreed_at = now()
    for seat in pair.seats:
        record(
            "pair_agreed", about=f"pair {pair.ref}", by=by, case=seat.case, audience="joint",
            details={"kind": pair.kind},
        )  # fmt: skip
        for reader in leads_of(seat.case):
            queue("pair-agreed", about=f"pair {pair.ref}", to=reader, path=f"/groups/pairs/{seat.ref}")


def _end(pair: PeerPair, *, by: Person, but: PairSeat | None = None) -> None:
    """The pair is over for both; who did not end it is told, without a word about the other."""
    pair.state = after(PEER_PAIR, "end", pair.state, by=APPLICANT)
    pair.ended_at = now()
    for seat in pair.seats:
        seat.ended_at = now()
        record(
            "pair_ended", about=f"pair {pair.ref}", by=by if seat is but else None, case=seat.case,
            details={"kind": pair.kind},
        )  # fmt: skip
        if seat is not but:
            for reader in leads_of(seat.case):
                queue("pair-ended", about=f"pair {pair.ref}", to=reader, path=f"/groups/pairs/{seat.ref}")


def end_all(case: Case, *, by: Person) -> None:
    """End every pair of a case at once, inside the deed that ends the case."""
    with transaction():
        live = sa.select(PairSeat).where(PairSeat.case_id == case.id, PairSeat.ended_at.is_(None))
        for seat in db.session.scalars(live.order_by(PairSeat.id)).all():
            pair: PeerPair = lock(PeerPair, seat.pair_id)
            if pair.state != "ended":
                _end(pair, by=by, but=seat)
