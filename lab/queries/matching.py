"""What matching reads: a case, the consultants with the hours they have left, and the supports of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lab import answers, exchange
from lab import vocabulary as words
from lab.database import db
from lab.errors import NotNow
from lab.lifecycle import LIVE_OFFER_STATES
from lab.matching.headline import clock_of, headline, units_of
from lab.matching.profiles import Commitment
from lab.matching.weeks import month_in_window
from lab.models import Case, Consultant, Convening, Engagement, Network, NetworkMembership, Offer
from lab.row_security import as_the_program

WINDOW = timedelta(days=91)
HOT_STAGES = frozenset({"recognition_requested", "petition_filed"})
RUPTURES = frozenset({"job_action", "polarization"})


@dataclass(frozen=True)
class Promised:
    """Hours a month of one consultant from one day to another: an engagement, or held for an open offer."""

    hours_month: int
    starts_on: date
    ends_on: date
    held: bool
    case_id: int = 0


def application_of(case: Case) -> answers.Application:
    """The answers of a case as they were submitted, under the reference of the case.

    Raises `NotNow` when nothing was submitted yet.
    """
    if case.document is None:
        raise NotNow("This application has not been submitted yet.")
    return replace(exchange.application_from(case.document), ref=case.ref)


def consultants_for_matching(as_of: date, *, but_offer_of: int = 0) -> list[answers.Consultant]:
    """The consultants who are not paused, each with the hours a month that nobody holds in the window.

    The window is three months from `as_of`. `but_offer_of`: the case whose own open offers do not
    count against anybody, so that a case is never in its own way.
    """
    return everybody(as_of, but_offer_of=but_offer_of)[0]


def pool() -> Sequence[Consultant]:
    """Every consultant of the program."""
    return db.session.scalars(sa.select(Consultant).order_by(Consultant.ref)).all()


def everybody(
    as_of: date, *, but_offer_of: int = 0, rows: Sequence[Consultant] | None = None
) -> tuple[list[answers.Consultant], list[answers.Consultant]]:
    """As `consultants_for_matching`, and beside them those who take a pause. `rows`: the pool, if it is read."""
    rows = pool() if rows is None else rows
    here = [row for row in rows if row.paused_at is None]
    promised = promises([row.id for row in here], from_day=as_of, to_day=as_of + WINDOW)
    return [
        _profile(
            row,
            free=capacity_in(row, starts_on=as_of, ends_on=as_of + WINDOW)
            - busiest(p for p in promised[row.id] if not (p.held and p.case_id == but_offer_of)),
        )
        for row in here
    ], [_profile(row, free=row.capacity_hours_month) for row in rows if row.paused_at is not None]


def capacity_in(row: Consultant, *, starts_on: date, ends_on: date) -> int:
    """The hours a month that this consultant's weeks allow between two days, promised or not."""
    return month_in_window(row.capacity_hours_month, row.week_hours, starts_on=starts_on, ends_on=ends_on)


@as_the_program()
def promises(consultant_ids: Iterable[int], *, from_day: date, to_day: date) -> Mapping[int, list[Promised]]:
    """What each of these consultants has promised between two days: work, and hours held for open offers."""
    ids = list(consultant_ids)
    found: dict[int, list[Promised]] = defaultdict(list)
    kinds = (
        (Engagement, frozenset({"active"}), sa.false()),
        (Offer, LIVE_OFFER_STATES, sa.true()),
    )
    parts = [
        sa.select(
            model.consultant_id, model.hours_month, model.starts_on, model.ends_on,
            held.label("held"), model.case_id,
        ).where(
            model.consultant_id.in_(ids),
            model.state.in_(states),
            model.ends_on >= from_day,
            model.starts_on <= to_day,
        )
        for model, states, held in kinds
    ]  # fmt: skip
    for consultant_id, hours, starts_on, ends_on, is_held, case_id in db.session.execute(
        sa.union_all(*parts)
    ):
        found[consultant_id].append(Promised(hours, starts_on, ends_on, bool(is_held), case_id))
    return found


def busiest(promised: Iterable[Promised]) -> int:
    """The most hours a month that are promised on any one day."""
    listed = list(promised)
    return max(
        (
            sum(other.hours_month for other in listed if other.starts_on <= day <= other.ends_on)
            for day in {item.starts_on for item in listed}
        ),
        default=0,
    )


