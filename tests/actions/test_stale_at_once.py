"""When an input changes, a recommendation is looked at again at once: by the deed itself, or by a job it asks for."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from flask import Flask

from lab.actions import imports, profiles, reviews
from lab.database import LOOK_AGAIN, db
from lab.exchange import consultant_from
from lab.models import Consultant, Person, Recommendation
from tests import factories
from tests.clients import Clock
from tests.trust.world import TODAY


@pytest.fixture
def asked(app: Flask, clock: Clock) -> Iterator[list[str]]:
    """The jobs that were asked for; they run at once, as an idle worker would."""
    clock.set(TODAY)
    done: list[str] = []

    def look_again() -> None:
        done.append(LOOK_AGAIN)
        reviews.mark_stale_everywhere()

    before = app.extensions[LOOK_AGAIN]
    app.extensions[LOOK_AGAIN] = look_again
    yield done
    app.extensions[LOOK_AGAIN] = before


def begun() -> tuple[int, Consultant]:
    """A case in review whose first candidate is the consultant returned."""
    factories.the_supports()
    first = factories.a_consultant("C07")
    case = factories.a_case(told_as="O01", state="in_review", director=factories.a_person("director"))
    reviews.compute(case.id)
    return case.id, first


def state_of(case_id: int) -> str:
    db.session.rollback()
    return db.session.query(Recommendation).filter_by(case_id=case_id).one().state


def save(consultant: Consultant, by: Person, **changes: object) -> None:
    profiles.save(
        consultant.id, profile={**copy.deepcopy(consultant.profile), **changes}, paused=False,
        time_zone="America/Los_Angeles", version=consultant.version, key="", by=by,
    )  # fmt: skip


def test_a_profile_that_changes_the_recommendation_makes_it_stale(asked: list[str]) -> None:
    case_id, first = begun()
    tie = {"party": "Puget Harbor Art Museum", "party_kind": "organization", "relationship": "board"}
    save(first, first.person, conflicts=[tie])
    assert asked == [LOOK_AGAIN]
    assert state_of(case_id) == "stale"


def test_a_profile_that_changes_nothing_leaves_it(asked: list[str]) -> None:
    case_id, first = begun()
    save(first, first.person)
    assert asked == [LOOK_AGAIN]
    assert state_of(case_id) == "computed"


def test_an_import_looks_again_too(asked: list[str]) -> None:
    case_id, first = begun()
    told = {**first.profile, "available_from": "2027-11-01"}
    imports.bring_in(
        imports.Batch(applications=[], consultants=[consultant_from(told)], supports=[]), by=None
    )
    assert asked == [LOOK_AGAIN]
    assert state_of(case_id) == "stale"
