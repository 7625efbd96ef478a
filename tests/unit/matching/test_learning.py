"""Learning stays at the policy until cases speak, and says how sure it is."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.learning import SIZES, table
from lab.matching.calibration import brier, calibrated, platt, share_with_interval
from lab.matching.learning import LEAST_CASES, effect, filled, fit, intervals, learn, left_out
from lab.matching.policy import DEFAULT_WEIGHTS

PRIOR = np.array([0.4, 0.3, 0.2, 0.1])
POLICY = {"stage": 40.0, "needs": 30.0, "sector": 20.0, "place": 10.0}


def past(count: int, *, rule: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Past cases whose end hangs on one criterion alone."""
    draw = np.random.default_rng(seed)
    shares = draw.random((count, len(PRIOR)))
    return shares, (draw.random(count) < 1 / (1 + np.exp(-12 * (shares[:, rule] - 0.5)))).astype(float)


def test_without_cases_the_weights_are_the_policy_s():
    assert fit(np.empty((0, 4)), np.empty(0), PRIOR).weights == pytest.approx(PRIOR)


def test_one_case_moves_the_weights_hardly():
    moved = fit(np.array([[1.0, 0, 1, 0]]), np.array([0.0]), PRIOR).weights
    assert np.abs(moved - PRIOR).max() < 0.03


def test_many_cases_speak_for_the_criterion_that_counts():
    shares, good = past(300, rule=3)
    found = fit(shares, good, PRIOR)
    assert int(np.argmax(found.weights)) == 3
    assert found.weights.sum() == pytest.approx(1)


def test_a_weight_of_nothing_stays_at_nothing_and_none_is_negative():
    shares, good = past(80, rule=1)
    found = fit(shares, 1 - good, np.array([0.5, 0.5, 0, 0]))
    assert found.weights[2:] == pytest.approx([0, 0])
    assert (found.weights >= 0).all()


@pytest.mark.parametrize("good", [np.ones(40), np.zeros(40), np.tile([0.0, 1.0], 20)])
def test_extreme_shares_and_ends_give_finite_weights(good):
    shares = np.tile([[1e6, 0, -1e6, 0.5], [0, 1e6, 0, 0.5]], (20, 1))
    found = fit(shares, good, PRIOR)
    low, high = intervals(found)
    assert np.isfinite(found.weights).all() and np.isfinite(low).all() and np.isfinite(high).all()


@pytest.mark.parametrize("prior", [[0, 0], [-1, 2], [float("nan"), 1]])
def test_impossible_weights_are_refused(prior):
    with pytest.raises(ValueError, match="at least one is above 0"):
        fit(np.ones((1, 2)), np.ones(1), np.array(prior))


def test_the_order_of_cases_never_matters():
    shares, good = past(60, rule=2)
    turned = fit(shares[::-1], good[::-1], PRIOR).weights
    assert turned == pytest.approx(fit(shares, good, PRIOR).weights, abs=1e-4)


def test_intervals_hold_the_weights_and_narrow_with_cases():
    widths = []
    for count in (20, 400):
        shares, good = past(count, rule=0)
        found = fit(shares, good, PRIOR)
        low, high = intervals(found)
        assert (low < found.weights).all() and (found.weights < high).all()
        widths.append((high - low).sum())
    assert widths[1] < widths[0] * 0.8
    assert [one.tolist() for one in intervals(found)] == [low.tolist(), high.tolist()]


def test_what_a_case_does_not_ask_counts_as_the_rest_of_it_does():
    rows = filled(np.array([[1.0, np.nan, 0.5, 0.5], [np.nan] * 4]), PRIOR)
    score = (0.4 * 1 + 0.2 * 0.5 + 0.1 * 0.5) / 0.7
    assert rows[0] == pytest.approx([1, score, 0.5, 0.5])
    assert rows[0] @ PRIOR == pytest.approx(score)
    assert rows[1] == pytest.approx([0] * 4)


def test_an_organization_is_told_by_the_others_alone():
    shares, good = past(40, rule=0)
    groups = [f"org{number // 2}" for number in range(40)]
    odds = left_out(shares, good, groups, PRIOR)
    other_end = good.copy()
    other_end[:2] = 1 - other_end[:2]
    assert left_out(shares, other_end, groups, PRIOR)[:2] == pytest.approx(odds[:2], abs=2e-3)


