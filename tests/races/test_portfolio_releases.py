"""Eight tabs of two directors at the pairs of portfolio runs: one set of offers, no hours twice; on both databases."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from lab.actions import portfolio_release
from lab.database import db
from lab.models import Case, Consultant, Offer, OutboxMessage, Person, PortfolioRun, Recommendation, Shortlist
from lab.queries.matching import busiest, promises
from tests import a_portfolio, an_offer, factories
from tests.races.crew import Crew, alone
from tests.soak import times

# Every round also weighs each recommendation anew, eight times over.
ROUNDS = times(3, soak=500)
KEPT: tuple[Any, ...] = (Case, Recommendation, PortfolioRun)


@pytest.fixture
def directors(crew: Crew) -> list[Person]:
    an_offer.the_consultants()
    return [a_portfolio.a_director(), factories.a_person("director", name="Ruth Amari")]


class Morning:
    """How everything stood before anybody pressed; it can be had back."""

    def __init__(self) -> None:
        db.session.commit()
        self.rows = {model: db.session.execute(sa.select(model.__table__)).mappings().all() for model in KEPT}

    def again(self) -> None:
        """No offer, no mail, and every case and run as it was."""
        db.session.rollback()
        db.session.execute(sa.delete(Shortlist).where(Shortlist.offer_id.is_not(None)))
        for gone in (OutboxMessage, Offer):
            db.session.execute(sa.delete(gone))
        for model, rows in self.rows.items():
            table = model.__table__
            computed = {column.name for column in table.c if column.computed is not None}
            for row in rows:
                values = {name: value for name, value in row.items() if name not in computed}
                db.session.execute(sa.update(table).where(table.c.id == row["id"]).values(**values))
        db.session.commit()


def test_two_directors_release_one_run(crew: Crew, directors: list[Person]) -> None:
    """Each presses in four tabs, for all pairs: every case has one offer, from the director whose case it is."""
    cases = a_portfolio.decided_cases(directors[0], "O10", "O06")
    cases += a_portfolio.decided_cases(directors[1], "O01", "O03")
    run = a_portfolio.a_run(directors[0])
    chosen, run_id = sorted(a_portfolio.assigned(run)), run.id
    of = {case.ref: case.director_id for case in cases if case.state == "offering"}
    expected = sorted((ref, of[ref], a_portfolio.assigned(run)[ref]) for ref in chosen if ref in of)
    assert len(expected) >= 2 and len({director for _, director, _ in expected}) == 2
    morning, people = Morning(), [alone(person) for person in directors]

    for turn in range(ROUNDS):
        morning.again()

        def press(_: int, number: int, turn: int = turn) -> tuple[int, int]:
            return portfolio_release.release(
                run_id, chosen, key=f"press-{turn}-{number}", by=people[number % 2]
            )

        [found] = crew.all(1, press)

        sent = db.session.execute(
            sa.select(Case.ref, Offer.sent_by_id, Consultant.ref)
            .join(Offer, Offer.case_id == Case.id)
            .join(Consultant, Consultant.id == Offer.consultant_id)
        ).all()
        assert sorted(tuple(row) for row in sent) == expected, turn
        assert sum(one[0] for one in found) == len(expected)
        kept = db.session.get_one(PortfolioRun, run_id).releases
        assert Counter(one["case"] for entry in kept for one in entry["sent"]) == Counter(
            ref for ref, _, _ in expected
        )


def test_two_runs_never_promise_the_same_hours(crew: Crew, directors: list[Person]) -> None:
    """Both runs gave their case to one consultant, whose hours suffice for one: one offer, whoever was first."""
    cases = [
        a_portfolio.decided_cases(director, told)[0]
        for director, told in zip(directors, ("O10", "O06"), strict=True)
    ]
    runs = [a_portfolio.a_run(director) for director in directors]
    consultant = the_only_one(cases)
    free = int(consultant.capacity_hours_month or 0)
    asked = free // 2 + 1
    for run, case in zip(runs, cases, strict=True):
        pair = {"application": case.ref, "consultant": consultant.ref, "hours": asked}
        run.result = {**(run.result or {}), "assigned": [pair]}
    morning, people = Morning(), [alone(person) for person in directors]
    pressed = [(run.id, case.ref) for run, case in zip(runs, cases, strict=True)]
    consultant_id, first_day = consultant.id, runs[0].as_of

    for turn in range(ROUNDS):
        morning.again()

        def press(_: int, number: int, turn: int = turn) -> tuple[int, int]:
            run_id, ref = pressed[number % 2]
            return portfolio_release.release(
                run_id, [ref], key=f"hours-{turn}-{number}", by=people[number % 2]
            )

        [found] = crew.all(1, press)

        hours = db.session.scalars(sa.select(Offer.hours_month)).all()
        assert hours == [asked], turn
        assert sum(one[0] for one in found) == 1
        taken = promises([consultant_id], from_day=first_day, to_day=first_day.replace(year=2028))
        assert busiest(taken[consultant_id]) <= free


def the_only_one(cases: list[Case]) -> Consultant:
    """Somebody whom every one of these cases may have."""
    shared = set.intersection(*(set(an_offer.candidates_of(case)) for case in cases))
    assert shared
    return db.session.scalars(sa.select(Consultant).where(Consultant.ref == min(shared))).one()
