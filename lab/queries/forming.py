"""The networks that were launched and have not begun."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab.access import has_tie
from lab.database import db
from lab.models import Network, NetworkMembership
from lab.queries.networks import SEATED
from lab.viewer import Viewer


@dataclass(frozen=True)
class Forming:
    """A network that was launched and has not begun."""

    network: Network
    said_yes: int
    asked: int


def forming(viewer: Viewer) -> list[Forming]:
    """The networks that were launched and wait for answers, with how many said yes."""
    rows = db.session.scalars(
        sa.select(NetworkMembership)
        .join(Network, NetworkMembership.network_id == Network.id)
        .where(Network.status == "forming", NetworkMembership.state.in_(("invited", *SEATED)))
        .options(
            joinedload(NetworkMembership.network).joinedload(Network.lead), joinedload(NetworkMembership.case)
        )
        .order_by(Network.id, NetworkMembership.id)
    )
    counted: dict[int, list[NetworkMembership]] = defaultdict(list)
    for row in rows:
        if not has_tie(viewer, row.case):
            counted[row.network_id].append(row)
    return [
        Forming(members[0].network, sum(row.state != "invited" for row in members), len(members))
        for members in counted.values()
    ]
