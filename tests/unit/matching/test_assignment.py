"""The solver on plain arrays: as good as looking through everything, and what it says when nothing is possible."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from lab.matching import ImpossibleError, assign
from lab.matching.assignment import cuts, flow, pruning
from lab.matching.assignment.problem import problem_of

Instance = dict[str, Any]


def an_instance(seed: int, *, rows: int = 4, columns: int = 4, levels: int = 0) -> Instance:
    """Small and often impossible; with `levels` the values have many ties."""
    drawn = np.random.default_rng(seed)
    rows, columns = int(drawn.integers(1, rows + 1)), int(drawn.integers(1, columns + 1))
    row, col = np.nonzero(drawn.random((rows, columns)) < 0.8)
    value = drawn.integers(0, levels, len(row)) / 4 if levels else drawn.normal(size=len(row))
    return {
        "row": row,
        "col": col,
        "value": value,
        "demand": drawn.integers(0, 3, rows),
        "minimum": drawn.integers(0, 2, columns),
        "maximum": drawn.integers(0, 4, columns),
    }


def a_large_instance(seed: int, *, rows: int = 60, columns: int = 12) -> Instance:
    """Possible, with minimum loads for everyone."""
    drawn = np.random.default_rng(seed)
    row, col = np.nonzero(drawn.random((rows, columns)) < 0.8)
    demand = drawn.integers(1, 3, rows)
    mean = demand.sum() / columns
    return {
        "row": row,
        "col": col,
        "value": drawn.random(len(row)),
        "demand": demand,
        "minimum": np.full(columns, int(mean * 0.6)),
        "maximum": np.full(columns, int(np.ceil(mean * 1.2))),
    }


def looked_through(one: Instance) -> tuple[float | None, float | None]:
    """The highest total and the highest lowest sum among all assignments; None where there is none."""
    value = {(r, c): v for r, c, v in zip(one["row"], one["col"], one["value"], strict=True)}
    columns = range(len(one["minimum"]))
    ways = [
        list(itertools.combinations([c for c in columns if (r, c) in value], int(wanted)))
        for r, wanted in enumerate(one["demand"])
    ]
    best: float | None = None
    highest: float | None = None
    for way in itertools.product(*ways):
        load = np.bincount([c for taken in way for c in taken], minlength=len(one["minimum"]))
        if (load > one["maximum"]).any() or (load < one["minimum"]).any():
            continue
        sums = [sum(value[r, c] for c in taken) for r, taken in enumerate(way)]
        worst = min((s for s, wanted in zip(sums, one["demand"], strict=True) if wanted), default=0.0)
        best = sum(sums) if best is None else max(best, sum(sums))
        highest = worst if highest is None else max(highest, worst)
    return best, highest


def keeps_the_rules(one: Instance, row: Any, col: Any) -> bool:
    given_ = np.bincount(row, minlength=len(one["demand"]))
    load = np.bincount(col, minlength=len(one["minimum"]))
    allowed = set(zip(one["row"].tolist(), one["col"].tolist(), strict=True))
    pairs = list(zip(row.tolist(), col.tolist(), strict=True))
    return bool(
        (given_ == one["demand"]).all()
        and (load >= one["minimum"]).all()
        and (load <= one["maximum"]).all()
        and len(set(pairs)) == len(pairs)
        and set(pairs) <= allowed
    )


def bound_of_the_program(one: Instance) -> float:
    """The linear program's optimum by another solver."""
    many, rows, columns = len(one["row"]), len(one["demand"]), len(one["minimum"])
    pairs, ones = np.arange(many), np.ones(many)
    demands = csr_array((ones, (one["row"], pairs)), shape=(rows, many))
    loads = csr_array((ones, (one["col"], pairs)), shape=(columns, many))
    solved = linprog(
        -one["value"],
        A_eq=demands,
        b_eq=one["demand"],
        A_ub=vstack([loads, -loads]),
        b_ub=np.concatenate([one["maximum"], -one["minimum"]]),
        bounds=(0, 1),
        method="highs",
    )
    return -float(solved.fun)


@pytest.mark.parametrize("levels", [0, 4])
@pytest.mark.parametrize("digits", [3, 30])
def test_the_total_is_that_of_looking_through_everything(
    monkeypatch: pytest.MonkeyPatch, levels: int, digits: int
) -> None:
    # With three digits the flow is often wrong, and the prices have to mend it.
    monkeypatch.setattr(flow, "DIGITS", digits)
    impossible = 0
    for seed in range(150):
        one = an_instance(seed, levels=levels)
        best, _ = looked_through(one)
        try:
            found = assign(**one)
        except ImpossibleError:
            assert best is None, seed
            impossible += 1
            continue
        assert found.total == pytest.approx(best, abs=1e-9), seed
        assert keeps_the_rules(one, found.row, found.col)
        assert found.certificate.total_gap < 1e-9
        assert found.certificate.total_bound >= found.total - 1e-9
    assert 20 < impossible < 140


