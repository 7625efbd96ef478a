"""Lifting the worst-off row by exchanges: it gives one column away and takes a better one from another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.matching.assignment.problem import Bools, Floats, Ints, Problem

TINY = 1e-12


@dataclass(frozen=True)
class _Exchange:
    """Row `row` gives up the pair `gives` for `takes`; the other row, if there is one, the reverse."""

    gives: int
    takes: int
    other_gives: int | None
    other_takes: int | None
    least: float
    gain: float


class Exchanges:
    """Pairs that are changed by exchanges of two rows, or with what columns have left.

    Every state keeps all rules of the problem.
    """

    def __init__(self, problem: Problem, chosen: Bools) -> None:
        self.problem = problem
        self.chosen = chosen.copy()
        self.sums = problem.sums(chosen)
        self.loads = problem.loads(chosen)
        self.starts = problem.starts()
        self.by_column = np.argsort(problem.col, kind="stable")
        ends = np.searchsorted(problem.col[self.by_column], np.arange(problem.columns + 1))
        self.column_starts = ends.astype(np.int64)
        self.asking = np.flatnonzero(problem.demand > 0)
        self.held = np.flatnonzero(self.chosen & ~problem.locked)

    def lift(self, goal: float, *, steps: int, least_total: float = -np.inf) -> float:
        """Exchange for the worst-off row until it reaches the goal, nothing helps or the steps are used.

        Gives the lowest sum that is reached; the total stays at `least_total` or above. Among exchanges that bring both rows to the goal the one
        that costs the total least is taken, else the one that leaves the poorer of the two the most.
        """
        for _ in range(steps):
            row = int(self.asking[np.argmin(self.sums[self.asking])])
            if self.sums[row] >= goal - TINY:
                break
            found = self._best(row, goal=goal, least=float(self.sums[row]) + TINY)
            if found is None or self.sums.sum() + found.gain < least_total:
                break
            self._do(found)
        return float(self.sums[self.asking].min())

    def enrich(self, *, rounds: int) -> None:
        """Exchange for a higher total wherever no row falls under the lowest sum of now."""
        floor = float(self.sums[self.asking].min())
        for _ in range(rounds):
            gained = False
            for row in self.asking:
                found = self._best(int(row), goal=floor, least=floor)
                if found is not None and found.gain > 1e-9:
                    self._do(found)
                    gained = True
            if not gained:
                return

    def _best(self, row: int, *, goal: float, least: float) -> _Exchange | None:
        problem = self.problem
        own = slice(self.starts[row], self.starts[row + 1])
        may = np.full(problem.columns, -1, dtype=np.int64)
        may[problem.col[own]] = np.arange(own.start, own.stop)
        may[problem.col[own][self.chosen[own]]] = -1
        others = self.held[(may[problem.col[self.held]] >= 0) & (problem.row[self.held] != row)]
        found: _Exchange | None = None
        for gives in range(own.start, own.stop):
            if not self.chosen[gives] or problem.locked[gives]:
                continue
            for one in (self._with_another(row, gives, may, others, goal), self._with_room(row, gives, may)):
                if one is None or one.least < least:
                    continue
                if found is None or _rank(one, goal) > _rank(found, goal):
                    found = one
        return found

    def _with_another(self, row: int, gives: int, may: Ints, others: Ints, goal: float) -> _Exchange | None:
        """The best exchange with a row that holds what this one may take and may take what it gives."""
        problem = self.problem
        column = problem.col[gives]
        fits = np.full(problem.rows, -1, dtype=np.int64)
        there = self.by_column[self.column_starts[column] : self.column_starts[column + 1]]
        there = there[~self.chosen[there]]
        fits[problem.row[there]] = there
        back = fits[problem.row[others]]
        others, back = others[back >= 0], back[back >= 0]
        if not len(others):
            return None
        takes = may[problem.col[others]]
        mine = self.sums[row] - problem.value[gives] + problem.value[takes]
        theirs = self.sums[problem.row[others]] - problem.value[others] + problem.value[back]
        least = np.minimum(mine, theirs)
        gain = (problem.value[takes] - problem.value[gives]) + (problem.value[back] - problem.value[others])
        best = _first_best(least, gain, goal)
        return _Exchange(
            gives, int(takes[best]), int(others[best]), int(back[best]), float(least[best]), float(gain[best])
        )

    def _with_room(self, row: int, gives: int, may: Ints) -> _Exchange | None:
        """The best column that has room, where the one given up may spare the row."""
        problem = self.problem
        if self.loads[problem.col[gives]] <= problem.minimum[problem.col[gives]]:
            return None
        open_ = may[(may >= 0) & (self.loads < problem.maximum)]
        if not len(open_):
            return None
        takes = int(open_[np.argmax(problem.value[open_])])
        gain = float(problem.value[takes] - problem.value[gives])
        return _Exchange(gives, takes, None, None, float(self.sums[row]) + gain, gain)

    def _do(self, one: _Exchange) -> None:
        for gives, takes in ((one.gives, one.takes), (one.other_gives, one.other_takes)):
            if gives is None or takes is None:
                continue
            problem = self.problem
            self.chosen[gives], self.chosen[takes] = False, True
            self.sums[problem.row[gives]] += problem.value[takes] - problem.value[gives]
            self.loads[problem.col[gives]] -= 1
            self.loads[problem.col[takes]] += 1
            self.held[np.searchsorted(self.held, gives)] = takes
            self.held.sort()


def _rank(one: _Exchange, goal: float) -> tuple[float, float]:
    return min(one.least, goal), one.gain


def _first_best(least: Floats, gain: Floats, goal: float) -> int:
    """The entry that reaches the goal with the highest gain, else the one that comes nearest to it."""
    enough = least >= goal - TINY
    if enough.any():
        return int(np.argmax(np.where(enough, gain, -np.inf)))
    return int(np.argmax(least))
