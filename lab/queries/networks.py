"""Networks: what they are, who is in them, who asks to join and how well they would fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from lab import vocabulary as words
from lab.access import can
from lab.database import db
from lab.matching.names import Sameness, same_organization
from lab.matching.unions import Nearness, nearness
from lab.models import Case, Decision, Network, NetworkMembership
from lab.row_security import as_the_program
from lab.showing import label
from lab.viewer import Viewer

SEATED = ("active", "paused")
LIVE = ("invited", "requested", "waitlisted", "active", "paused")
WAITING = ("requested", "waitlisted")
CAN_ASK = frozenset({"awaiting_conditions", "offering", "active"})

FITS, LOOK, STOPS = "fits", "look", "stops"


@dataclass(frozen=True)
class Fit:
    """One thing a lead weighs: it fits, a director looks first, or it stops the request."""

    verdict: str
    sentence: str


@dataclass(frozen=True)
class Seats:
    """How full a network is: members, places (None: no limit), requests and waiting list."""

    members: int
    capacity: int | None
    asked: int = 0
    waiting: int = 0

    @property
    def free(self) -> int | None:
        """Free places, None without a limit."""
        return None if self.capacity is None else max(0, self.capacity - self.members)

    @property
    def line(self) -> str:
        """«9 members, 6 of 15 places free»."""
        said = ngettext("%(num)s member", "%(num)s members", self.members)
        if self.capacity is None:
            return said
        return _(
            "%(members)s, %(free)s of %(all)s places free", members=said, free=self.free, all=self.capacity
        )


def by_code(code: str) -> Network | None:
    """The network with this code."""
    return db.session.scalar(sa.select(Network).where(Network.code == code).options(joinedload(Network.lead)))


def membership(ref: str) -> NetworkMembership | None:
    """The membership or request with this reference, with its case and network."""
    return db.session.scalar(
        sa.select(NetworkMembership)
        .where(NetworkMembership.ref == ref)
        .options(joinedload(NetworkMembership.case), joinedload(NetworkMembership.network))
    )


def in_line(lines: Iterable[str]) -> Sequence[Network]:
    """The networks of these lines, peer networks first."""
    return db.session.scalars(
        sa.select(Network)
        .where(Network.line.in_(list(lines)), Network.status != "closed")
        .order_by(Network.kind, Network.id)
    ).all()


def led_by(viewer: Viewer) -> Sequence[Network]:
    """The networks this viewer leads; a director looks after all of them."""
    query = (
        sa.select(Network).options(joinedload(Network.lead)).order_by(Network.line, Network.kind, Network.id)
    )
    if not viewer.is_a("director"):
        query = query.where(Network.id.in_(viewer.led_network_ids))
    return db.session.scalars(query).all()


@as_the_program()
def seats_of(networks: Iterable[Network]) -> dict[int, Seats]:
    """How full each network is, in one query; members who are not kept here count too."""
    rows = list(networks)
    counted: dict[tuple[int, str], int] = {
        (network_id, state): number
        for network_id, state, number in db.session.execute(
            sa.select(NetworkMembership.network_id, NetworkMembership.state, sa.func.count())
            .where(
                NetworkMembership.network_id.in_([row.id for row in rows]), NetworkMembership.state.in_(LIVE)
            )
            .group_by(NetworkMembership.network_id, NetworkMembership.state)
        )
    }
    return {
        row.id: Seats(
            members=int(row.profile.get("members") or 0) + sum(counted.get((row.id, s), 0) for s in SEATED),
            capacity=row.capacity,
            asked=counted.get((row.id, "requested"), 0),
            waiting=counted.get((row.id, "waitlisted"), 0),
        )
        for row in rows
    }


def live_in(network: Network, viewer: Viewer) -> list[NetworkMembership]:
    """Requests, waiting list and members of a network that this viewer may read, the oldest first."""
    rows = db.session.scalars(
        sa.select(NetworkMembership)
        .where(NetworkMembership.network_id == network.id, NetworkMembership.state.in_(LIVE))
        .options(
            joinedload(NetworkMembership.case),
            joinedload(NetworkMembership.person),
            joinedload(NetworkMembership.network),
        )
        .order_by(NetworkMembership.requested_at, NetworkMembership.id)
    )
    return [row for row in rows if can(viewer, "network_membership.answer", row)]


def of_cases(case_ids: Iterable[int]) -> dict[tuple[int, int], NetworkMembership]:
    """The latest membership of each of these cases in each network, by case and network."""
    rows = db.session.scalars(
        sa.select(NetworkMembership)
        .where(NetworkMembership.case_id.in_(list(case_ids)))
        .options(joinedload(NetworkMembership.network))
        .order_by(NetworkMembership.id)
    )
    return {(row.case_id, row.network_id): row for row in rows}


@as_the_program()
def proposed_to(case_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The codes of the networks that the latest decision on each case proposes."""
    rows = db.session.execute(
        sa.select(Decision.case_id, Decision.networks)
        .where(Decision.case_id.in_(list(case_ids)))
        .order_by(Decision.id)
    )
    return {case_id: frozenset(codes or ()) for case_id, codes in rows}


