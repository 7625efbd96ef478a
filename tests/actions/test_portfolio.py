"""A run over the whole portfolio: kept with what it was made from, with wishes, and as a job where it takes long."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import portfolio
from lab.database import RUN_PORTFOLIOS, db
from lab.errors import BadInput
from lab.models import Case, Event, Offer, Person, PortfolioCase, PortfolioRun
from lab.queries import portfolio as queries
from lab.queries import portfolio_solving as solving
from lab.queries.portfolio import Wishes
from lab.queries.portfolio_beside import beside
from lab.queries.portfolio_result import outcome_of
from lab.queries.viewers import viewer_of
from tests import a_portfolio, an_offer, factories
from tests.clients import Clock


@pytest.fixture
def director(app: Flask, clock: Clock) -> Person:
    """A director with eight consultants in the house."""
    an_offer.the_consultants()
    return a_portfolio.a_director()


@pytest.fixture
def cases(director: Person) -> list[Case]:
    """Four cases that this director decided on."""
    return a_portfolio.decided_cases(director)


def offering(cases: list[Case]) -> list[Case]:
    for case in cases:
        db.session.refresh(case)
    return [case for case in cases if case.state == "offering"]


def a_pair(run: PortfolioRun) -> tuple[str, str]:
    """A case that has somebody and could have somebody else, and whom."""
    return next(pair for pair in a_portfolio.assigned(run).items() if others_for(run, pair[0]))


def others_for(run: PortfolioRun, case_ref: str) -> list[str]:
    """Everybody else on the shortlist of this case."""
    row = db.session.scalar(
        sa.select(PortfolioCase).join(Case).where(PortfolioCase.run_id == run.id, Case.ref == case_ref)
    )
    assert row is not None and row.match is not None
    chosen = a_portfolio.assigned(run).get(case_ref)
    return [
        one["ref"] for one in row.match["consultants"] if not one["partial"] and one["ref"] != chosen
    ]  # fmt: skip


def test_a_run_is_kept_with_everything_it_was_made_from(director: Person, cases: list[Case]) -> None:
    run = a_portfolio.a_run(director)
    assert (run.state, run.made_by_id, run.policy) == ("done", director.id, run.inputs["policy"]["version"])
    rows = db.session.scalars(sa.select(PortfolioCase).where(PortfolioCase.run_id == run.id)).all()
    assert {row.case_id for row in rows} == {case.id for case in cases}
    assert all(len(row.inputs_hash) == 64 and row.match for row in rows)
    assert {one["ref"] for one in run.inputs["consultants"]} == {f"C0{n}" for n in range(1, 9)}
    verbs = db.session.scalars(sa.select(Event.verb).where(Event.about == f"portfolio {run.ref}")).all()
    assert sorted(verbs) == ["portfolio_asked", "portfolio_done"]


def test_the_same_inputs_give_the_same_result_after_everything_has_changed(
    director: Person, cases: list[Case]
) -> None:
    run = a_portfolio.a_run(director)
    before = run.result
    for row in queries.pool():
        row.capacity_hours_month = 0
    db.session.commit()
    db.session.expire_all()
    assert solving.solve(run.inputs, portfolio.matches_of(run.id)) == before
    assert a_portfolio.assigned(a_portfolio.a_run(director)) != a_portfolio.assigned(run)


def test_nobody_gets_more_than_is_free_beside_work_and_open_offers(
    director: Person, cases: list[Case]
) -> None:
    case = offering(cases)[0]
    offer = an_offer.send(case, hours_month=10)
    run = a_portfolio.a_run(director)
    free = {one["ref"]: one["free"] for one in run.inputs["consultants"]}
    asked = offer.consultant
    assert free[asked.ref] == asked.capacity_hours_month - 10
    assert case.ref not in a_portfolio.assigned(run)
    for ref, hours in free.items():
        assert sum(one["hours"] for one in run.result["assigned"] if one["consultant"] == ref) <= hours


def test_whole_hours_never_add_up_to_more_than_is_free() -> None:
    made = [
        solving.Assigned(application=f"A{n}", consultant="C1", hours_month=8.34, score=50.0) for n in range(3)
    ]
    hours = [one["hours"] for one in solving.whole_hours(made, {"C1": 25.0 + 1})]
    assert sorted(hours) == [8, 9, 9]
    assert [one["hours"] for one in solving.whole_hours(made, {"C1": 25.02})] == [9, 8, 8]


def test_a_locked_pair_holds_and_a_banned_one_is_never_placed(director: Person, cases: list[Case]) -> None:
    plain = a_portfolio.a_run(director)
    case, chosen = a_pair(plain)
    other = others_for(plain, case)[0]
    locked = a_portfolio.a_run(director, locked=((case, other),))
    assert a_portfolio.assigned(locked)[case] == other
    banned = a_portfolio.a_run(director, banned=((case, chosen),))
    assert a_portfolio.assigned(banned).get(case) != chosen
    assert banned.inputs["banned"] == [[case, chosen]]


def test_who_is_learning_gets_at_least_so_many_cases(director: Person, cases: list[Case]) -> None:
    plain = a_portfolio.a_run(director)
    taken = list(a_portfolio.assigned(plain).values())
    learner = next(
        ref for case in a_portfolio.assigned(plain) for ref in others_for(plain, case) if ref not in taken
    )
    run = a_portfolio.a_run(director, minimums={learner: 1})
    assert learner in a_portfolio.assigned(run).values()


def test_wishes_that_cannot_hold_end_a_run_in_words(director: Person, cases: list[Case]) -> None:
    run = a_portfolio.a_run(director, locked=((cases[0].ref, "C03"),), banned=((cases[0].ref, "C03"),))
    assert (run.state, run.result) == ("failed", None)
    assert any(cases[0].ref in problem and "C03" in problem for problem in run.problems)


@pytest.mark.parametrize("learner", ["C01", "C03", "C04"])
def test_a_minimum_that_no_plan_can_give_is_named(director: Person, cases: list[Case], learner: str) -> None:
    run = a_portfolio.a_run(director, minimums={learner: 20})
    assert run.state == "failed"
    assert any("20" in problem and learner in problem for problem in run.problems)


def test_who_declined_a_case_is_not_placed_there_again(director: Person, cases: list[Case]) -> None:
    plain = a_portfolio.a_run(director)
    case = next(case for case in offering(cases) if case.ref in a_portfolio.assigned(plain))
    chosen = a_portfolio.assigned(plain)[case.ref]
    offer = an_offer.send(case, consultant_ref=chosen)
    db.session.execute(sa.update(Offer).where(Offer.id == offer.id).values(state="declined"))
    db.session.commit()
    run = a_portfolio.a_run(director)
    assert run.inputs["declined"] == [[case.ref, chosen]]
    assert a_portfolio.assigned(run).get(case.ref) != chosen


def test_two_runs_side_by_side_say_who_moves_and_who_waits(director: Person, cases: list[Case]) -> None:
    first = a_portfolio.a_run(director)
    case, chosen = a_pair(first)
    out = tuple((case, ref) for ref in (chosen, *others_for(first, case)))
    second = a_portfolio.a_run(director, banned=out)
    both = beside(first, second, viewer_of(director))
    change = next(change for change in both.changes if change.case.ref == case)
    assert change.kind == "waits" and change.points < 0
    assert change.reason == solving.RULED_OUT
    assert both.how_many("waits") == 1
    back = beside(second, first, viewer_of(director))
    assert next(change for change in back.changes if change.case.ref == case).kind == "placed"


def test_the_same_form_sent_twice_is_one_run(director: Person, cases: list[Case]) -> None:
    viewer = viewer_of(director)
    first = portfolio.ask(Wishes(), viewer=viewer, by=director, key="once")
    again = portfolio.ask(Wishes(), viewer=viewer, by=director, key="once")
    assert first.id == again.id


def test_without_an_open_case_there_is_nothing_to_run(director: Person) -> None:
    with pytest.raises(BadInput, match="No open case"):
        portfolio.ask(Wishes(), viewer=viewer_of(director), by=director, key="")


def test_a_run_is_a_job_that_says_how_far_it_is(
    app: Flask, director: Person, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setitem(app.extensions, RUN_PORTFOLIOS, lambda: asked.append("asked"))
    run = portfolio.ask(Wishes(), viewer=viewer_of(director), by=director, key="")
    assert (run.state, asked) == ("queued", ["asked"])

    seen: list[tuple[str, int, int]] = []
    match_of = solving.match_of

    def watched(*given: Any) -> Any:
        db.session.refresh(run)
        seen.append((run.state, *queries.progress_of(run)))
        return match_of(*given)

    monkeypatch.setattr(solving, "match_of", watched)
    assert portfolio.run_waiting() == 1
    db.session.refresh(run)
    assert run.state == "done"
    assert seen == [("queued" if n == 0 else "running", n, len(cases)) for n in range(len(cases))]
    assert portfolio.run_waiting() == 0


def test_a_job_that_was_stopped_goes_on_from_there(
    director: Person, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = portfolio.ask(Wishes(), viewer=viewer_of(director), by=director, key="")
    computed: list[int] = []
    match_of = solving.match_of

    def stops(case: Case, *given: Any) -> Any:
        if len(computed) == 2:
            raise KeyboardInterrupt
        computed.append(case.id)
        return match_of(case, *given)

    monkeypatch.setattr(solving, "match_of", stops)
    with pytest.raises(KeyboardInterrupt):
        portfolio.run_waiting()
    db.session.rollback()
    assert queries.progress_of(run) == (2, len(cases))
    again: list[int] = []
    monkeypatch.setattr(
        solving, "match_of", lambda case, *given: again.append(case.id) or match_of(case, *given)
    )
    portfolio.run_waiting()
    db.session.refresh(run)
    assert run.state == "done"
    assert sorted(computed + again) == sorted(case.id for case in cases)


def test_a_run_that_breaks_says_so_and_is_not_tried_for_ever(
    director: Person, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = portfolio.ask(Wishes(), viewer=viewer_of(director), by=director, key="")

    def broken(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(solving, "solve", broken)
    portfolio.run_waiting()
    db.session.refresh(run)
    assert run.state == "failed"
    assert "broke on our side" in run.problems[0]
    assert portfolio.run_waiting() == 0


def test_a_case_that_does_not_exist_for_a_director_is_no_part_of_their_run(
    director: Person, cases: list[Case]
) -> None:
    other = factories.a_person("director")
    mine = a_portfolio.a_run(director)
    other.ties = [cases[0].organization]
    db.session.commit()
    run = a_portfolio.a_run(other)
    shown = {line.case.ref for line in outcome_of(run, viewer_of(other)).lines}
    assert shown == {case.ref for case in cases[1:]}
    read = {line.case.ref for line in outcome_of(mine, viewer_of(other)).lines}
    assert cases[0].ref not in read
