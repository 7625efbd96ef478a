"""A case that was decided on and waits for its consultant, and an offer that was sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from lab.actions import decisions, offers, reviews
from lab.database import db
from lab.matching.result import Recommendation as Match
from lab.models import Case, Consultant, Offer, Person
from lab.queries import recommendations
from tests import factories

TERMS: dict[str, Any] = {
    "hours_low": 20,
    "hours_high": 30,
    "hours_month": 10,
    "starts_on": date(2026, 12, 1),
    "ends_on": date(2027, 2, 28),
}


def the_consultants() -> None:
    """All eight told consultants."""
    for ref in [row["ref"] for row in factories.told("consultants")]:
        factories.a_consultant(ref)


def a_decided_case(told_as: str = "O10", *, director: Person | None = None) -> Case:
    """A case in state offering: reviewed and accepted, with its first candidate chosen."""
    director = director or factories.a_person("director")
    case = factories.a_case(told_as=told_as)
    reviews.begin(case.id, by=director)
    row = reviews.compute(case.id, by=director)
    match = Match.from_record(row.result)
    chosen = match.consultants[0].ref
    ask = decisions.look_keys(match, chosen)
    db.session.refresh(case)
    decisions.decide(
        case.id,
        decisions.Choice(
            decision="accept", recommendation_ref=row.ref, read_version=case.version,
            tiers=("universal", "individualized"), consultant_ref=chosen,
            cleared=dict.fromkeys(ask, "Talked it through."), reason_code="director_knows_more",
            note="For the test.", words_to_applicant="We found somebody for you.",
        ),
        key=f"decide-{case.id}", by=director,
    )  # fmt: skip
    return case


def chosen_of(case: Case) -> str:
    """The consultant the director chose."""
    from lab.actions.follow_up import latest_decision

    decision = latest_decision(case.id)
    assert decision is not None
    return decision.consultant_ref


def candidates_of(case: Case) -> list[str]:
    """Everybody the gates let pass, best first."""
    row = recommendations.approved(case.id)
    assert row is not None
    return [one.ref for one in Match.from_record(row.result).consultants]


def send(case: Case, *, key: str = "", **changes: Any) -> Offer:
    """An offer for the chosen consultant."""
    row = recommendations.approved(case.id)
    assert row is not None
    match = Match.from_record(row.result)
    values: dict[str, Any] = {
        "consultant_ref": chosen_of(case), **TERMS, "alternates": [], "next_by_itself": False,
        "fewer_hours_allowed": True, **changes,
    }  # fmt: skip
    looks = {
        look: "Asked both sides."
        for ref in (values["consultant_ref"], *values["alternates"])
        for look in decisions.look_keys(match, ref)
    }
    assert case.director is not None
    return offers.send(case.id, **values, cleared=values.pop("cleared", looks), key=key, by=case.director)


def person_of(ref: str) -> Person:
    """The person behind a consultant."""
    row = db.session.scalar(sa.select(Consultant).where(Consultant.ref == ref))
    assert row is not None
    return row.person
