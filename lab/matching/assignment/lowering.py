"""A tight bound for the lowest sum on large instances, and the mixture of sets that comes near it.

For any prices of the columns there is a highest target at which the cheapest sets of all rows, added up,
cost no more than the columns have to sell: no assignment goes above it (Lagrange's dual, Geoffrion 1974).
The prices follow what is asked too much, a step at a time, always for a target a little under the bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.matching.assignment.bundles import Bundles, Shelf
from lab.matching.assignment.mixing import excess, mean, too_dear
from lab.matching.assignment.problem import Bools, Floats, Problem

# Steps: at least, at most, and how many pairs are looked at in all; rows that demand three take longer.
FEWEST, MOST, PAIRS_IN_ALL, THREES = 100, 500, 60_000_000, 4
# How long the prices of the highest total are to begin with, in steps; how far under the bound the target
# stands, as a share, first and last; how many steps without a proof halve that.
START, FIRST, LAST, PATIENCE = 10.0, 0.02, 0.001, 30
HALVINGS, KEPT = 6, 40


@dataclass(frozen=True, kw_only=True)
class Lowered:
    """The bound; how much of each pair is in a mixture near it; and the pairs that were looked at."""

    bound: float
    share: Floats
    core: Bools


def lowered(problem: Problem, prices: Floats, core: Bools, *, bound: float, worst: float) -> Lowered:
    """The lowest bound that is found, at most `bound`; `worst` is reached already.

    `prices`: those of the highest total. Sets are made of the pairs in `core` first. What is proved with
    all pairs brings in those that were missed.
    """
    full, steps = Shelf(problem), _steps(problem, core)
    shelf = full if core.all() else Shelf(problem.only(core))
    size = float(np.sqrt((prices**2).sum()))
    price = START * prices / size if size else np.zeros(problem.columns)
    price = np.where(full.due > 0, price, np.maximum(price, 0.0))
    below, idle, met = FIRST * abs(bound), 0, list[Bundles]()
    target = bound - below
    for step in range(steps):
        if bound - worst <= LAST * abs(bound):
            break
        found, dear = _priced(shelf, target, price)
        if dear and shelf is not full:
            missed, dear = _priced(full, target, price)
            if not dear and missed is not None:
                core = core.copy()
                core[missed.places] = True
                shelf, met = Shelf(problem.only(core)), []
                found, _ = _priced(shelf, target, price)
        if dear:
            bound = _lowest(full, price, worst, target)
            target, idle = max(bound - below, worst), 0
            continue
        if found is None:
            break
        met = [*met[-KEPT:], found]
        asked = excess(shelf, found, price)
        length = float(np.sqrt((asked**2).sum()))
        if not length:
            break
        price = price + asked / length / (step + 1) ** 0.5
        price = np.where(full.due > 0, price, np.maximum(price, 0.0))
        idle += 1
        if idle > PATIENCE:
            if below <= LAST * abs(bound):
                break
            below, idle = below / 2, 0
            target = bound - below
    share = np.zeros(problem.pairs)
    if met:
        share[np.flatnonzero(core) if shelf is not full else slice(None)] = mean(shelf, met)
    return Lowered(bound=bound, share=share, core=core)


def _steps(problem: Problem, core: Bools) -> int:
    threes = problem.demand[problem.row[core]] == 3
    return int(np.clip(PAIRS_IN_ALL / (core.sum() + THREES * threes.sum() + 1), FEWEST, MOST))


def _priced(shelf: Shelf, target: float, price: Floats) -> tuple[Bundles | None, bool]:
    """The cheapest sets at this target, and whether they cost more than there is."""
    pricing = shelf.at(target)
    if pricing is None:
        return None, True
    found = pricing.cheapest(price)
    return found, too_dear(shelf, found, price)


def _lowest(shelf: Shelf, price: Floats, worst: float, proved: float) -> float:
    """About the lowest target that these prices prove out of reach."""
    low = worst
    for _ in range(HALVINGS):
        target = (low + proved) / 2
        if _priced(shelf, target, price)[1]:
            proved = target
        else:
            low = target
    return proved
