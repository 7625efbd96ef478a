"""Whether all rows can reach a target when each may have a mixture of sets of columns: a proof if they cannot.

Column generation (Dantzig and Wolfe, 1960) over sets that reach the target as a whole. What even mixtures
of such sets cannot do, no assignment can: a far tighter bound than mixing single pairs gives. The prices
that prove it: every row's cheapest set, added up, costs more than all columns have to sell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.matching.assignment.bundles import Bundles, Pricing, Shelf
from lab.matching.assignment.problem import Floats

# Steps along the prices, and turns of the program that follow; the last steps give the program its first
# sets. Both are fewer the more pairs there are, so that a large instance is not looked at for minutes.
STEPS, FIRST_SETS, TURNS = 120, 25, 80
PAIRS_FOR_STEPS, PAIRS_FOR_TURNS = 6_000_000, 400_000
CERTAIN = 1e-7


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """`possible` is False where it is proved that not all rows reach the target; None where it stays open.

    `share`: how much of each pair is in the mixture.
    """

    possible: bool | None
    share: Floats | None = None


def mixture(shelf: Shelf, target: float) -> Mixture:
    """The mixture of sets that reach the target, or the proof that there is none."""
    pricing = shelf.at(target)
    if pricing is None:
        return Mixture(possible=False)
    prices = np.zeros(shelf.problem.columns)
    steps = min(STEPS, max(2 * FIRST_SETS, PAIRS_FOR_STEPS // max(shelf.problem.pairs, 1)))
    met: list[Bundles] = []
    for turn in range(steps):
        found = pricing.cheapest(prices)
        if too_dear(shelf, found, prices):
            return Mixture(possible=False)
        met = [*met[-FIRST_SETS:], found]
        asked = excess(shelf, found, prices)
        length = float(np.sqrt((asked**2).sum()))
        if not length:
            return Mixture(possible=True, share=mean(shelf, [found]))
        prices = prices + asked / length / (turn + 1) ** 0.5
        prices = np.where(shelf.due > 0, prices, np.maximum(prices, 0.0))
    return _generated(shelf, pricing, met)


def _generated(shelf: Shelf, pricing: Pricing, met: list[Bundles]) -> Mixture:
    turns = min(TURNS, PAIRS_FOR_TURNS // max(shelf.problem.pairs, 1))
    share = mean(shelf, met)
    if turns < 10:
        return Mixture(possible=None, share=share)
    master = _Master(shelf)
    for found in met:
        master.add(found)
    for _ in range(turns):
        missing, prices, worth = master.solve()
        share = master.shares()
        if missing < CERTAIN:
            return Mixture(possible=True, share=share)
        found = pricing.cheapest(prices)
        if too_dear(shelf, found, prices):
            return Mixture(possible=False)
        if not master.add(found, below=worth):
            break
    return Mixture(possible=None, share=share)


def _ends(shelf: Shelf, prices: Floats) -> Floats:
    """The most that each column can take in at these prices."""
    return np.where(prices > 0, shelf.room * prices, shelf.due * prices)


def too_dear(shelf: Shelf, found: Bundles, prices: Floats) -> bool:
    """Whether the cheapest sets cost more than all columns have to sell: the target is out of reach."""
    sold, spent = float(_ends(shelf, prices).sum()), float(found.cost.sum())
    return spent > sold + CERTAIN * (1.0 + abs(sold) + float(np.abs(found.cost).sum()))


def excess(shelf: Shelf, found: Bundles, prices: Floats) -> Floats:
    """How much more each column is asked for than it can sell at its price."""
    load = np.bincount(shelf.problem.col[found.places], minlength=shelf.problem.columns).astype(np.float64)
    over, under = load - shelf.room, load - shelf.due
    at_nothing = np.maximum(over, 0.0) + np.minimum(under, 0.0)
    return np.where(prices > 0, over, np.where(prices < 0, under, at_nothing))


def mean(shelf: Shelf, met: list[Bundles]) -> Floats:
    """How much of each pair is in the mean of these sets."""
    places = np.concatenate([one.places for one in met])
    return np.bincount(places, minlength=shelf.problem.pairs) / len(met)


class _Master:
    """Shares of sets: one in all for each row; loads beyond the limits of a column are paid for."""

    def __init__(self, shelf: Shelf) -> None:
        from ortools.linear_solver import pywraplp

        self.shelf = shelf
        self.solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        goal = self.solver.Objective()
        goal.SetMinimization()
        self.rows: list[Any] = [None] * shelf.problem.rows
        for row in np.flatnonzero(shelf.open > 0):
            self.rows[row] = self.solver.Constraint(1.0, 1.0)
        self.columns = []
        for due, room in zip(shelf.due, shelf.room, strict=True):
            limits = self.solver.Constraint(float(due), float(room))
            for sign in (-1.0, 1.0):
                beyond = self.solver.NumVar(0.0, self.solver.infinity(), "")
                limits.SetCoefficient(beyond, sign)
                goal.SetCoefficient(beyond, 1.0)
            self.columns.append(limits)
        self.sets: dict[tuple[int, ...], Any] = {}

    def add(self, found: Bundles, *, below: Floats | None = None) -> int:
        """Take up the sets that are new, and cheaper than `below` where it is given; how many they are."""
        order = np.lexsort((found.places, found.of))
        places, of = found.places[order], found.of[order]
        cuts = np.flatnonzero(np.diff(of)) + 1
        new = 0
        for own in np.split(places, cuts):
            key = tuple(own.tolist())
            row = int(self.shelf.problem.row[own[0]])
            if key in self.sets or (below is not None and found.cost[row] >= below[row] - CERTAIN / 100):
                continue
            share = self.solver.NumVar(0.0, self.solver.infinity(), "")
            self.rows[row].SetCoefficient(share, 1.0)
            for column in self.shelf.problem.col[own]:
                self.columns[column].SetCoefficient(share, 1.0)
            self.sets[key] = share
            new += 1
        return new

    def solve(self) -> tuple[float, Floats, Floats]:
        """What is beyond the limits, the price of each column and what each row pays."""
        self.solver.Solve()
        prices = -np.array([one.dual_value() for one in self.columns])
        worth = np.array([0.0 if one is None else one.dual_value() for one in self.rows])
        return float(self.solver.Objective().Value()), prices, worth

    def shares(self) -> Floats:
        """How much of each pair is in the solution."""
        share = np.zeros(self.shelf.problem.pairs)
        for places, one in self.sets.items():
            if (part := one.solution_value()) > 0:
                share[list(places)] += part
        return share
