"""The chosen pairs of a run go out as offers in one step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import offer_steps, portfolio_release
from lab.database import db
from lab.errors import BadInput
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant, Event, Offer, OutboxMessage, Person, PortfolioRun, Recommendation
from lab.queries import recommendations
from lab.queries.declines import next_to_ask
from lab.queries.matching import busiest, capacity_in, promises
from lab.queries.portfolio_next import given_by, next_best
from tests import a_portfolio, an_offer, factories
from tests.clients import Clock


@pytest.fixture
def director(app: Flask, clock: Clock) -> Person:
    """A director with eight consultants in the house."""
    an_offer.the_consultants()
    return a_portfolio.a_director()


@pytest.fixture
def run(director: Person) -> PortfolioRun:
    """A run over what this director decided on, with at least two pairs that may go out."""
    a_portfolio.decided_cases(director, "O10", "O06", "O01", "O03")
    made = a_portfolio.a_run(director)
    assert len(ready(made)) >= 2
    return made


def ready(run: PortfolioRun) -> list[str]:
    """The cases of the plan that were decided for hours."""
    refs = list(a_portfolio.assigned(run))
    return sorted(db.session.scalars(sa.select(Case.ref).where(Case.ref.in_(refs), Case.state == "offering")))


def offers() -> dict[str, Offer]:
    return {offer.case.ref: offer for offer in db.session.scalars(sa.select(Offer))}


def somebody(ref: str) -> Consultant:
    return db.session.scalars(sa.select(Consultant).where(Consultant.ref == ref)).one()


def the_consultant(run: PortfolioRun, case_ref: str) -> Consultant:
    ref = a_portfolio.assigned(run)[case_ref]
    return db.session.scalars(sa.select(Consultant).where(Consultant.ref == ref)).one()


def test_all_chosen_pairs_go_out_as_offers_like_any_other(run: PortfolioRun, director: Person) -> None:
    chosen = ready(run)
    sent, left_out = portfolio_release.release(run.id, chosen, key="one", by=director)
    assert (sent, left_out) == (len(chosen), 0)
    assert run.result is not None
    hours = {one["application"]: one["hours"] for one in run.result["assigned"]}
    for ref, offer in offers().items():
        assert offer.consultant.ref == a_portfolio.assigned(run)[ref]
        assert (offer.state, offer.sent_by_id, offer.hours_month) == ("offered", director.id, hours[ref])
        # Monday, November 23, in California: three working days on, or one where a petition is filed.
        assert offer.reply_by in (
            datetime(2026, 11, 25, 1, tzinfo=UTC),
            datetime(2026, 11, 27, 1, tzinfo=UTC),
        ) or (offer.consultant.person.time_zone != "America/Los_Angeles")
        assert offer.case.next_action == "wait_offer"
    mails = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "offer-sent")).all()
    assert len(mails) == len(chosen)
    db.session.refresh(run)
    assert [one["case"] for one in run.releases[0]["sent"]] and not run.releases[0]["left_out"]
    told = db.session.scalars(sa.select(Event).where(Event.verb == "portfolio_released")).one()
    assert told.actor_id == director.id and len(told.details["offers"]) == len(chosen)


def test_a_pair_that_no_longer_holds_is_named_and_the_others_go_out(
    run: PortfolioRun, director: Person
) -> None:
    stale, *others = ready(run)
    case = db.session.scalars(sa.select(Case).where(Case.ref == stale)).one()
    consultant = the_consultant(run, stale)
    tie = {"party": case.organization, "party_kind": "organization", "relationship": "board"}
    consultant.profile = {**consultant.profile, "conflicts": [tie]}
    db.session.commit()

    sent, left_out = portfolio_release.release(run.id, ready(run), key="one", by=director)

    assert (sent, left_out) == (len(others), 1)
    assert sorted(offers()) == others
    db.session.refresh(run)
    [named] = run.releases[0]["left_out"]
    assert (named["case"], named["consultant"]) == (stale, consultant.ref)
    assert named["why"]


def test_hours_that_are_gone_meanwhile_keep_a_pair_here(run: PortfolioRun, director: Person) -> None:
    first = ready(run)[0]
    asked = the_consultant(run, first)
    asked.capacity_hours_month = 1
    db.session.commit()
    _sent, left_out = portfolio_release.release(run.id, ready(run), key="one", by=director)
    assert left_out >= 1
    assert first not in offers()


def test_the_second_press_does_nothing(run: PortfolioRun, director: Person) -> None:
    chosen = ready(run)
    portfolio_release.release(run.id, chosen, key="one", by=director)
    before = {ref: offer.id for ref, offer in offers().items()}
    assert portfolio_release.release(run.id, chosen, key="one", by=director) == (0, 0)
    assert portfolio_release.release(run.id, chosen, key="from another tab", by=director) == (0, 0)
    assert {ref: offer.id for ref, offer in offers().items()} == before
    db.session.refresh(run)
    assert len(run.releases) == 1
    count = db.session.scalar(
        sa.select(sa.func.count()).select_from(Event).where(Event.verb == "portfolio_released")
    )
    assert count == 1


def test_one_offer_does_not_close_the_way_of_the_next(run: PortfolioRun, director: Person) -> None:
    """The plan is made as a whole: hours that one pair takes are no change to the recommendation of another."""
    chosen = ready(run)
    for offer_to in {the_consultant(run, ref).id for ref in chosen}:
        taken = promises([offer_to], from_day=run.as_of, to_day=run.as_of)[offer_to]
        assert busiest(taken) == 0
    assert portfolio_release.release(run.id, chosen, key="one", by=director) == (len(chosen), 0)


def test_another_director_sends_nothing_for_cases_that_are_not_theirs(run: PortfolioRun) -> None:
    other = factories.a_person("director")
    chosen = ready(run)
    assert portfolio_release.release(run.id, chosen, key="one", by=other) == (0, len(chosen))
    assert offers() == {}


def test_a_case_that_is_not_decided_is_left_out(run: PortfolioRun, director: Person) -> None:
    first, *others = ready(run)
    db.session.execute(sa.update(Case).where(Case.ref == first).values(state="in_review"))
    db.session.commit()
    assert portfolio_release.release(run.id, [first, *others], key="one", by=director) == (len(others), 1)
    assert first not in offers()


def test_a_pair_with_something_to_look_at_asks_for_a_reason_first(
    run: PortfolioRun, director: Person
) -> None:
    first = ready(run)[0]
    case = db.session.scalars(sa.select(Case).where(Case.ref == first)).one()
    from lab.actions.follow_up import latest_decision

    decision = latest_decision(case.id)
    assert decision is not None and decision.recommendation is not None
    decision.cleared_looks = []
    look = {"gate": "conflict", "sentence": "Somebody looks at this."}
    record = decision.recommendation.result
    decision.recommendation.result = {**record, "looks": [look]}
    db.session.commit()
    portfolio_release.release(run.id, [first], key="one", by=director)
    db.session.refresh(run)
    assert "Clear this first" in str(run.releases[0]["left_out"][0]["why"])


def test_nothing_is_chosen(run: PortfolioRun, director: Person) -> None:
    with pytest.raises(BadInput, match="at least one"):
        portfolio_release.release(run.id, [], key="", by=director)


def test_checking_writes_nothing(run: PortfolioRun, director: Person) -> None:
    drafts = portfolio_release.drafts(run, ready(run), by=director)
    assert [draft.why_not for draft in drafts] == [""] * len(ready(run))
    assert not db.session.dirty and offers() == {}


def test_a_decline_proposes_the_next_best_who_has_the_hours_after_the_plan(
    run: PortfolioRun, director: Person
) -> None:
    chosen = ready(run)
    then = {one.pair.case.ref: one.then for one in portfolio_release.drafts(run, chosen, by=director)}
    portfolio_release.release(run.id, chosen, key="one", by=director)
    given = given_by(run)
    assert any(then.values())
    for ref, offer in offers().items():
        match = Result.from_record(db.session.get_one(Recommendation, offer.recommendation_id).result)
        people = [somebody(other) for other in offer.alternates]
        assert [row.name for row in people] == list(then[ref])
        assert not offer.next_by_itself
        for row in people:
            taken = busiest(promises([row.id], from_day=offer.starts_on, to_day=offer.ends_on)[row.id])
            free = capacity_in(row, starts_on=offer.starts_on, ends_on=offer.ends_on) - taken
            assert free - sum(hours for who, hours in given.values() if who == row.ref) >= offer.hours_month
        if offer.alternates:
            offer_steps.declined(offer, by=offer.consultant.person)
            assert offer.case.next_action == "choose_next"
            assert next_to_ask(match, [offer], offer.consultant.ref) == offer.alternates[0]
    assert len(offers()) == len(chosen)  # nobody was asked by itself


def test_whose_hours_the_plan_gives_elsewhere_is_proposed_to_nobody_else(
    run: PortfolioRun, director: Person
) -> None:
    draft = next(one for one in portfolio_release.drafts(run, ready(run), by=director) if one.then)
    case = draft.pair.case
    row = recommendations.approved(case.id)
    assert row is not None
    match = Result.from_record(row.result)

    def then(given: dict[str, tuple[str, int]]) -> list[str]:
        return next_best(
            case, match, but=draft.pair.consultant.ref, given=given, hours_month=draft.terms.hours_month,
            starts_on=draft.terms.starts_on, ends_on=draft.terms.ends_on,
        )  # fmt: skip

    first, *_others = then({})
    everything = somebody(first).capacity_hours_month
    assert first not in then({"LL-OTHER": (first, everything)})
    assert first in then({case.ref: (first, everything)})  # what the plan gives this very case is no obstacle
    somebody(first).paused_at = datetime(2026, 11, 23, tzinfo=UTC)
    assert first not in then({})
