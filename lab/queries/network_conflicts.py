"""Which networks a case is kept apart from: their lead, or a member, stands on the other side of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from lab import answers
from lab.access import has_tie
from lab.clock import program_day
from lab.database import db, now
from lab.matching.names import Sameness, same_organization
from lab.matching.unions import Nearness, nearness
from lab.models import Case, Consultant, Network, NetworkMembership
from lab.queries.conflicts import blocking, conflicts_of
from lab.queries.matching import application_of
from lab.queries.networks import SEATED, told_member, unions_of
from lab.row_security import as_the_program
from lab.viewer import Viewer


@as_the_program()
def kept_apart(case: Case, networks: Iterable[Network]) -> frozenset[int]:
    """The networks this case must not be shown to: asking would tell a counterpart that it exists.

    That is where the conflict check closes the way between the lead and the case, and where a member is
    the union across the table, or the employer across the table of a member.
    """
    listed = [network for network in networks if case.document is not None]
    if not listed:
        return frozenset()
    application = application_of(case)
    leads = leads_in_conflict(case, listed)
    members = _members_of(listed)
    return frozenset(
        network.id
        for network in listed
        if network.lead_id in leads
        or any(
            _across_the_table(application, name, unions)
            for name, unions in map(told_member, network.profile.get("member_organizations") or [])
        )
        or any(
            _across_the_table(application, other.organization, unions_of(other.document))
            for other in members.get(network.id, [])
            if other.id != case.id
        )
    )


def leads_in_conflict(case: Case, networks: Sequence[Network]) -> set[int]:
    """The leads whom the conflict check, or a declared tie, keeps away from this case."""
    leads = {network.lead_id: network.lead for network in networks if network.lead is not None}
    if not leads:
        return set()
    found = {ident for ident, lead in leads.items() if ident and has_tie(Viewer(ties=tuple(lead.ties)), case)}
    today = program_day(now())
    for consultant in db.session.scalars(sa.select(Consultant).where(Consultant.person_id.in_(leads))):
        if blocking(conflicts_of(consultant, case, today=today)):
            found.add(consultant.person_id)
    return found


def _members_of(networks: Sequence[Network]) -> dict[int, list[Case]]:
    rows = db.session.execute(
        sa.select(NetworkMembership.network_id, Case)
        .join(Case, NetworkMembership.case_id == Case.id)
        .where(
            NetworkMembership.network_id.in_([network.id for network in networks]),
            NetworkMembership.state.in_(SEATED),
        )
        .order_by(NetworkMembership.id)
    )
    made: dict[int, list[Case]] = {}
    for network_id, other in rows:
        made.setdefault(network_id, []).append(other)
    return made


def _across_the_table(application: answers.Application, name: str, unions: Iterable[str]) -> bool:
    """Whether a member is a union of this application, or bargains with this applicant."""
    organization = application.organization
    ours = [unit.union for unit in application.units if unit.union]
    if any(nearness(name, union, organization.state) is Nearness.SAME for union in ours):
        return True
    return any(same_organization(organization.name, union) is Sameness.SAME for union in unions)
