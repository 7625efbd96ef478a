"""How often each comes first when the weights vary: every draw has one first, by the same rules as the list."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings

from lab.matching import Policy, Recommendation, recommend
from lab.matching.criteria import CRITERIA
from lab.matching.learning import SPREAD
from lab.matching.turning_sentences import sentences
from tests.unit.matching.pools import pools_of_able_people
from tests.unit.matching.test_laws import some_refs
from tests.unit.matching.worlds import applications, consultants, matched, supports

REFS = sorted(applications())


def made(ref, people, **options):
    return recommend(applications()[ref], consultants=people, supports=supports(), likeness=False, **options)


def counts(found):
    return {one.ref: one.times_first for one in found.consultants}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(some_refs, pools_of_able_people())
def test_every_draw_has_one_first(ref, people):
    found = made(ref, people)

    if len(found.consultants) < 2:
        assert found.weightings == 0 and found.stability is None
        assert set(counts(found).values()) <= {None}
    else:
        assert found.weightings == 100 and sum(counts(found).values()) == 100
        assert found.stability == found.consultants[0].times_first / 100


@settings(max_examples=25, deadline=None, derandomize=True)
@given(some_refs, pools_of_able_people())
def test_each_draw_is_what_the_list_would_be_under_its_weights(ref, people):
    policy = replace(Policy.default(), stability_draws=12)
    found = made(ref, people, policy=policy)
    drawn = random.Random(1)  # the seed of the draws
    expected = dict.fromkeys(counts(found), 0)

    for _ in range(12):
        weights = {
            name: policy.weights[name] * drawn.lognormvariate(0, policy.stability_spread) for name in CRITERIA
        }
        order = made(ref, people, policy=policy.with_weights(weights), detail=False).consultants
        if len(order) > 1:
            expected[order[0].ref] += 1

    assert len(found.consultants) < 2 or counts(found) == expected


def test_without_spread_the_first_is_always_first_and_with_more_others_come_up():
    still = made("O03", consultants(), policy=replace(Policy.default(), stability_spread=0.0))
    wide = made("O03", consultants(), policy=replace(Policy.default(), stability_spread=3.0))

    assert still.consultants[0].times_first == 100
    assert wide.consultants[0].times_first < 100


def test_twins_share_nothing_the_rule_for_ties_decides():
    twin = consultants()[0]
    found = made("O07", [replace(twin, ref="B2"), replace(twin, ref="A1")])

    assert counts(found) == {"A1": 100, "B2": 0}


def test_without_draws_nothing_is_counted():
    found = made("O03", consultants(), policy=replace(Policy.default(), stability_draws=0))

    assert found.weightings == 0 and found.stability is None
    assert set(counts(found).values()) == {None}


@pytest.mark.parametrize("ref", REFS)
def test_a_record_from_before_the_counts_still_loads(ref):
    record = json.loads(json.dumps(matched(ref).to_record()))
    for key in ("weightings", "turning_points"):
        del record[key]
    for one in record["consultants"]:
        del one["times_first"]

    old = Recommendation.from_record(record)

    assert old.stability == matched(ref).stability
    assert old.weightings == 0 and sentences(old, {}) == []
    assert [one.score for one in old.consultants] == [one.score for one in matched(ref).consultants]


def test_turning_points_are_said_with_names():
    found = next(matched(ref) for ref in REFS if len(matched(ref).turning_points) > 2)
    names = {one.ref: f"Name of {one.ref}" for one in found.consultants} | {
        one.ref: one.ref for one in found.excluded
    }

    said = sentences(found, names)

    assert len(said) >= len(found.turning_points)
    assert all(sentence.endswith(".") for sentence in said)
    assert any(f"Name of {found.consultants[1].ref} would be first" in sentence for sentence in said)


def test_the_weights_vary_as_far_as_learning_expects_the_true_ones():
    """So a lead of many points stays clear, and one of few is told from it."""
    assert Policy.default().stability_spread == SPREAD
    clear, close = made("O01", consultants()), made("O03", consultants())
    assert clear.consultants[0].times_first > close.consultants[0].times_first > 50