@pytest.mark.parametrize("levels", [0, 4])
def test_the_worst_off_is_that_of_looking_through_everything_and_never_above_its_bound(levels: int) -> None:
    met = total = 0
    for seed in range(150):
        one = an_instance(seed, levels=levels)
        best, highest = looked_through(one)
        if best is None or highest is None:
            continue
        found = assign(**one, fairness="worst_off")
        assert keeps_the_rules(one, found.row, found.col)
        assert found.certificate.worst_bound is not None
        assert found.certificate.worst_bound >= highest - 1e-9, seed
        total += 1
        met += found.worst >= highest - 1e-9
        even = assign(**one, fairness="balanced")
        assert keeps_the_rules(one, even.row, even.col)
        assert even.total >= best - 0.01 * abs(best) - 1e-9
    assert met >= 0.98 * total


@pytest.mark.parametrize("seed", range(4))
def test_the_certificate_is_the_optimum_of_the_linear_program(seed: int) -> None:
    one = a_large_instance(seed)
    found = assign(**one, certify_worst=True)
    assert found.total == pytest.approx(bound_of_the_program(one), rel=1e-9)
    price = found.certificate.prices
    reduced = one["value"] - price[one["col"]]
    rows = sum(
        np.sort(reduced[one["row"] == r])[::-1][:wanted].sum() for r, wanted in enumerate(one["demand"])
    )
    ends = np.where(price > 0, one["maximum"] * price, one["minimum"] * price).sum()
    assert rows + ends == pytest.approx(found.certificate.total_bound)
    assert found.certificate.worst_bound is not None and found.certificate.worst_bound >= found.worst


@pytest.mark.parametrize("seed", range(6))
def test_the_worst_off_row_is_lifted_near_its_bound(seed: int) -> None:
    one = a_large_instance(seed, rows=150, columns=30)
    plain, fair = assign(**one), assign(**one, fairness="worst_off")
    assert fair.worst >= plain.worst
    assert fair.certificate.worst_gap is not None and fair.certificate.worst_gap < 0.02
    assert fair.total >= 0.97 * plain.total


def test_nobody_is_better_off_by_the_order_of_the_input() -> None:
    one = a_large_instance(3)
    order = np.random.default_rng(1).permutation(len(one["row"]))
    mixed = {**one, **{name: one[name][order] for name in ("row", "col", "value")}}
    for fairness in ("total", "balanced", "worst_off"):
        straight, other = assign(**one, fairness=fairness), assign(**mixed, fairness=fairness)
        assert straight.row.tolist() == other.row.tolist()
        assert straight.col.tolist() == other.col.tolist()


def test_fewer_pairs_are_looked_at_and_the_total_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    one = a_large_instance(5, rows=80, columns=40)
    whole = assign(**one)
    monkeypatch.setattr(pruning, "MANY", 1)
    monkeypatch.setattr(pruning, "BEST", 1)
    looked: list[int] = []
    solve = flow.highest_total

    def counted(problem: Any, *rest: Any) -> Any:
        looked.append(problem.pairs)
        return solve(problem, *rest)

    monkeypatch.setattr("lab.matching.assignment.highest_total", counted)
    fewer = assign(**one)
    assert fewer.total == pytest.approx(whole.total, abs=1e-9)
    assert looked[0] < len(one["row"])


def test_a_locked_pair_is_chosen_and_a_ban_is_a_pair_left_out() -> None:
    one = a_large_instance(7)
    free = assign(**one)
    chosen = set(zip(free.row.tolist(), free.col.tolist(), strict=True))
    other = next(
        pair for pair in zip(one["row"].tolist(), one["col"].tolist(), strict=True) if pair not in chosen
    )
    held = assign(**one, locked=[other])
    assert other in set(zip(held.row.tolist(), held.col.tolist(), strict=True))
    assert keeps_the_rules(one, held.row, held.col)
    assert held.total <= free.total
    assert held.certificate.total_gap < 1e-9

    pair = next(iter(sorted(chosen)))
    kept = ~((one["row"] == pair[0]) & (one["col"] == pair[1]))
    banned = assign(**{**one, **{name: one[name][kept] for name in ("row", "col", "value")}})
    assert pair not in set(zip(banned.row.tolist(), banned.col.tolist(), strict=True))


def test_an_impossible_instance_names_what_cannot_hold_together_and_the_cheapest_way_out() -> None:
    # Two rows want two columns each; column 1 takes one row only; row 2 asks for nothing special.
    one: Instance = {
        "row": np.array([0, 0, 1, 1, 2, 2]),
        "col": np.array([0, 1, 0, 1, 1, 2]),
        "value": np.ones(6),
        "demand": np.array([2, 2, 1]),
        "minimum": np.array([0, 0, 0]),
        "maximum": np.array([3, 1, 3]),
    }
    with pytest.raises(ImpossibleError) as told:
        assign(**one)
    assert [str(part) for part in told.value.conflict] == [
        "row 0 demands 2",
        "row 1 demands 2",
        "column 1 takes at most 1",
    ]
    assert len(told.value.relaxation) == 1
    assert "The cheapest way out" in str(told.value)