def _profile(row: Consultant, *, free: int) -> answers.Consultant:
    return replace(
        exchange.consultant_from(row.profile),
        ref=row.ref,
        name=row.name,
        capacity_hours_month=float(max(0, free)),
        available_from=row.available_from,
        last_offered_on=row.last_offered_on,
    )


def commitments_of_consultants(*, but: int) -> dict[str, tuple[Commitment, ...]]:
    """The organizations that each consultant works for now, by reference; `but` this case."""
    found: dict[str, list[Commitment]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(Consultant.ref, Case)
        .join(Engagement, Engagement.consultant_id == Consultant.id)
        .join(Case, Case.id == Engagement.case_id)
        .where(Engagement.state == "active", Case.id != but)
        .order_by(Engagement.id)
    )
    for ref, case in rows:
        member = _member(case)
        found[ref].append(Commitment(organization=member.name, unions=member.unions, state=member.state))
    return {ref: tuple(cases) for ref, cases in found.items()}


def supports_for_matching() -> answers.Supports:
    """Tiers, networks with the organizations that are in them today, and convenings."""
    here: dict[int, list[answers.Member]] = defaultdict(list)
    seen: dict[int, Network] = {}
    for network, case in db.session.execute(
        sa.select(Network, Case)
        .outerjoin(
            NetworkMembership,
            sa.and_(
                NetworkMembership.network_id == Network.id,
                NetworkMembership.state.in_(("active", "paused")),
            ),
        )
        .outerjoin(Case, Case.id == NetworkMembership.case_id)
        .order_by(Network.id, NetworkMembership.id)
    ):
        seen[network.id] = network
        if case is not None:
            here[network.id].append(_member(case))
    networks = list(seen.values())
    read = exchange.supports_from(
        {
            "tiers": [{"tier": code, "lines": list(words.LINES)} for code in words.TIERS],
            "peer_networks": [_as_of_now(row) for row in networks if row.kind == "peer"],
            "regional_networks": [_as_of_now(row) for row in networks if row.kind == "regional"],
            "convenings": [row.profile for row in _convenings()],
        }
    )
    ids = {row.code: row.id for row in networks}

    def filled(network: Any) -> Any:
        joined = tuple(here[ids[network.network]])
        return replace(
            network,
            members=network.members + len(joined),
            member_organizations=network.member_organizations + joined,
        )

    return replace(
        read,
        peer_networks=tuple(filled(network) for network in read.peer_networks),
        regional_networks=tuple(filled(network) for network in read.regional_networks),
    )


def _convenings() -> Iterable[Convening]:
    return db.session.scalars(sa.select(Convening).order_by(Convening.starts_on, Convening.code))


def _as_of_now(network: Network) -> dict[str, Any]:
    """The profile with what is kept beside it: a network that starts or pauses changes there."""
    return {**network.profile, "network": network.code, "status": network.status, "side": network.side}


def _member(case: Case) -> answers.Member:
    units = (case.document or {}).get("bargaining_units") or []
    unions = tuple(unit["union"] for unit in units if unit.get("union"))
    return answers.Member(name=case.organization, unions=unions, state=case.place_state)


def queue_columns(application: answers.Application, today: date) -> dict[str, Any]:
    """What the queue orders a case by: its stage, its nearest date and how hot it is.

    To be set on the case when it is submitted or its answers change.
    """
    units, _said = units_of(application, today)
    unit, _why = headline(units, today)
    dates = {**{kind: day for one in units for kind, day in one.dates.items()}, **application.dates}
    ahead = clock_of(dates.items(), today)
    band = application.organization.annual_budget_band
    conditions = {*application.conditions, *(code for one in units for code in one.conditions)}
    return {
        "stage": unit.stage,
        "clock_on": ahead[0].on if ahead else None,
        "clock_kind": ahead[0].kind if ahead else "",
        "urgent_rank": 0 if conditions & RUPTURES else 1 if unit.stage in HOT_STAGES else 2,
        "budget_rank": words.BUDGET_BANDS[band].rank if band and band in words.BUDGET_BANDS else 9,
    }
