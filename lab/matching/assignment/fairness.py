"""The worst-off row: how high it can be lifted, and what that costs the total.

A row's sum is what it receives from its columns. For a target, pairs that cannot be part of a row that
reaches it are left out (for rows that demand one column that says everything); where rows that demand
several still fall short, what they receive is weighted up, a little more in each round, and the highest
total is taken again. If the pairs left cannot be assigned at all, nobody can reach the target: a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lab.matching.assignment.flow import highest_total
from lab.matching.assignment.problem import Bools, Floats, Problem
from lab.matching.assignment.pruning import called_for
from lab.matching.assignment.raising import enriched, raised
from lab.matching.assignment.swaps import Exchanges

ROUNDS = 12
HALVINGS = 8
# Flows that look for a tighter bound, where what is reached is not near the one at hand.
BOUND_ROUNDS, PAIRS_FOR_BOUND = 15, 4_000_000
# Targets this close, as a share of what is possible, are not told apart.
CLOSE = 1e-4
SLACK = 1e-12
# Where more than this share is missing to the bound, a search begins that takes longer than many flows.
FAR = 0.005
# How many exchanges are tried at most, for each pair one less.
PAIRS_FOR_EXCHANGES = 30_000_000
# How many exchanges a quick search tries for each pair: about as long as one more flow.
EXCHANGES_FOR_PAIRS, FEWEST_EXCHANGES = 1 / 500, 20


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """Pairs, the lowest sum of a row among them, and what no assignment's lowest sum exceeds.

    `bound` holds for assignments; `mixed` also for mixtures of pairs, as a linear program allows them.
    """

    chosen: Bools
    worst: float
    bound: float
    mixed: float


def worst_of(problem: Problem, chosen: Bools) -> float:
    """The lowest sum that a row with a demand receives; 0 where no row demands anything."""
    asking = problem.demand > 0
    return float(problem.sums(chosen)[asking].min()) if asking.any() else 0.0


def highest_worst(problem: Problem, start: Bools, prices: Floats) -> Lifted:
    """The lowest sum as high as it gets, and then the total; `start` are the pairs of the highest total.

    `prices`: what proves that total.
    """
    core = called_for(problem, start, prices)
    lifted = _lifted(problem, start, core, rounds=ROUNDS, halvings=HALVINGS, accept=lambda chosen: True)
    if not _short_of(lifted):
        return lifted
    for begin in (lifted.chosen, start):
        trial = Exchanges(problem, begin)
        worst = trial.lift(lifted.bound, steps=min(20 * problem.rows, PAIRS_FOR_EXCHANGES // problem.pairs))
        if worst > lifted.worst:
            lifted = replace(lifted, chosen=trial.chosen, worst=worst)
    lifted, total = _bounded(problem, lifted), float(problem.value[start].sum())
    if lifted.worst < (1 - FAR) * lifted.bound:
        chosen, bound = raised(problem, lifted.chosen, lifted.bound, total=total, prices=prices)
        return replace(lifted, chosen=chosen, worst=worst_of(problem, chosen), bound=bound)
    chosen = enriched(problem, lifted.chosen, total=total)
    return replace(lifted, chosen=chosen, worst=worst_of(problem, chosen))


def balanced(problem: Problem, start: Bools, *, share: float, solves: int) -> Lifted:
    """The lowest sum as high as a quick search gets it, with at least `share` of the highest total.

    `start`: the pairs of the highest total. The search takes about `solves` flows.
    """
    total = float(problem.value[start].sum())
    least = total - (1 - share) * abs(total)
    lifted = _lifted(
        problem,
        start,
        np.ones(problem.pairs, dtype=np.bool_),
        rounds=2,
        halvings=max(solves - 3, 1) // 2,
        accept=lambda chosen: float(problem.value[chosen].sum()) >= least,
    )
    if not _short_of(lifted):
        return lifted
    trial = Exchanges(problem, lifted.chosen)
    steps = max(int(problem.pairs * EXCHANGES_FOR_PAIRS), FEWEST_EXCHANGES)
    worst = trial.lift(lifted.bound, steps=steps, least_total=least)
    return replace(lifted, chosen=trial.chosen, worst=worst) if worst > lifted.worst else lifted


def _short_of(lifted: Lifted) -> bool:
    """Whether there may be something better."""
    return lifted.bound - lifted.worst > CLOSE * max(abs(lifted.bound), SLACK)


def _bounded(problem: Problem, lifted: Lifted) -> Lifted:
    """The same with a tighter bound: shares of one over the rows that make their best weighted sum small.

    Whatever the shares, the lowest sum is at most the weighted one (the linear program's dual). Rows that
    receive little get more of it, round by round.
    """
    asking = problem.demand > 0
    share = asking / asking.sum()
    bound = lifted.mixed
    for turn in range(min(BOUND_ROUNDS, max(5, PAIRS_FOR_BOUND // max(problem.pairs, 1)))):
        if not _short_of(replace(lifted, bound=bound)):
            break
        chosen = highest_total(problem, problem.value * share[problem.row])
        if chosen is None:
            break
        sums = problem.sums(chosen)
        bound = min(bound, float(share @ sums))
        above = np.where(asking, sums - sums[asking].min(), 0.0)
        if not above.any():
            break
        share = share * np.exp(-2.0 * above / (above.max() * (1 + turn) ** 0.5))
        share /= share.sum()
    bound = max(bound, lifted.worst)
    return replace(lifted, mixed=bound, bound=min(bound, lifted.bound))


def _lifted(
    problem: Problem,
    start: Bools,
    core: Bools,
    *,
    rounds: int,
    halvings: int,
    accept: Callable[[Bools], bool],
) -> Lifted:
    """Halve the way between what is reached and what is out of reach; first try what may be the most.

    Pairs in `core` are tried first; that something is out of reach is proved with all.
    """
    most = _most_of_each_row(problem)
    ceiling = float(most[problem.demand > 0].min()) if (problem.demand > 0).any() else 0.0
    best, reached, bound = start, worst_of(problem, start), ceiling
    target, refused = ceiling, ceiling
    for _ in range(halvings + 1):
        if refused - reached <= CLOSE * max(abs(ceiling), SLACK):
            break
        found = _reaching(problem, target, core, rounds=rounds)
        if found is None:
            bound = min(bound, target)
        if found is not None and worst_of(problem, found) > reached and accept(found):
            best, reached = found, worst_of(problem, found)
        if reached < target:
            refused = target
        target = (reached + refused) / 2
    return Lifted(chosen=best, worst=reached, bound=max(bound, reached), mixed=max(ceiling, reached))


def _reaching(problem: Problem, target: float, core: Bools, *, rounds: int) -> Bools | None:
    """Pairs whose rows reach the target or come near; None where it is proved out of reach."""
    useful = _useful(problem, target)
    if (useful & ~core).any():
        near = useful & core
        if highest_total(problem.only(near)) is not None:
            useful = near
    fewer = problem.only(useful)
    weight = np.zeros(problem.rows)
    best: Bools | None = None
    for turn in range(rounds):
        chosen = highest_total(fewer, fewer.value * (1.0 + weight[fewer.row]))
        if chosen is None:
            return None
        if best is None or worst_of(fewer, chosen) > worst_of(fewer, best):
            best = chosen
        missing = target - fewer.sums(chosen)
        short = (missing > SLACK * max(1.0, abs(target))) & (problem.demand > 0)
        if not short.any():
            best = _lightest(fewer, weight, target, chosen) if weight.any() and rounds > 2 else chosen
            break
        weight[short] += np.maximum(missing[short] / max(abs(target), SLACK), 0.05) * 1.25 ** min(turn, 20)
    whole = np.zeros(problem.pairs, dtype=np.bool_)
    whole[np.flatnonzero(useful)[best]] = True
    return whole


def _lightest(problem: Problem, weight: Floats, target: float, chosen: Bools) -> Bools:
    """The highest total among the assignments that reach the target with a part of these weights."""
    low, high = 0.0, 1.0
    for _ in range(5):
        part = (low + high) / 2
        other = highest_total(problem, problem.value * (1.0 + part * weight[problem.row]))
        if other is not None and worst_of(problem, other) >= target - SLACK * max(1.0, abs(target)):
            high = part
            if problem.value[other].sum() > problem.value[chosen].sum():
                chosen = other
        else:
            low = part
    return chosen


def _ranked(problem: Problem) -> tuple[Floats, Floats, Bools]:
    """For each row the most it can receive and the value of the last pair in that; and which pairs are in it."""
    first = np.where(problem.locked, np.inf, problem.value)
    order = np.lexsort((-first, problem.row))
    starts = problem.starts()
    place = np.empty(problem.pairs, dtype=np.int64)
    place[order] = np.arange(problem.pairs) - np.repeat(starts[:-1], np.diff(starts))
    wanted = problem.demand[problem.row]
    among = place < wanted
    most = np.bincount(problem.row[among], problem.value[among], problem.rows).astype(np.float64)
    last = np.zeros(problem.rows)
    edge = place == wanted - 1
    last[problem.row[edge]] = problem.value[edge]
    return most, last, among


def _most_of_each_row(problem: Problem) -> Floats:
    return _ranked(problem)[0]


def _useful(problem: Problem, target: float) -> Bools:
    """The pairs with which their row can still reach the target."""
    most, last, among = _ranked(problem)
    with_it = np.where(among, most[problem.row], most[problem.row] - last[problem.row] + problem.value)
    kept: Bools = (with_it >= target - SLACK * max(1.0, abs(target))) | problem.locked
    return kept
