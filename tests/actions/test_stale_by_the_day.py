"""Days alone make a recommendation stale where a director would see something otherwise, and only there."""

from datetime import UTC, date, datetime

import pytest

from lab.actions import reviews
from lab.database import db
from lab.models import Case, Recommendation
from lab.queries import recommendations
from lab.queries.recommendations import Inputs, propose
from tests.factories import a_case, a_consultant, a_person, the_supports


@pytest.fixture
def case(app, clock):
    """The museum: submitted on October 19, its vote is on November 12; an event for it is on December 8."""
    for ref in ("C03", "C07", "C08"):
        a_consultant(ref)
    the_supports()
    clock.set(datetime(2026, 11, 2, 18, tzinfo=UTC))
    case = a_case(state="in_review", director=a_person("director"))
    reviews.compute(case.id)
    return case


def newest(case: Case) -> Recommendation:
    row = recommendations.newest(case.id)
    assert row is not None
    return row


def on(clock, month: int, day: int, case: Case) -> list[str]:
    clock.set(datetime(2026, month, day, 20, tzinfo=UTC))
    return [str(one) for one in reviews.mark_stale(case.id)]


def test_it_counts_from_the_day_it_is_computed_and_comes_out_the_same_from_what_is_stored(case, clock):
    row = newest(case)
    assert row.inputs["as_of"] == "2026-11-02" and row.result["clock"][0]["days"] == 10
    clock.go(days=40)
    again = propose(Inputs.from_record(row.inputs)).to_record()
    assert again["clock"] == row.result["clock"] and again["stage"] == row.result["stage"]


def test_a_day_on_which_nothing_is_seen_otherwise_changes_nothing(case, clock):
    assert on(clock, 11, 3, case) == [] and newest(case).state == "computed"
    assert on(clock, 11, 12, case) == [] and newest(case).state == "computed"


def test_a_date_that_passed_makes_it_stale_and_says_so(case, clock):
    told = on(clock, 11, 13, case)
    assert any("this day has passed" in sentence and "12" in sentence for sentence in told)
    assert newest(case).state == "stale"
    reviews.compute(case.id)
    assert (newest(case).inputs["as_of"], newest(case).state) == ("2026-11-13", "computed")
    assert date.fromisoformat(newest(case).inputs["as_of"]) > date(2026, 11, 12)


def test_a_convening_that_is_over_makes_it_stale_before_a_decision_and_undoes_none_after(case, clock):
    assert on(clock, 11, 13, case)
    reviews.compute(case.id)
    row = newest(case)
    row.state = "approved"
    db.session.commit()
    assert on(clock, 12, 9, case) == [] and newest(case).state == "approved"
    row = newest(case)
    row.state = "computed"
    db.session.commit()
    told = on(clock, 12, 9, case)
    assert any(sentence.startswith("When staff ask for a union: the first weeks: was") for sentence in told)