def test_too_sure_chances_are_called_back():
    draw = np.random.default_rng(1)
    truth = draw.normal(size=400)
    good = (draw.random(400) < 1 / (1 + np.exp(-truth))).astype(float)
    slope, shift = platt(5 * truth, good)
    assert 0.1 < slope < 0.35 and abs(shift) < 0.3
    groups = [str(number % 40) for number in range(400)]
    sure = 1 / (1 + np.exp(-5 * truth))
    assert brier(calibrated(5 * truth, good, groups), good, groups)[0] < brier(sure, good, groups)[0]


def test_the_brier_score_is_nothing_for_a_seer_and_a_quarter_for_who_does_not_know():
    good, groups = np.tile([0.0, 1.0], 20), [str(number) for number in range(40)]
    assert brier(good, good, groups) == (0, 0, 0)
    assert brier(np.full(40, 0.5), good, groups) == pytest.approx((0.25, 0.25, 0.25))


def test_a_share_of_few_has_a_wide_interval_within_bounds():
    share, low, high = share_with_interval(5, 5)
    assert share == 1 and high == 1 and 0.5 < low < 0.75
    assert share_with_interval(0, 5)[1] == 0
    wide, narrow = share_with_interval(10, 20), share_with_interval(100, 200)
    assert narrow[2] - narrow[1] < wide[2] - wide[1]


def test_nothing_is_learned_from_nineteen_cases():
    shares, good = past(LEAST_CASES, rule=3)
    groups = [str(number) for number in range(LEAST_CASES)]
    assert learn(shares[:-1].tolist(), [bool(end) for end in good[:-1]], groups[:-1], POLICY) is None
    assert learn(shares.tolist(), [bool(end) for end in good], groups, POLICY) is not None


def test_nothing_is_learned_where_all_went_well_or_all_come_from_one_house():
    shares, good = past(30, rule=3)
    groups = [str(number) for number in range(30)]
    assert learn(shares.tolist(), [True] * 30, groups, POLICY) is None
    assert learn(shares.tolist(), [bool(end) for end in good], ["one"] * 30, POLICY) is None


def test_what_is_learned_comes_with_counts_intervals_and_its_score_beside_the_policy_s():
    shares, good = past(120, rule=3)
    told = learn(shares.tolist(), [bool(end) for end in good], [str(n // 3) for n in range(120)], POLICY)
    assert told is not None
    assert (told.cases, told.good, told.organizations) == (120, int(good.sum()), 40)
    assert sum(told.weights.values()) == pytest.approx(100, abs=0.3)
    assert all(told.low[name] <= told.weights[name] <= told.high[name] for name in POLICY)
    assert told.weights["place"] > POLICY["place"]
    assert told.brier[1] < told.brier[0] < told.brier[2]
    assert told.foretells_better and told.brier[0] < told.brier_of_policy


def test_where_ends_are_chance_the_weights_stay_near_and_it_is_said_that_they_foretell_nothing():
    draw = np.random.default_rng(5)
    shares, good = draw.random((100, len(DEFAULT_WEIGHTS))), draw.random(100) < 0.5
    told = learn(shares.tolist(), good.tolist(), [str(n) for n in range(100)], DEFAULT_WEIGHTS)
    assert told is not None
    assert told.brier[0] > 0.23
    assert all(told.low[name] <= weight <= told.high[name] for name, weight in DEFAULT_WEIGHTS.items())


def test_the_effect_counts_who_would_have_been_first_and_choices_met():
    lists = [([[1.0, 0], [0, 1.0]], 1), ([[1.0, 0.9], [0.2, 0.1]], 0)]
    told = effect(lists, {"a": 60, "b": 40}, {"b": 90, "a": 10})
    assert (told.shortlists, told.other_first, told.met_before, told.met_after) == (2, 1, 1, 2)


def test_learned_weights_rank_better_than_the_policy_s_in_a_small_simulation():
    rows = table(seeds=12, tests=60)
    assert [row.past for row in rows] == list(SIZES)
    for row in rows:
        assert row.ndcg >= row.ndcg_of_policy, row
    assert rows[0].regret < 1 and rows[1].regret < 0.75 and rows[2].regret < 0.6, rows
