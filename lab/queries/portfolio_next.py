"""Who is proposed next for a case of a plan when its consultant declines: never with hours the plan gives elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from lab.database import db
from lab.matching.result import Recommendation as Match
from lab.models import Case, Consultant, Offer, PortfolioRun
from lab.queries.declines import declined_in
from lab.queries.matching import busiest, capacity_in, promises
from lab.queries.portfolio_result import sent_from

MOST = 2  # as many as the form of an offer has places for
Given = Mapping[str, tuple[str, int]]


def given_by(run: PortfolioRun) -> dict[str, tuple[str, int]]:
    """What this plan gives and no offer of it holds yet: for each case the consultant and the hours a month."""
    sent = sent_from(run)
    return {
        one["application"]: (one["consultant"], one["hours"])
        for one in (run.result or {}).get("assigned", ())
        if one["application"] not in sent
    }


def next_best(
    case: Case, match: Match, *, but: str, hours_month: int, starts_on: date, ends_on: date, given: Given
) -> list[str]:
    """The next of the shortlist, at most two, with so many hours beside their work, open offers and the plan.

    Left out are who is asked now (`but`), who has declined this case and who takes a pause. `given`: what
    the plan gives that is not among the open offers.
    """
    declined = declined_in(db.session.scalars(sa.select(Offer).where(Offer.case_id == case.id)))
    refs = [one.ref for one in match.shortlist if one.ref != but and one.ref not in declined]
    rows = {row.ref: row for row in db.session.scalars(sa.select(Consultant).where(Consultant.ref.in_(refs)))}
    taken = promises([row.id for row in rows.values()], from_day=starts_on, to_day=ends_on)
    planned = {
        ref: sum(hours for place, (who, hours) in given.items() if who == ref and place != case.ref)
        for ref in rows
    }
    return [
        ref
        for ref in refs
        if (row := rows.get(ref)) is not None
        and row.paused_at is None
        and capacity_in(row, starts_on=starts_on, ends_on=ends_on) - busiest(taken[row.id]) - planned[ref]
        >= hours_month
    ][:MOST]