def test_locks_that_cannot_hold_are_named() -> None:
    with pytest.raises(ImpossibleError) as told:
        assign(
            [0, 0], [0, 1], [1.0, 2.0], demand=[1], minimum=[0, 0], maximum=[1, 1], locked=[(0, 0), (0, 1)]
        )
    assert {part.kind for part in told.value.conflict} == {"demand", "locked"}
    assert len(told.value.relaxation) == 1


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10_000))
def test_what_cannot_hold_together_is_irreducible_and_the_way_out_is_one(seed: int) -> None:
    one = an_instance(seed)
    try:
        assign(**one)
    except ImpossibleError as told:
        assert_irreducible(one, told)
        eased = {name: one[name].copy() for name in one}
        for change in told.relaxation:
            eased[change.constraint.kind][change.constraint.index] = change.becomes
        assert assign(**eased).certificate.total_gap < 1e-9


@pytest.mark.parametrize(
    ("demand", "least", "most"), [(1, 0, 4), (2, 0, 7), (3, 0, 11), (3, 18, 60), (3, 27, 60)]
)
def test_in_a_large_conflict_every_constraint_is_needed(demand: int, least: int, most: int) -> None:
    limits = {"minimum": np.full(12, least), "maximum": np.full(12, most)}
    one = {**a_large_instance(2), "demand": np.full(60, demand), **limits}
    problem, _ = problem_of(**one)
    found = cuts.irreducible(problem)
    assert len(found) > 12
    assert cuts.smallest_cut(problem, found) is not None
    for one_less in found:
        assert cuts.smallest_cut(problem, found[found != one_less]) is None


def assert_irreducible(one: Instance, told: ImpossibleError) -> None:
    """Together they are impossible, and with any one of them left out they are possible."""
    assert looked_through(only(one, told.conflict))[0] is None
    for left_out in told.conflict:
        rest = [part for part in told.conflict if part != left_out]
        wide = only(one, rest)
        # A row without a demand takes whatever makes the rest possible.
        free = [
            r for r in range(len(one["demand"])) if r not in {p.index for p in rest if p.kind == "demand"}
        ]
        degrees = [range(int((one["row"] == r).sum()) + 1) for r in free]
        assert any(
            looked_through({**wide, "demand": with_demands(wide, free, way)})[0] is not None
            for way in itertools.product(*degrees)
        )


def with_demands(one: Instance, rows: list[int], amounts: tuple[int, ...]) -> Any:
    demand = one["demand"].copy()
    demand[rows] = amounts
    return demand


def only(one: Instance, constraints: Any) -> Instance:
    """The instance with these constraints alone; a row without a demand may have none."""
    kept = {(part.kind, part.index) for part in constraints}
    columns, rows = range(len(one["minimum"])), range(len(one["demand"]))
    return {
        **one,
        "demand": np.array([one["demand"][r] if ("demand", r) in kept else 0 for r in rows]),
        "minimum": np.array([one["minimum"][c] if ("minimum", c) in kept else 0 for c in columns]),
        "maximum": np.array([one["maximum"][c] if ("maximum", c) in kept else 99 for c in columns]),
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"row": [0, 0]}, "one length"),
        ({"value": [1.0, float("nan"), 1.0]}, "finite"),
        ({"col": [0, 1, 2]}, "col names a column"),
        ({"row": [0, 0, 5]}, "row names a row"),
        ({"row": [0, 0, 0], "col": [0, 1, 1]}, "given twice"),
        ({"demand": [1, -1]}, "negative"),
        ({"demand": [1, 0.5]}, "whole numbers"),
        ({"locked": [(1, 0)]}, "not allowed"),
        ({"fairness": "fair"}, "fairness is total"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_words(changed: Instance, said: str) -> None:
    one: Instance = {
        "row": [0, 0, 1],
        "col": [0, 1, 1],
        "value": [1.0, 2.0, 3.0],
        "demand": [1, 1],
        "minimum": [0, 0],
        "maximum": [2, 2],
    }
    with pytest.raises(ValueError, match=said):
        assign(**{**one, **changed})


def test_nothing_to_assign_is_nothing() -> None:
    found = assign([], [], [], demand=[], minimum=[], maximum=[])
    assert (found.total, found.worst, len(found.row)) == (0.0, 0.0, 0)
    idle = assign([0], [0], [5.0], demand=[0], minimum=[0], maximum=[1], fairness="worst_off")
    assert (idle.total, idle.worst) == (0.0, 0.0)
