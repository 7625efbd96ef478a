"""Fewer pairs to look at, and the check that none of those left out was needed."""

from __future__ import annotations

import numpy as np

from lab.matching.assignment.problem import Bools, Floats, Ints, Problem

# How many of the best columns of a row are looked at first, beyond what it demands; and how many of the
# best rows of a column, for each that it must take.
BEST, FOR_EACH_MINIMUM = 40, 3
# Below this many pairs choosing among them takes longer than it spares.
MANY = 400_000
# How many pairs of each row a search for the worst-off looks at, beyond their price and at all.
BEYOND_PRICE, AT_ALL = 30, 10


def best_pairs(problem: Problem) -> Bools:
    """The best forty pairs of each row, enough of each column for its load, and those that are locked."""
    starts = problem.starts()
    many = np.diff(starts)
    if problem.pairs < MANY or 2 * (BEST + problem.demand.max()) > many.mean():
        return np.ones(problem.pairs, dtype=np.bool_)
    wanted = np.maximum(problem.maximum, FOR_EACH_MINIMUM * problem.minimum) + 1
    kept = _first_of(problem.row, problem.value, BEST + problem.demand)
    kept |= _first_of(problem.col, problem.value, wanted)
    return kept | problem.locked


def _first_of(group: Ints, value: Floats, many: Ints) -> Bools:
    """The best entries of each group, as many as `many` says for it."""
    order = np.lexsort((-value, group))
    sorted_group = group[order]
    starts = np.searchsorted(sorted_group, np.arange(len(many)))
    place = np.arange(len(group)) - starts[sorted_group]
    kept = np.zeros(len(group), dtype=np.bool_)
    kept[order] = place < many[sorted_group]
    return kept


def missed(problem: Problem, chosen: Bools, prices: Floats) -> Bools:
    """The pairs that a row would rather have, at these prices, than the worst that it was given."""
    reduced = problem.value - prices[problem.col]
    least = np.full(problem.rows, np.inf)
    held = chosen & ~problem.locked
    np.minimum.at(least, problem.row[held], reduced[held])
    better: Bools = (reduced > least[problem.row]) & ~chosen
    return better


def called_for(problem: Problem, chosen: Bools, prices: Floats) -> Bools:
    """Where rows have many columns, the pairs of each that are best beyond their price, or best at all.

    All pairs where that would be most of them. `chosen` are among them, so there is an assignment.
    """
    if problem.pairs / max(problem.rows, 1) < 2 * (BEYOND_PRICE + AT_ALL):
        return np.ones(problem.pairs, dtype=np.bool_)
    kept = _first_of(problem.row, problem.value - prices[problem.col], BEYOND_PRICE + problem.demand)
    return kept | _first_of(problem.row, problem.value, AT_ALL + problem.demand) | chosen | problem.locked
