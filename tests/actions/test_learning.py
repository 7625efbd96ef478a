"""Proposals from past cases: worked out by a job, kept with how sure they are, changing nothing by themselves."""

from __future__ import annotations

import pytest

from lab.actions import learning
from lab.database import db
from lab.errors import BadInput, NotNow
from lab.matching.policy import DEFAULT_WEIGHTS
from lab.models import RateReason, WeightProposal
from lab.queries import selection
from tests import factories
from tests.an_offer import the_consultants
from tests.past import a_past


@pytest.fixture
def director(app, clock):
    the_consultants()
    return factories.a_person("director", name="Dana")


def test_nineteen_cases_are_too_few_to_propose(director):
    a_past(19, director=director)
    with pytest.raises(NotNow, match="too few cases"):
        learning.ask_for_proposals(key="", by=director)
    assert learning.ask_each_quarter() == 0 and learning.make_waiting() == 0
    assert db.session.query(WeightProposal).count() == 0


def test_a_proposal_is_worked_out_from_outcomes_and_kept_with_everything(director):
    a_past(30, director=director)
    assert learning.ask_for_proposals(key="k", by=director) == 2  # the answers to offers are enough too
    assert learning.ask_for_proposals(key="k", by=director) == 0
    assert learning.ask_for_proposals(key="l", by=director) == 0, "One waits already."
    assert learning.make_waiting() == 2 and learning.make_waiting() == 0
    made = db.session.query(WeightProposal).filter_by(about="outcome").one()
    assert made.state == "made" and made.cases == 30 and made.organizations == 30 and 0 < made.good < 30
    assert made.weights_before == DEFAULT_WEIGHTS and set(made.weights) == set(DEFAULT_WEIGHTS)
    assert sum(made.weights.values()) == pytest.approx(100, abs=0.5)
    assert all(
        made.intervals[name][0] <= made.weights[name] <= made.intervals[name][1] for name in made.weights
    )
    assert made.accuracy["low"] <= made.accuracy["brier"] <= made.accuracy["high"]
    assert made.effect["shortlists"] == 30 and made.effect["met_before"] == 30
    # Every offer was accepted: nothing can be learned about the answers.
    assert db.session.query(WeightProposal).filter_by(about="acceptance").one().state == "too_few"


def test_once_a_quarter_a_proposal_is_asked_for_by_the_calendar(director, clock):
    a_past(20, director=director)
    assert learning.ask_each_quarter() == 2
    learning.make_waiting()
    assert learning.ask_each_quarter() == 0
    clock.go(days=60)
    assert learning.ask_each_quarter() == 2
    assert {row.quarter for row in db.session.query(WeightProposal)} == {"2026-Q4", "2027-Q1"}
    assert all(row.asked_by_id is None for row in db.session.query(WeightProposal))


def a_low_rate(director) -> selection.Rate:
    made = a_past(20, director=director, sectors=("arts_culture", "environment"))
    for case in [one for one in made if one.sector == "environment"][:5]:
        case.decision = "decline_refer"
    db.session.commit()
    rate = selection.rate_of("accepted", "sector", "environment", least=5)
    assert rate is not None
    return rate


def test_a_low_rate_gets_a_reason_with_name_and_day(director, clock):
    rate = a_low_rate(director)
    assert (rate.yes, rate.of, rate.share, rate.highest, rate.low) == (5, 10, 0.5, 1.0, True)
    learning.explain("accepted", "sector", "environment", text=" Scope. ", least=5, key="k", by=director)
    learning.explain("accepted", "sector", "environment", text="Again.", least=5, key="k", by=director)
    kept = db.session.query(RateReason).one()
    assert (kept.text, kept.yes, kept.of, kept.told_by_id, kept.told_at) == (
        "Scope.",
        5,
        10,
        director.id,
        clock.moment,
    )
    told = selection.rate_of("accepted", "sector", "environment", least=5)
    assert told is not None and told.reason is not None and told.reason.text == "Scope."


def test_a_reason_is_asked_only_where_a_rate_is_low_and_shown(director):
    a_low_rate(director)
    with pytest.raises(NotNow):
        learning.explain("accepted", "sector", "arts_culture", text="Why.", least=5, key="", by=director)
    with pytest.raises(NotNow):
        learning.explain("accepted", "sector", "environment", text="Why.", least=11, key="", by=director)
    with pytest.raises(BadInput):
        learning.explain("accepted", "sector", "environment", text=" ", least=5, key="", by=director)


def test_each_measure_counts_those_for_whom_the_question_arises(director):
    a_low_rate(director)
    counts = {
        (one.measure, one.code): (one.yes, one.of)
        for one in selection.rates(least=5)
        if one.split == "sector"
    }
    assert counts["accepted", "environment"] == (5, 10)
    assert counts["hours", "environment"] == (5, 5), "Hours are of those accepted."
    assert counts["first_choice", "environment"] == (5, 5), "Who came first is of those with hours."


def test_a_small_group_has_no_share_and_sets_no_standard(director):
    made = a_past(10, director=director, sectors=("arts_culture",))
    for case in made[:4]:
        case.sector = "environment"
    for case in made[4:7]:
        case.decision = "decline_refer"
    db.session.commit()
    rates = {
        one.code: one
        for one in selection.rates(least=5)
        if (one.measure, one.split) == ("accepted", "sector")
    }
    assert rates["environment"].share is None and not rates["environment"].low
    assert rates["arts_culture"].share == 0.5 and rates["arts_culture"].highest == 0.5


def test_california_is_told_by_its_regions_and_the_rest_by_census_regions(director):
    made = a_past(2, director=director)
    made[0].place_state, made[0].document = "CA", {"organization": {"county": "Alameda", "staff_count": 12}}
    made[1].place_state, made[1].document = "OH", {"organization": {"county": None, "staff_count": None}}
    db.session.commit()
    told = {(one.region, one.size) for one in selection.applicants()}
    assert told == {("CA 4", "10_19"), ("Midwest", "unknown")}
