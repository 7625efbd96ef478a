"""One place of every row is given anew, all at once: an exchange of as many rows as it takes.

What the other places give is fixed, so the sum of a row hangs on the one new column alone, and any cost of
falling short can be laid on the pair: one flow finds the best of all such exchanges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lab.matching.assignment.flow import highest_total
from lab.matching.assignment.problem import Bools, Ints, Problem

# What falling short of the target costs, in the highest value: a part that counts for the last bit and
# one that makes the worst count most.
SHORT, WORST = 20.0, 2000.0
SEED = 20


@dataclass
class Work:
    """How many more pairs flows may look at: a search ends after so much work, never after so much time."""

    pairs: float = np.inf

    def spent(self, problem: Problem) -> bool:
        """Take what one more flow costs; whether there was nothing left."""
        self.pairs -= problem.pairs
        return self.pairs < 0


def reassigned(problem: Problem, chosen: Bools, target: float, *, rounds: int, work: Work) -> Bools:
    """The pairs after some rounds, with the highest lowest sum that was met; among these the highest total.

    Each round gives one place of each row anew, drawn from a fixed seed. It ends early where all rows
    reach the target and three rounds gain nothing.
    """
    drawn = np.random.default_rng(SEED)
    best, rank = chosen, _rank(problem, chosen, target)
    idle = 0
    for _ in range(rounds):
        if work.spent(problem):
            break
        kept = chosen.copy()
        kept[_one_of_each_row(problem, chosen, drawn)] = False
        sums = problem.sums(kept)[problem.row] + problem.value
        short = np.maximum(target - sums, 0.0) / (abs(target) or 1.0)
        unit = float(np.abs(problem.value).max(initial=0.0)) or 1.0
        worth = problem.value - unit * (SHORT * short + WORST * short * short)
        again = highest_total(replace(problem, locked=kept), worth)
        if again is None:
            break
        chosen, found = again, _rank(problem, again, target)
        idle = 0 if found > rank else idle + 1
        if found > rank:
            best, rank = chosen, found
        if idle >= 3 and rank[0] >= target:
            break
    return best


def _rank(problem: Problem, chosen: Bools, target: float) -> tuple[float, float]:
    worst = float(problem.sums(chosen)[problem.demand > 0].min(initial=np.inf))
    return min(worst, target), float(problem.value[chosen].sum())


def _one_of_each_row(problem: Problem, chosen: Bools, drawn: np.random.Generator) -> Ints:
    held = np.flatnonzero(chosen & ~problem.locked)
    order = np.lexsort((drawn.random(len(held)), problem.row[held]))
    row = problem.row[held][order]
    first = np.ones(len(row), dtype=np.bool_)
    first[1:] = row[1:] != row[:-1]
    one: Ints = held[order][first]
    return one
