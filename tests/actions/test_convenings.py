"""Saying that a case would come to a convening, changing the number, taking it back."""

from datetime import UTC, datetime

import pytest

from lab.actions import convenings
from lab.database import db, transaction
from lab.errors import BadInput, NotNow
from lab.models import Convening, ConveningInterest, Decision, Event
from tests.actions.test_networks import decided
from tests.factories import the_supports


@pytest.fixture
def case(app, clock):
    the_supports()
    case = decided()
    with transaction():
        db.session.query(Decision).one().convenings = ["recognition-101", "btb-2017"]
    return case


def event(code="recognition-101"):
    return db.session.query(Convening).filter_by(code=code).one()


def register(case, people=2, code="recognition-101"):
    return convenings.register(event(code).id, case.id, people=people, by=case.owner)


def test_the_number_is_kept(case):
    assert register(case).people_count == 2
    assert db.session.query(Event).filter_by(verb="convening_interest").one().details["people"] == 2


def test_saying_it_again_changes_the_number(case):
    register(case)
    assert register(case, 5).people_count == 5
    assert register(case, 5).people_count == 5
    assert db.session.query(ConveningInterest).count() == 1
    assert db.session.query(Event).filter_by(verb="convening_interest").count() == 2


@pytest.mark.parametrize("people", [0, -1, 61])
def test_a_number_that_cannot_be_is_refused(case, people):
    with pytest.raises(BadInput):
        register(case, people)


def test_what_is_over_is_over(case):
    with pytest.raises(NotNow, match="over"):
        register(case, code="btb-2017")


def test_what_was_not_proposed_is_refused(case):
    with pytest.raises(NotNow, match="not among"):
        register(case, code="partnership-webinar")


def test_time_passes(case, clock):
    clock.set(datetime(2026, 12, 9, tzinfo=UTC))
    with pytest.raises(NotNow, match="over"):
        register(case)


def test_taking_it_back_twice_is_once(case):
    row = register(case)
    convenings.cancel(row.id, by=case.owner)
    convenings.cancel(row.id, by=case.owner)
    assert db.session.get(ConveningInterest, row.id).cancelled_at is not None
    assert db.session.query(Event).filter_by(verb="convening_cancelled").count() == 1
    assert register(case).id != row.id
