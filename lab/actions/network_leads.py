"""Who leads a network: a director names somebody with the role, whom the conflict check lets."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from lab.database import db, lock, transaction
from lab.errors import BadInput
from lab.history import claim, record
from lab.models import Case, Network, NetworkMembership, Person
from lab.queries.network_leads import possible_lead, too_close
from lab.queries.networks import LIVE


def name_lead(network_id: int, ref: str, *, by: Person, key: str = "") -> None:
    """Let this person lead the network, or nobody for now where `ref` is empty.

    Raises `BadInput` for somebody who may not lead, or stands too close to a case that is in it or asks.
    """
    with transaction():
        if not claim(key, purpose="network.lead", by=by):
            return
        network: Network = lock(Network, network_id)
        cases = db.session.scalars(
            sa.select(Case)
            .join(NetworkMembership, NetworkMembership.case_id == Case.id)
            .where(NetworkMembership.network_id == network.id, NetworkMembership.state.in_(LIVE))
            .order_by(Case.id)
        ).all()
        give_lead(network, ref, cases, by=by)


def give_lead(network: Network, ref: str, cases: Iterable[Case], *, by: Person) -> None:
    """Set the lead inside a deed, with these cases to look at."""
    lead = possible_lead(ref) if ref else None
    if ref and lead is None:
        raise BadInput("Choose somebody with the role of a network lead.")
    if lead is network.lead:
        return
    network.lead = lead
    db.session.flush()
    if lead is not None and too_close(network, cases):
        raise BadInput("This person stands too close to one of the organizations. Choose somebody else.")
    record(
        "lead_named", about=f"network {network.code}", by=by,
        details={"network": network.code, "lead": lead.ref if lead else ""},
    )  # fmt: skip
