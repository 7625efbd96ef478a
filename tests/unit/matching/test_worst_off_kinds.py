"""The worst-off row on instances of many kinds: what is reached, what is proved, and by whom it is checked."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from lab.matching import assign
from lab.matching.assignment import pruning, raising
from lab.matching.assignment.bundles import Shelf
from lab.matching.assignment.problem import problem_of
from tests.soak import times
from tests.unit.matching.test_assignment import Instance, keeps_the_rules

# Name: what every row demands (None: one to four), the share of room beyond what is needed, the share of the
# mean load that everyone must take at least.
KINDS: dict[str, tuple[int | None, float, float]] = {
    "one good column for all": (1, 1.2, 0.0),
    "two of one quality": (2, 1.2, 0.0),
    "two of one quality, no room": (2, 1.0, 0.0),
    "three of one quality, no room": (3, 1.0, 0.0),
    "four of one quality": (4, 1.2, 0.0),
    "one to four of one quality, minima": (None, 1.2, 0.6),
    "ties": (2, 1.0, 0.0),
    "yes or no": (3, 1.0, 0.6),
    "tastes": (2, 1.0, 0.6),
    "sparse": (2, 1.3, 0.0),
}


def an_instance_of(kind: str, *, rows: int = 30, columns: int = 10, seed: int = 1) -> Instance:
    """An instance of this kind that has an assignment."""
    drawn = np.random.default_rng(seed)
    each, room, due = KINDS[kind]
    demand = drawn.integers(1, 5, rows) if each is None else np.full(rows, each)
    allowed = drawn.random((rows, columns)) < (0.6 if kind == "sparse" else 0.95)
    allowed[:, :4] = True
    value: Any = 0.2 + 0.6 * drawn.random(columns)[None, :] + drawn.normal(0, 0.03, (rows, columns))
    if kind == "ties":
        value = drawn.integers(1, 6, (rows, columns)) / 5
    elif kind == "yes or no":
        value = (drawn.random((rows, columns)) < 0.3) + 0.1
    elif kind == "tastes":
        value = (drawn.random((rows, 8)) @ drawn.random((8, columns))) / 4
    row, col = np.nonzero(allowed)
    mean = float(demand.sum()) / columns
    return {
        "row": row,
        "col": col,
        "value": np.clip(value[row, col], 0.001, 2.0),
        "demand": demand,
        "minimum": np.full(columns, int(due * mean)),
        "maximum": np.full(columns, int(np.ceil(room * mean))),
    }


def highest_worst(one: Instance, *, whole: bool, nodes: int = 20_000) -> float:
    """What HiGHS says the lowest sum cannot exceed: of whole pairs, or of parts of them."""
    rows, columns, many = len(one["demand"]), len(one["minimum"]), len(one["row"])
    pairs, ones = np.arange(many), np.ones(many)
    wide = (rows, many + 1)
    demands = csr_array((ones, (one["row"], pairs)), shape=wide)
    loads = csr_array((ones, (one["col"], pairs)), shape=(columns, many + 1))
    sums = csr_array((one["value"], (one["row"], pairs)), shape=wide)
    lowest = csr_array((np.ones(rows), (np.arange(rows), np.full(rows, many))), shape=wide)
    limits = [
        LinearConstraint(demands, one["demand"], one["demand"]),
        LinearConstraint(loads, one["minimum"], one["maximum"]),
        LinearConstraint(sums - lowest, lb=np.zeros(rows)),
    ]
    solved = milp(
        np.append(np.zeros(many), -1.0),
        constraints=limits,
        integrality=np.append(np.full(many, int(whole)), 0),
        bounds=Bounds(np.zeros(many + 1), np.append(np.ones(many), np.inf)),
        options={"node_limit": nodes},
    )
    return -float(solved.mip_dual_bound if whole else solved.fun)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_within_a_fiftieth_of_what_is_proved(kind: str) -> None:
    for seed in range(1, 1 + times(1, soak=5)):
        one = an_instance_of(kind, seed=seed)
        plain, fair = assign(**one), assign(**one, fairness="worst_off")
        certificate = fair.certificate
        assert certificate.worst_bound is not None and certificate.worst_mixed is not None
        assert keeps_the_rules(one, fair.row, fair.col)
        assert fair.worst >= 0.98 * certificate.worst_bound, (kind, seed)
        assert fair.total >= 0.97 * plain.total, (kind, seed)
        # Mixtures can do at least what the linear program says, whole pairs at least what was found.
        program = highest_worst(one, whole=False)
        assert certificate.worst_mixed >= program - 1e-7
        assert certificate.worst_mixed <= 1.03 * program
        assert fair.worst <= certificate.worst_bound <= certificate.worst_mixed


@pytest.mark.parametrize(
    "kind", ["one good column for all", "two of one quality", "two of one quality, no room"]
)
def test_what_is_proved_is_never_under_what_whole_pairs_can_do(kind: str) -> None:
    tighter = 0
    for seed in range(times(2, soak=30)):
        one = an_instance_of(kind, rows=10, columns=5, seed=seed)
        found = assign(**one, fairness="worst_off").certificate
        assert found.worst_bound is not None and found.worst_mixed is not None
        highest = highest_worst(one, whole=True)
        assert found.worst_bound >= highest - 1e-6, seed
        tighter += found.worst_bound < found.worst_mixed - 1e-6
    assert tighter


@pytest.mark.parametrize(
    "kind",
    ["one good column for all", "two of one quality, no room", "three of one quality, no room"],
)
def test_what_prices_prove_about_large_instances_is_never_under_what_whole_pairs_can_do(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(raising, "LARGE", 0)
    # Few pairs at first: those that are missed have to be called for.
    monkeypatch.setattr(pruning, "BEYOND_PRICE", 1)
    monkeypatch.setattr(pruning, "AT_ALL", 1)
    tighter = 0
    for seed in range(times(3, soak=30)):
        one = an_instance_of(kind, rows=10, columns=5, seed=seed)
        fair = assign(**one, fairness="worst_off")
        found = fair.certificate
        assert found.worst_bound is not None and found.worst_mixed is not None
        assert keeps_the_rules(one, fair.row, fair.col)
        highest = highest_worst(one, whole=True)
        assert found.worst_bound >= highest - 1e-6, seed
        tighter += found.worst_bound < found.worst_mixed - 1e-6
    assert tighter


@pytest.mark.parametrize("kind", ["two of one quality, no room", "three of one quality, no room"])
def test_a_large_instance_comes_within_a_fiftieth_with_a_bounded_search(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(raising, "LARGE", 5_000)
    one = an_instance_of(kind, rows=200, columns=30)
    plain, fair = assign(**one), assign(**one, fairness="worst_off")
    bound = fair.certificate.worst_bound
    assert bound is not None and fair.worst >= 0.98 * bound
    assert fair.total >= 0.97 * plain.total
    again = assign(**one, fairness="worst_off")
    assert again.col.tolist() == fair.col.tolist()


def test_the_cheapest_sets_are_those_of_looking_through_all() -> None:
    drawn = np.random.default_rng(3)
    for demand in (1, 2, 3):
        one = an_instance_of("tastes", rows=8, columns=7, seed=demand)
        problem, _ = problem_of(**{**one, "demand": np.full(8, demand)})
        best = [np.sort(problem.value[problem.row == row])[-demand:].sum() for row in range(problem.rows)]
        target = 0.95 * float(min(best))
        pricing = Shelf(problem).at(target)
        assert pricing is not None
        prices = drawn.normal(size=problem.columns)
        found = pricing.cheapest(prices)
        for row in range(problem.rows):
            assert found.cost[row] == pytest.approx(cheapest(problem, row, target, prices))
            own = found.places[found.of == row]
            assert len(set(own.tolist())) == demand
            assert problem.value[own].sum() >= target - 1e-9


def test_rows_that_demand_many_are_never_said_to_pay_more_than_their_cheapest_set() -> None:
    drawn = np.random.default_rng(4)
    one = an_instance_of("tastes", rows=8, columns=7, seed=4)
    problem, _ = problem_of(**{**one, "demand": np.full(8, 4)})
    best = [np.sort(problem.value[problem.row == row])[-4:].sum() for row in range(problem.rows)]
    target = 0.95 * float(min(best))
    pricing = Shelf(problem).at(target)
    assert pricing is not None
    near = []
    for _ in range(4):
        prices = drawn.normal(size=problem.columns)
        found = pricing.cheapest(prices)
        for row in range(problem.rows):
            least = cheapest(problem, row, target, prices)
            assert found.cost[row] <= least + 1e-9
            near.append(found.cost[row] > least - 0.3)
            assert len(set(found.places[found.of == row].tolist())) == 4
    assert np.mean(near) > 0.5


def cheapest(problem: Any, row: int, target: float, prices: Any) -> float:
    """The lowest price of a set of pairs that brings the row to the target."""
    own = np.flatnonzero(problem.row == row)
    sets = itertools.combinations(own, int(problem.demand[row]))
    return float(
        min(
            prices[problem.col[list(one)]].sum()
            for one in sets
            if problem.value[list(one)].sum() >= target - 1e-12
        )
    )


def test_the_total_keeps_minima_and_locks_as_another_solver_does() -> None:
    possible = 0
    for seed in range(times(40, soak=2000)):
        drawn = np.random.default_rng(seed)
        rows, columns = int(drawn.integers(5, 25)), int(drawn.integers(3, 8))
        row, col = np.nonzero(drawn.random((rows, columns)) < 0.8)
        value = drawn.integers(-3, 9, len(row)) / 4.0 if seed % 2 else drawn.normal(size=len(row))
        demand = drawn.integers(0, 4, rows)
        minimum = np.full(columns, int(drawn.integers(0, rows // 2 + 1)))
        maximum = minimum + drawn.integers(0, rows, columns)
        held = drawn.choice(len(row), min(3, len(row)), replace=False)
        one: Instance = {
            "row": row,
            "col": col,
            "value": value,
            "demand": demand,
            "minimum": minimum,
            "maximum": maximum,
        }
        expected = highest_total(one, held)
        try:
            found = assign(**one, locked=[(int(row[at]), int(col[at])) for at in held])
        except ValueError:
            assert expected is None, seed
            continue
        possible += 1
        assert found.total == pytest.approx(expected, abs=1e-7), seed
        assert keeps_the_rules(one, found.row, found.col)
    assert possible > 5


def highest_total(one: Instance, held: Any) -> float | None:
    """The optimum by HiGHS; None where nothing is possible."""
    many, pairs = len(one["row"]), np.arange(len(one["row"]))
    ones, least = np.ones(many), np.zeros(many)
    least[held] = 1.0
    demands = csr_array((ones, (one["row"], pairs)), shape=(len(one["demand"]), many)).toarray()
    loads = csr_array((ones, (one["col"], pairs)), shape=(len(one["minimum"]), many)).toarray()
    solved = linprog(
        -one["value"],
        A_eq=demands,
        b_eq=one["demand"],
        A_ub=np.vstack([loads, -loads]),
        b_ub=np.concatenate([one["maximum"], -one["minimum"]]),
        bounds=np.column_stack([least, ones]),
        method="highs",
    )
    return None if solved.x is None else -float(solved.fun)
