"""A past of many engagements with their outcomes, written as the deeds would have left it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from lab.actions import shortlists
from lab.database import db, now
from lab.matching.result import Recommendation as Match
from lab.models import Case, Consultant, Decision, Engagement, Offer, Outcome, Person, Recommendation
from tests import factories
from tests.an_offer import TERMS


def a_past(
    count: int, *, director: Person, sectors: tuple[str, ...] = ("arts_culture",), seed: int = 1
) -> list[Case]:
    """So many closed cases, each with decision, offer, engagement and its client's word; good where stages fit.

    One recommendation is computed; the shares of who was chosen are drawn anew for each case.
    """
    from lab.actions import reviews

    first = factories.a_case(told_as="O10", director=director, state="in_review")
    row = reviews.compute(first.id, by=director)
    consultant = (
        db.session.query(Consultant).filter_by(ref=Match.from_record(row.result).consultants[0].ref).one()
    )
    first.state = "withdrawn"
    draw = np.random.default_rng(seed)
    made = []
    for number in range(count):
        case = factories.a_case(told_as="O10", state="closed", director=director)
        case.organization, case.sector = f"House {number}", sectors[number % len(sectors)]
        case.decision, case.closed_at = "accept", now()
        made.append(case)
        _one(case, row, consultant, director, draw)
    db.session.commit()
    return made


def _one(
    case: Case, row: Recommendation, consultant: Consultant, director: Person, draw: np.random.Generator
) -> None:
    copied = Recommendation(
        case_id=case.id, state="fulfilled", computed_at=now(), policy=row.policy, inputs_hash=row.inputs_hash,
        inputs=row.inputs, result=row.result,
    )  # fmt: skip
    db.session.add(copied)
    db.session.flush()
    match = Match.from_record(row.result)
    decision = Decision(
        case_id=case.id, recommendation_id=copied.id, decision="accept", tiers=["individualized"],
        consultant_ref=consultant.ref, decided_by_id=director.id, decided_at=now(),
    )  # fmt: skip
    offer = Offer(
        case_id=case.id, consultant_id=consultant.id, recommendation_id=copied.id, state="accepted",
        summary={}, sent_by_id=director.id, sent_at=now(), reply_by=now(), **TERMS,
    )  # fmt: skip
    db.session.add_all([decision, offer])
    db.session.flush()
    shortlists.keep(copied, match, consultant.ref, decision_id=decision.id)
    kept = shortlists.keep(copied, match, consultant.ref, offer_id=offer.id)
    kept.candidates = [
        {**one, "shares": {name: float(draw.random()) for name in one["shares"]}} for one in kept.candidates
    ]
    chosen = next(one for one in kept.candidates if one["ref"] == consultant.ref)
    good = bool(draw.random() < 1 / (1 + np.exp(-10 * (chosen["shares"]["stage"] - 0.5))))
    work = Engagement(
        offer_id=offer.id, case_id=case.id, consultant_id=consultant.id, state="completed", hours_low=20,
        hours_high=30, hours_month=8, starts_on=date(2026, 1, 1), ends_on=date(2026, 4, 1), created_at=now(),
        ended_at=now() - timedelta(days=2),
    )  # fmt: skip
    db.session.add(work)
    db.session.flush()
    for side, person_id in (("management", case.owner_id), ("consultant", consultant.person_id)):
        db.session.add(
            Outcome(
                engagement_id=work.id, moment="close", side=side, goal="reached" if good else "not_reached",
                trust="grown" if good else "shrunk", recommend="yes", told_by_id=person_id, told_at=now(),
            )
        )  # fmt: skip