def may_ask(
    case: Case, network: Network, proposed: frozenset[str], apart: frozenset[int] = frozenset()
) -> str:
    """Why this case cannot ask to join now, in words for the applicant; empty if it can.

    `apart` are the networks that it is kept apart from; the words do not say because of whom.
    """
    if network.code not in proposed or case.state not in CAN_ASK:
        return _("Your director proposes the networks that fit your case. This one is not among them now.")
    if network.status in ("paused", "closed"):
        return _("This network does not meet for now. Ask again later, or ask your director.")
    if network.id in apart:
        return _(
            "Somebody in this network may be too close to your case, so you cannot ask here. Nobody there is told of you. Your director looks for another way."
        )
    if not side_fits(case, network):
        return _("This network is open to one side only, and yours is a joint case.")
    return ""


def side_fits(case: Case, network: Network) -> bool:
    """Joint networks take both kinds of case; a one-sided network never takes a joint case."""
    return network.side == "joint" or (network.side == "management" and case.kind == "employer")


def fit_of(case: Case, network: Network, members: Iterable[Case], *, proposed: bool) -> list[Fit]:
    """What speaks for and against this case in this network, in sentences for the lead."""
    found = [_side(case, network), *_stage_or_place(case, network)]
    found.append(
        Fit(FITS, _("A director proposed this network to them."))
        if proposed
        else Fit(LOOK, _("No director proposed this network to them."))
    )
    found += [fit for fit in (_together(case, network, members),) if fit]
    return found


def _side(case: Case, network: Network) -> Fit:
    if not side_fits(case, network):
        return Fit(STOPS, _("This network takes one side only, and this is a joint case."))
    if network.side == "joint":
        return Fit(FITS, _("The network is open to both sides."))
    return Fit(FITS, _("It is the management side, as everybody here."))


def _stage_or_place(case: Case, network: Network) -> list[Fit]:
    profile = network.profile
    if network.kind == "regional":
        county = str(((case.document or {}).get("organization") or {}).get("county") or "")
        if case.place_state == profile.get("state") and county in (profile.get("counties") or []):
            return [Fit(FITS, _("%(county)s County lies in this region.", county=county))]
        return [Fit(LOOK, _("It lies outside the counties of this region."))]
    stage = label(words.STAGES, case.stage)
    if case.stage in (profile.get("stages") or []):
        return [Fit(FITS, _("It stands where this network is at home: %(stage)s.", stage=stage))]
    return [Fit(LOOK, _("It stands elsewhere: %(stage)s.", stage=stage))]


def _together(case: Case, network: Network, members: Iterable[Case]) -> Fit | None:
    """A counterpart or somebody who faces the same local does not sit in one room without a director's look."""
    ours = unions_of(case.document)
    told = [told_member(row) for row in network.profile.get("member_organizations") or []]
    told += [(other.organization, unions_of(other.document)) for other in members if other.id != case.id]
    for name, theirs in told:
        if any(same_organization(name, union) is Sameness.SAME for union in ours) or any(
            same_organization(case.organization, union) is Sameness.SAME for union in theirs
        ):
            return Fit(LOOK, _("A counterpart of theirs is already a member, so a director looks first."))
        if any(nearness(one, other, case.place_state) is Nearness.SAME for one in theirs for other in ours):
            return Fit(LOOK, _("A member here faces the same union local, so a director looks first."))
    return None


def told_member(row: Any) -> tuple[str, list[str]]:
    """A member that an import told of: its name and its unions."""
    if isinstance(row, dict):
        return str(row.get("name", "")), [str(union) for union in row.get("unions") or []]
    return str(row), []


def unions_of(document: dict[str, Any] | None) -> list[str]:
    """The unions that a document names."""
    units = (document or {}).get("bargaining_units") or []
    return [str(unit["union"]) for unit in units if unit.get("union")]
