"""The cheapest set of columns for each row that brings it to a target, at given prices of the columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lab.matching.assignment.problem import Bools, Floats, Ints, Problem
from lab.matching.assignment.relaxing import Relaxed
from lab.matching.assignment.triples import cheapest_three, first_up_to

NEAR = 1e-12


@dataclass(frozen=True)
class Bundles:
    """One set of pairs for each row: `places` are numbers of pairs, `of` the row of each."""

    places: Ints
    of: Ints
    cost: Floats


class Shelf:
    """Every row's pairs, the best first, with what locks leave open of its demand.

    A row that demands one, two or three columns is given the cheapest set that reaches the target
    exactly. For others it is what no set that reaches it falls below: too cheap at times, so that a proof
    stays a proof.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        rows, width = problem.rows, int(np.diff(problem.starts()).max(initial=0))
        held = problem.locked
        self.open = problem.demand - np.bincount(problem.row[held], minlength=rows)
        self.given = np.bincount(problem.row[held], problem.value[held], rows)
        self.asking = problem.demand > 0
        self.room = problem.maximum - problem.loads(held)
        self.due = np.maximum(problem.minimum - problem.loads(held), 0)
        free = np.flatnonzero(~held)
        order = free[np.lexsort((-problem.value[free], problem.row[free]))]
        starts = np.searchsorted(problem.row[order], np.arange(rows))
        place = np.arange(len(order)) - starts[problem.row[order]]
        self.pair = np.full((rows, max(width, 1)), -1, dtype=np.int64)
        self.pair[problem.row[order], place] = order
        self.value = (
            np.where(self.pair >= 0, problem.value[self.pair], -np.inf)
            if len(order)
            else (np.full(self.pair.shape, -np.inf))
        )
        # The last sets of rows that demand three: at prices near those they are near the cheapest again.
        self.known: Ints | None = None

    @cached_property
    def ones(self) -> Ints:
        """Rows that still demand one."""
        return np.flatnonzero(self.open == 1)

    @cached_property
    def twos(self) -> Ints:
        """Rows that still demand two."""
        return np.flatnonzero(self.open == 2)

    @cached_property
    def threes(self) -> Ints:
        """Rows that still demand three."""
        return np.flatnonzero(self.open == 3)

    @cached_property
    def others(self) -> Ints:
        """Rows that demand more."""
        return np.flatnonzero(self.open > 3)

    @cached_property
    def relaxed(self) -> Relaxed:
        """What rows that demand more than three pay at least."""
        return Relaxed(self.value[self.others], self.open[self.others])

    @property
    def exact(self) -> bool:
        """Whether any row is given the cheapest set exactly."""
        return bool(len(self.ones) + len(self.twos) + len(self.threes))

    def at(self, target: float) -> Pricing | None:
        """The sets that reach the target; None where a row has none."""
        pricing = Pricing(self, target)
        return pricing if pricing.possible else None


def _last_enough(values: Floats, wanted: npt.NDArray[Any]) -> Ints:
    """For each row and entry of `wanted`, the last place whose value is as much; -1 where none is."""
    found = np.empty(wanted.shape, dtype=np.int64)
    for at, (have, need) in enumerate(zip(values, wanted, strict=True)):
        found[at] = np.searchsorted(-have, -need, side="right") - 1
    return found


class Pricing:
    """The cheapest sets at one target."""

    def __init__(self, shelf: Shelf, target: float) -> None:
        self.shelf = shelf
        self.need: npt.NDArray[Any] = target - NEAR * max(1.0, abs(target)) - shelf.given
        values, places = shelf.value, np.arange(shelf.pair.shape[1])
        rows = shelf.twos
        self.partner = np.minimum(
            _last_enough(values[rows], self.need[rows, None] - values[rows]), places[None, :] - 1
        )
        self.partner[~np.isfinite(values[rows])] = -1
        self.useful = self._useful()
        idle = shelf.asking & (shelf.open == 0)
        self.possible = bool(
            (self.partner >= 0).any(axis=1).all()
            and (self.useful.sum(axis=1) >= np.where(shelf.open > 0, shelf.open, 0)).all()
            and (self.need[idle] <= 0).all()
        )

    def _useful(self) -> Bools:
        """The pairs of each row that may be part of a set which reaches the target."""
        shelf = self.shelf
        real = np.where(np.isfinite(shelf.value), shelf.value, 0.0)
        many = np.minimum(shelf.open, shelf.pair.shape[1])
        sums = np.concatenate([np.zeros((len(real), 1)), np.cumsum(real, axis=1)], axis=1)
        rows, place = np.arange(len(real)), np.arange(real.shape[1])
        best, but_one = sums[rows, many], sums[rows, np.maximum(many - 1, 0)]
        with_it = np.where(place[None, :] < many[:, None], best[:, None], but_one[:, None] + real)
        found: Bools = np.isfinite(shelf.value) & (with_it >= self.need[:, None])
        return found

    def cheapest(self, prices: Floats) -> Bundles:
        """The cheapest set of each row and what it costs."""
        shelf = self.shelf
        price = np.where(shelf.pair >= 0, prices[shelf.problem.col[shelf.pair]], np.inf)
        cost = np.zeros(shelf.problem.rows)
        places: list[Ints] = []
        of: list[Ints] = []

        def add(rows: Ints, *columns: Ints) -> None:
            for column in columns:
                places.append(shelf.pair[rows, column])
                of.append(rows)
                cost[rows] += price[rows, column]

        rows = shelf.ones
        add(rows, np.where(self.useful[rows], price[rows], np.inf).argmin(axis=1))
        rows = shelf.twos
        add(rows, *_cheapest_two(price[rows], self.partner))
        rows = shelf.threes
        if len(rows):
            known = shelf.known
            shelf.known = cheapest_three(shelf.value[rows], price[rows], self.need[rows], known)
            add(rows, *shelf.known.T)
        rows = shelf.others
        if len(rows):
            self._relaxed(price, add, cost)
        return Bundles(np.concatenate(places), np.concatenate(of), cost)

    def _relaxed(self, price: Floats, add: Callable[..., None], cost: Floats) -> None:
        """The higher of two costs that no set falls below, for rows that demand more than three."""
        shelf, rows = self.shelf, self.shelf.others
        useful = np.sort(np.where(self.useful[rows], price[rows], np.inf), axis=1)
        among = np.arange(useful.shape[1])[None, :] < shelf.open[rows][:, None]
        plain = np.where(among, useful, 0.0).sum(axis=1)
        least, chosen = shelf.relaxed.cheapest(price[rows], self.need[rows])
        for demanded, own, columns in chosen:
            for place in range(demanded):
                add(rows[own], columns[:, place])
        cost[rows] = np.maximum(plain, least)


def _cheapest_two(price: Floats, partner: Ints) -> tuple[Ints, Ints]:
    first = first_up_to(price)
    at = np.arange(len(price))
    mate = np.take_along_axis(first, np.maximum(partner, 0), axis=1)
    both = np.where(partner >= 0, price + np.take_along_axis(price, mate, axis=1), np.inf)
    one = both.argmin(axis=1)
    return one, mate[at, one]
