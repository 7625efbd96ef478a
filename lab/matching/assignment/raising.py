"""Lifting the lowest sum where exchanges fall short: mixtures of whole sets of columns show the way and the end."""

from __future__ import annotations

import numpy as np

from lab.matching.assignment.bundles import Shelf
from lab.matching.assignment.flow import highest_total
from lab.matching.assignment.lowering import lowered
from lab.matching.assignment.mixing import Mixture, mixture
from lab.matching.assignment.problem import Bools, Floats, Problem
from lab.matching.assignment.pruning import called_for
from lab.matching.assignment.reassigning import Work, reassigned

# How near, as a share, the highest target with a mixture is sought; how far below it whole sets are tried.
# From LARGE pairs on the mixture is found by prices alone, and flows look at so many pairs in all.
NEAR, LARGE, PAIRS_IN_ALL = 0.0025, 20_000, 40_000_000
BELOW = (1.0, 0.995, 0.99, 0.985)
ROUNDS = 30
# The share of the highest total that is kept where the lowest sum can give a little for it; how little.
LEAST_TOTAL, LEAST_WORST = 0.97, 0.98


def raised(
    problem: Problem, chosen: Bools, bound: float, *, total: float, prices: Floats
) -> tuple[Bools, float]:
    """Pairs with a higher lowest sum, if they are found, and a bound that is proved, at most `bound`.

    `total`: the highest total; of pairs that keep LEAST_TOTAL of it those with the highest lowest sum.
    `prices`: what proves that total.
    """
    if problem.pairs >= LARGE:
        return _raised_large(problem, chosen, bound, total=total, prices=prices)
    shelf, worst = Shelf(problem), _worst(problem, chosen)
    low, high, found = worst, bound, None
    if not shelf.exact:
        best = _best(problem, _nearer(problem, chosen, bound, total=total), bound=bound, total=total)
        return best, max(bound, _worst(problem, best))
    while high - low > NEAR * abs(high):
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
        whole = reassigned(problem, _whole(problem, chosen, mixed), target, rounds=ROUNDS, work=Work())
        tried.append(enriched(problem, whole, total=total))
        if _worst(problem, tried[-1]) >= target and _rich(problem, tried[-1], total):
            break
    best = _best(problem, tried, bound=bound, total=total)
    return best, max(bound, _worst(problem, best))


def _raised_large(
    problem: Problem, chosen: Bools, bound: float, *, total: float, prices: Floats
) -> tuple[Bools, float]:
    """The same with a bounded amount of work, which looks at the pairs that prices call for."""
    core = called_for(problem, chosen, prices)
    found = lowered(problem, prices, core, bound=bound, worst=_worst(problem, chosen))
    core = found.core | (found.share > 0)
    small, begin = problem.only(core), chosen[core]
    work = Work(PAIRS_IN_ALL)
    tried = [enriched(small, begin, total=total, work=work)]
    near = _whole(small, begin, Mixture(possible=None, share=found.share[core]))
    for part in BELOW:
        target = found.bound * part
        if target <= _worst(small, tried[0]) or work.pairs <= 0:
            break
        near = reassigned(small, near, target, rounds=ROUNDS, work=work)
        tried.append(enriched(small, near, total=total, work=work))
        if _worst(small, tried[-1]) >= target and _rich(small, tried[-1], total):
            break
    best = np.zeros(problem.pairs, dtype=np.bool_)
    best[core] = _best(small, tried, bound=found.bound, total=total)
    return best, max(found.bound, _worst(problem, best))


def _nearer(problem: Problem, chosen: Bools, bound: float, *, total: float) -> list[Bools]:
    """The same and others with a higher lowest sum, each found for a target a little under the bound."""
    tried = [enriched(problem, chosen, total=total)]
    for part in BELOW:
        other = reassigned(problem, chosen, bound * part, rounds=2 * ROUNDS, work=Work())
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


def _whole(problem: Problem, chosen: Bools, mixed: Mixture) -> Bools:
    """Pairs near the mixture; `chosen` where there are none."""
    unit = float(np.abs(problem.value).max(initial=0.0)) or 1.0
    share = np.zeros(problem.pairs) if mixed.share is None else mixed.share
    near = highest_total(problem, share + problem.value / unit / 100)
    return chosen if near is None else near


def enriched(problem: Problem, chosen: Bools, *, total: float, work: Work | None = None) -> Bools:
    """The same lowest sum with a higher total; a little less of it where the total is far under the highest."""
    worst, work = _worst(problem, chosen), work or Work()
    best = reassigned(problem, chosen, worst, rounds=ROUNDS, work=work)
    for part in (0.995, 0.99):
        if _rich(problem, best, total):
            break
        best = reassigned(problem, best, worst * part, rounds=ROUNDS, work=work)
    return best


def _total(problem: Problem, chosen: Bools) -> float:
    return float(problem.value[chosen].sum())


def _worst(problem: Problem, chosen: Bools) -> float:
    sums: Floats = problem.sums(chosen)[problem.demand > 0]
    return float(sums.min(initial=np.inf))
