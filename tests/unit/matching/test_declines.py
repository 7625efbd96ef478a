"""Who has said no to a case comes last, and everything that is said of the first place is said of the others."""

from datetime import date

import pytest
from hypothesis import given, settings

from lab.matching import Recommendation, recommend
from tests.unit.matching.pools import pools_of_able_people
from tests.unit.matching.test_laws import some_refs
from tests.unit.matching.worlds import applications, consultants, supports

DAY = date(2026, 11, 12)


def made(ref, people, **options):
    return recommend(applications()[ref], consultants=people, supports=supports(), likeness=False, **options)


@pytest.fixture
def before():
    return made("O10", list(consultants()))


def test_who_declined_is_last_and_the_best_of_the_others_first(before):
    first, second = before.consultants[:2]
    after = made("O10", list(consultants()), declined={first.ref: DAY})
    assert after.consultants[0].ref == second.ref and after.consultants[0].rank == 1
    last = after.consultants[-1]
    assert (last.ref, last.declined_on, last.rank) == (first.ref, DAY, len(after.consultants))
    assert (last.score, last.findings) == (first.score, first.findings)
    assert last.group > max(one.group for one in after.consultants[:-1])
    assert last.times_first is None and not last.counterfactual and not last.about_equal


@settings(max_examples=25, deadline=None, derandomize=True)
@given(some_refs, pools_of_able_people())
def test_the_others_are_told_as_if_who_declined_were_not_there(ref, people):
    whole = made(ref, people)
    if not whole.consultants:
        return
    first = whole.consultants[0].ref
    after = made(ref, people, declined={first: DAY})
    without = made(ref, [one for one in people if one.ref != first])
    assert after.consultants[:-1] == without.consultants
    assert after.excluded == without.excluded
    assert (after.stability, after.weightings) == (without.stability, without.weightings)
    assert after.turning_points == without.turning_points
    assert Recommendation.from_record(after.to_record()) == after


def test_when_everybody_has_declined_the_notes_say_so(before):
    everybody = {one.ref: DAY for one in before.consultants}
    after = made("O10", list(consultants()), declined=everybody)
    assert "Everybody who passes the limits has declined this case." in after.notes
    assert [one.score for one in after.consultants] == sorted(
        (one.score for one in after.consultants), reverse=True
    )
    assert after.stability is None and not after.turning_points


def test_a_no_of_somebody_who_is_kept_out_changes_nothing(before):
    out = before.excluded[0].ref
    assert made("O10", list(consultants()), declined={out: DAY}) == before
