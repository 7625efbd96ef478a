"""How far an assignment is from the best possible: bounds that anybody can check from the arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.matching.assignment.problem import Bools, Floats, Problem


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """No assignment has a higher total than `total_bound`, nor a worst row above `worst_bound`.

    `prices`: what one more place in each column is worth. The bound of the total follows from them:
    the sum over rows of the best `demand` entries of value - price, plus maximum times price where a
    price is positive, plus minimum times price where it is negative. That is the linear program's dual,
    so no assignment, and no mixture of assignments, does better.
    `worst_mixed`: what even mixtures of pairs cannot exceed for the lowest sum, a bound of the linear
    program. `worst_bound` is that or less: where columns cannot be cut into parts, the lowest sum may be
    proved to stay lower. Both are None where nobody asked for them. `total_gap` and `worst_gap` are shares of the bound that are missing.
    """

    total_bound: float
    total_gap: float
    prices: Floats
    worst_bound: float | None = None
    worst_mixed: float | None = None
    worst_gap: float | None = None


def bound_of_total(problem: Problem, chosen: Bools, prices: Floats, worth: Floats | None = None) -> float:
    """The bound that these prices prove: no assignment has a higher sum of `worth`.

    Any prices prove a bound; the right ones prove the optimum. `chosen` only spares the sorting: a row
    takes its chosen pairs, and where another is better by so much, at most as often as it demands.
    """
    worth = problem.value if worth is None else worth
    reduced = worth - prices[problem.col]
    ends = float(np.where(prices > 0, problem.maximum * prices, problem.minimum * prices).sum())
    asking = np.flatnonzero(np.diff(problem.starts()))
    starts = problem.starts()[asking]
    held = chosen & ~problem.locked
    if not len(starts):
        return ends
    better = np.maximum.reduceat(np.where(chosen, -np.inf, reduced), starts)
    worst = np.minimum.reduceat(np.where(held, reduced, np.inf), starts)
    rise = np.maximum(better - worst, 0.0) * problem.demand[asking]
    return float(reduced[chosen].sum() + rise.sum()) + ends


def broken_rules(problem: Problem, chosen: Bools) -> list[str]:
    """The rules that these pairs break, in words; empty where they keep all."""
    said = []
    given = np.bincount(problem.row[chosen], minlength=problem.rows)
    load = problem.loads(chosen)
    if (given != problem.demand).any():
        said.append("a row has not as many columns as it demands")
    if (load > problem.maximum).any():
        said.append("a column is above its maximum")
    if (load < problem.minimum).any():
        said.append("a column is under its minimum")
    if (problem.locked & ~chosen).any():
        said.append("a locked pair is left out")
    return said
