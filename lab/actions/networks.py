"""Joining a network and leaving it: a case asks, the lead answers, a director may decide otherwise."""

from __future__ import annotations

import sqlalchemy as sa

from lab.actions.telling import directors, leads_of
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotNow
from lab.history import claim, record
from lab.lifecycle import APPLICANT, DIRECTOR, LEAD, NETWORK_MEMBERSHIP, after
from lab.models import Case, Network, NetworkMembership, Person
from lab.notices import queue
from lab.queries import networks as queries
from lab.queries.network_conflicts import kept_apart
from lab.said import joined, say

LONGEST_MESSAGE = 2000


def ask(network_id: int, case_id: int, *, message: str, by: Person, key: str = "") -> NetworkMembership:
    """Ask to join on behalf of a case; asking twice leaves one request. The lead is told.

    From now on the lead sees the organization and the person who asks. Raises `NotNow` when the
    network was not proposed to the case or does not meet, `BadInput` for too long a message.
    """
    message = message.strip()
    if len(message) > LONGEST_MESSAGE:
        raise BadInput(say("Use at most %(most)s characters.", most=LONGEST_MESSAGE))
    with transaction():
        network: Network = lock(Network, network_id)
        case: Case = lock(Case, case_id)
        before = _live(network_id, case_id)
        if before is not None:
            return before
        if not claim(key, purpose="network.ask", by=by):
            raise NotNow("You have already sent this. Look at the page again.")
        refusal = queries.may_ask(
            case,
            network,
            queries.proposed_to([case.id]).get(case.id, frozenset()),
            kept_apart(case, [network]),
        )
        if refusal:
            raise NotNow(refusal)
        row = NetworkMembership(
            network_id=network.id, case_id=case.id, person_id=by.id, message=message, requested_at=now()
        )
        db.session.add(row)
        db.session.flush()
        record(
            "network_asked",
            about=row.ref,
            by=by,
            case=case,
            audience="joint",
            details={"network": network.code},
        )
        for reader in [network.lead] if network.lead is not None else directors(case):
            queue("network-asked", about=f"network {row.ref}", to=reader, path=f"/networks/{network.code}")
    return row


def answer(
    membership_id: int, step: str, *, words: str, version: int, by: Person, as_director: bool = False
) -> None:
    """Admit, put on the waiting list or refuse (`step`), with words for the applicant.

    A refusal needs words. Raises `NotNow` when the request has changed, the network is full, or a
    director must look first; `NotAllowed` when a one-sided network is asked to take a joint case.
    """
    words = words.strip()
    if step not in ("admit", "waitlist", "refuse"):
        raise BadInput("Choose what you answer.")
    if step == "refuse" and not words:
        raise BadInput("Say in a sentence why, so that they know where they stand.")
    if len(words) > LONGEST_MESSAGE:
        raise BadInput(say("Use at most %(most)s characters.", most=LONGEST_MESSAGE))
    with transaction():
        network_id = db.session.get_one(NetworkMembership, membership_id).network_id
        network: Network = lock(Network, network_id)
        row: NetworkMembership = lock(NetworkMembership, membership_id)
        target = after(NETWORK_MEMBERSHIP, step, row.state, by=DIRECTOR if as_director else LEAD)
        if row.version != version:
            raise NotNow("Somebody answered this while you were reading it. Look again, then decide.")
        if step == "admit":
            _check_room(row, network, as_director=as_director)
        row.state, row.answer = target, words
        row.answered_at, row.answered_by_id = now(), by.id
        record(
            f"network_{target}", about=row.ref, by=by, case=row.case, audience="joint",
            details={"network": network.code},
        )  # fmt: skip
        for reader in leads_of(row.case):
            queue(
                "network-answered",
                about=f"network {row.ref} {target}",
                to=reader,
                path=f"/cases/{row.case.ref}",
            )


def leave(membership_id: int, *, by: Person) -> None:
    """Leave a network, or take back the wish to join; leaving twice changes nothing. The lead is told."""
    with transaction():
        row: NetworkMembership = lock(NetworkMembership, membership_id)
        if row.state == "left":
            return
        was = row.state
        row.state = after(NETWORK_MEMBERSHIP, "leave", row.state, by=APPLICANT)
        record(
            "network_left", about=row.ref, by=by, case=row.case, audience="joint",
            details={"network": row.network.code},
        )  # fmt: skip
        if was in queries.SEATED and row.network.lead is not None:
            queue(
                "case-withdrawn", about=f"network {row.ref} left", to=row.network.lead,
                path=f"/networks/{row.network.code}",
            )  # fmt: skip


def leave_all(case: Case, *, by: Person) -> None:
    """Leave every network at once, inside the deed that ends a case."""
    rows = db.session.scalars(
        sa.select(NetworkMembership.id).where(
            NetworkMembership.case_id == case.id, NetworkMembership.state.in_(queries.LIVE)
        )
    ).all()
    for ident in rows:
        leave(ident, by=by)


def _live(network_id: int, case_id: int) -> NetworkMembership | None:
    return db.session.scalar(
        sa.select(NetworkMembership).where(
            NetworkMembership.network_id == network_id, NetworkMembership.case_id == case_id,
            NetworkMembership.state.in_(queries.LIVE),
        )
    )  # fmt: skip


def _check_room(row: NetworkMembership, network: Network, *, as_director: bool) -> None:
    """Whether there is a place, and whether these members may sit in one room; the network is locked."""
    seats = queries.seats_of([network])[network.id]
    if seats.free == 0:
        raise NotNow(
            say(
                "All %(places)s places are taken. Put them on the waiting list until somebody leaves.",
                places=seats.capacity,
            )
        )
    members = db.session.scalars(
        sa.select(Case)
        .join(NetworkMembership, NetworkMembership.case_id == Case.id)
        .where(NetworkMembership.network_id == network.id, NetworkMembership.state.in_(queries.SEATED))
    ).all()
    proposed = network.code in queries.proposed_to([row.case_id]).get(row.case_id, frozenset())
    found = queries.fit_of(row.case, network, members, proposed=proposed)
    stops = [fit.sentence for fit in found if fit.verdict == queries.STOPS]
    looks = [fit.sentence for fit in found if fit.verdict == queries.LOOK]
    if stops:
        raise NotAllowed(joined(*stops))
    if looks and not as_director:
        ask = say("Ask the director of their case to decide this one.")
        raise NotNow(joined(*looks, ask))
