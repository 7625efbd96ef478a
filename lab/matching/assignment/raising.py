"""Lifting the lowest sum where exchanges fall short: mixtures of whole sets of columns show the way and the end."""

from __future__ import annotations

import numpy as np

from lab.matching.assignment.bundles import Shelf
from lab.matching.assignment.flow import highest_total
from lab.matching.assignment.mixing import Mixture, mixture
from lab.matching.assignment.problem import Bools, Floats, Problem
from lab.matching.assignment.reassigning import reassigned

# How near, as a share, the highest target with a mixture is sought, for small instances and for large ones;
# how far below it whole sets are tried.
NEAR, NEAR_ENOUGH, LARGE = 0.0025, 0.006, 20_000
BELOW = (1.0, 0.995, 0.99, 0.985)
ROUNDS = 30
# The share of the highest total that is kept where the lowest sum can give a little for it; how little.
LEAST_TOTAL, LEAST_WORST = 0.97, 0.98


def raised(problem: Problem, chosen: Bools, bound: float, *, total: float) -> tuple[Bools, float]:
    """Pairs with a higher lowest sum, if they are found, and a bound that is proved, at most `bound`.

    `total`: the highest total; of pairs that keep LEAST_TOTAL of it those with the highest lowest sum.
    """
    shelf, worst = Shelf(problem), _worst(problem, chosen)
    near = NEAR if problem.pairs < LARGE else NEAR_ENOUGH
    low, high, found = worst, bound, None
    if not shelf.exact:
        best = _best(problem, _nearer(problem, chosen, bound, total=total), bound=bound, total=total)
        return best, max(bound, _worst(problem, best))
    while high - low > near * abs(high):
        target = (low + high) / 2
        mixed = mixture(shelf, target)
        if mixed.possible is False:
            high = bound = target
        else:
            low, found = target, mixed
    tried = [enriched(problem, chosen, total=total)]
    for part in BELOW:
        target = low * part
        if found is None or target <= worst:
            break
        mixed = found if part == 1.0 else mixture(shelf, target)
        if mixed.share is None:
            break
        tried.append(enriched(problem, _whole(problem, chosen, mixed, target), total=total))
        if _worst(problem, tried[-1]) >= target and _rich(problem, tried[-1], total):
            break
    best = _best(problem, tried, bound=bound, total=total)
    return best, max(bound, _worst(problem, best))


def _nearer(problem: Problem, chosen: Bools, bound: float, *, total: float) -> list[Bools]:
    """The same and others with a higher lowest sum, each found for a target a little under the bound."""
    tried = [enriched(problem, chosen, total=total)]
    for part in BELOW:
        other = reassigned(problem, chosen, bound * part, rounds=2 * ROUNDS)
        if _worst(problem, other) > _worst(problem, tried[0]):
            tried.append(enriched(problem, other, total=total))
    return tried


def _best(problem: Problem, tried: list[Bools], *, bound: float, total: float) -> Bools:
    """The highest lowest sum with enough total; else with enough of the lowest sum the highest total."""
    enough = [one for one in tried if _worst(problem, one) >= LEAST_WORST * bound]
    rich = [one for one in enough if _rich(problem, one, total)]
    if enough and not rich:
        return max(enough, key=lambda one: _total(problem, one))
    return max(rich or tried, key=lambda one: _worst(problem, one))


def _rich(problem: Problem, chosen: Bools, total: float) -> bool:
    return _total(problem, chosen) >= total - (1 - LEAST_TOTAL) * abs(total)


def _whole(problem: Problem, chosen: Bools, mixed: Mixture, target: float) -> Bools:
    """Pairs near the mixture, then changed until rows reach the target; `chosen` where there are none."""
    unit = float(np.abs(problem.value).max(initial=0.0)) or 1.0
    share = np.zeros(problem.pairs) if mixed.share is None else mixed.share
    near = highest_total(problem, share + problem.value / unit / 100)
    return chosen if near is None else reassigned(problem, near, target, rounds=ROUNDS)


def enriched(problem: Problem, chosen: Bools, *, total: float) -> Bools:
    """The same lowest sum with a higher total; a little less of it where the total is far under the highest."""
    worst = _worst(problem, chosen)
    best = reassigned(problem, chosen, worst, rounds=ROUNDS)
    for part in (0.995, 0.99):
        if _rich(problem, best, total):
            break
        best = reassigned(problem, best, worst * part, rounds=ROUNDS)
    return best


def _total(problem: Problem, chosen: Bools) -> float:
    return float(problem.value[chosen].sum())


def _worst(problem: Problem, chosen: Bools) -> float:
    sums: Floats = problem.sums(chosen)[problem.demand > 0]
    return float(sums.min(initial=np.inf))
