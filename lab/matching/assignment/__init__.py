"""Who is paired with whom, on plain arrays: as good in sum as can be, or as fair, with a proof.

Flow algorithms find the pairs: Ahuja, Magnanti, Orlin, *Network Flows* (1993), chapters 9 to 11. The bound
is the dual of the linear program, read off the flow as one price a column (same, section 9.4). What cannot
hold together follows from the border of a smallest cut (Hoffman's circulation theorem, same, section 6.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from lab.matching.assignment import fairness as fair
from lab.matching.assignment.certificate import Certificate, bound_of_total, broken_rules
from lab.matching.assignment.flow import highest_total, proved
from lab.matching.assignment.impossible import Change, Constraint, ImpossibleError, why_impossible
from lab.matching.assignment.problem import Bools, Floats, Ints, Problem, problem_of
from lab.matching.assignment.pruning import best_pairs, missed

__all__ = ["Assignment", "Certificate", "Change", "Constraint", "ImpossibleError", "assign"]

Fairness = Literal["total", "balanced", "worst_off"]
BALANCED_SHARE, BALANCED_SOLVES = 0.99, 5


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The chosen pairs, sorted by row and column.

    `total`: the sum of their values. `worst`: the lowest sum that a row with a demand receives (0 where
    none demands anything). `certificate`: how far this is from the best possible.
    """

    row: Ints
    col: Ints
    total: float
    worst: float
    certificate: Certificate


def assign(
    row: npt.ArrayLike,
    col: npt.ArrayLike,
    value: npt.ArrayLike,
    *,
    demand: npt.ArrayLike,
    minimum: npt.ArrayLike,
    maximum: npt.ArrayLike,
    fairness: Fairness = "total",
    locked: Iterable[Sequence[int]] = (),
    certify_worst: bool = False,
) -> Assignment:
    """Give each row as many distinct columns as it demands, within the loads of the columns.

    `row`, `col`, `value`: flat arrays with one entry for each allowed pair; what is not listed is banned.
    `demand`: one entry a row. `minimum`, `maximum`: one entry a column. `locked`: pairs of row and column
    that are chosen in any case.
    `fairness`: `total` gives the highest total; `worst_off` lifts the lowest sum of a row as high as it
    gets, then the total; `balanced` keeps 99 % of the highest total and lifts the lowest sum as high as a
    few flows get it. The certificate has a bound for the lowest sum where fairness is not `total` or
    `certify_worst` is set. The same input gives the same output.

    Raises ImpossibleError where no assignment keeps all constraints, with the reason and a way out, and
    ValueError where the arrays do not fit together.
    """
    if fairness not in ("total", "balanced", "worst_off"):
        raise ValueError(f"fairness is total, balanced or worst_off, not {fairness!r}")
    problem, _ = problem_of(row, col, value, demand=demand, minimum=minimum, maximum=maximum, locked=locked)
    chosen, prices = _highest_total(problem)
    certificate = _certified_total(problem, chosen, prices)
    if fairness == "total" and not certify_worst:
        return _assignment(problem, chosen, certificate)
    if fairness == "balanced":
        lifted = fair.balanced(problem, chosen, share=BALANCED_SHARE, solves=BALANCED_SOLVES)
    else:
        lifted = fair.highest_worst(problem, chosen, prices)
    pairs = chosen if fairness == "total" else lifted.chosen
    return _assignment(
        problem, pairs, replace(certificate, worst_bound=lifted.bound, worst_mixed=lifted.mixed)
    )


def _highest_total(problem: Problem) -> tuple[Bools, Floats]:
    """The pairs of the highest total and the prices that prove it, first among the best of each row.

    Pairs that were left out and would be worth their price come back until none is left: the prices
    prove the total over all pairs.
    """
    kept = best_pairs(problem)
    while True:
        small = problem if kept.all() else problem.only(kept)
        among = highest_total(small)
        if among is None:
            if kept.all():
                raise why_impossible(problem)
            kept = np.ones(problem.pairs, dtype=np.bool_)
            continue
        among, prices = proved(small, among)
        if small is problem:
            return among, prices
        chosen = np.zeros(problem.pairs, dtype=np.bool_)
        chosen[np.flatnonzero(kept)[among]] = True
        again = missed(problem, chosen, prices) & ~kept
        if not again.any():
            return chosen, prices
        kept = kept | again


def _certified_total(problem: Problem, chosen: Bools, prices: Floats) -> Certificate:
    return Certificate(total_bound=bound_of_total(problem, chosen, prices), total_gap=0.0, prices=prices)


def _assignment(problem: Problem, chosen: Bools, certificate: Certificate) -> Assignment:
    broken = broken_rules(problem, chosen)
    if broken:
        raise AssertionError("; ".join(broken))
    total, worst = float(problem.value[chosen].sum()), fair.worst_of(problem, chosen)
    bound = certificate.worst_bound
    return Assignment(
        row=problem.row[chosen],
        col=problem.col[chosen],
        total=total,
        worst=worst,
        certificate=replace(
            certificate,
            total_gap=_missing(total, certificate.total_bound),
            worst_gap=None if bound is None else _missing(worst, bound),
        ),
    )


def _missing(reached: float, bound: float) -> float:
    """What is missing to the bound, as a share of it; never negative by rounding."""
    return max(0.0, (bound - reached) / abs(bound)) if bound else max(0.0, bound - reached)
