"""What past choices say about the weights: a logistic model that starts at the policy and stays there until cases speak.

A criterion's weight is the policy's times e to the power of u, and u is drawn towards 0 with the stated
spread. So no weight turns negative, and without cases nothing changes. Log-odds are an intercept plus a
slope times the weighted score. Everything here is plain arrays: one row a past case, one column a criterion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.matching.calibration import brier, calibrated, interval_of, platt
from lab.matching.descent import chance, lowest

# Nothing is learned, nor shown, from fewer past cases than this.
LEAST_CASES = 20
# How far the true weights are expected from the policy's, as the spread of their logarithm; and how much the
# log-odds are expected to rise from a score of 0 to a score of 100. Both are modest on purpose: where outcomes
# say little, learned weights rank hardly worse than the policy's (`benchmarks/learning.py` tells how much).
SPREAD = 0.55
SLOPE, SLOPE_SPREAD = 9.0, 0.7
INTERCEPT_SPREAD = 2.0
FURTHEST = 5.0  # e to this power is far beyond any weight that is meant: keeps the arithmetic finite
DRAWS = 2000
Array = Any


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Weights that fit past cases best, given the policy's; they add up to 1, as do the policy's in here."""

    weights: Array
    mean: Array
    intercept: float
    slope: float
    theta: Array  # as the search found it, for a quick start of the next
    covariance: Array

    def log_odds(self, shares: Array) -> Array:
        """The log-odds of a good end for these rows of shares."""
        return self.intercept + self.slope * ((shares - self.mean) @ self.weights)


def filled(shares: Array, prior: Array) -> Array:
    """Shares without gaps: what a case does not ask (NaN) counts as the rest of its row does, under these weights."""
    import numpy as np

    given = np.asarray(shares, dtype=float)
    used = ~np.isnan(given) * np.asarray(prior, dtype=float)
    total = used.sum(axis=1)
    score = np.divide(np.nansum(given * used, axis=1), total, out=np.zeros(len(given)), where=total > 0)
    return np.where(np.isnan(given), score[:, None], given)


def fit(
    shares: Array,
    good: Array,
    prior: Array,
    *,
    spread: float = SPREAD,
    slope: float = SLOPE,
    start: Array | None = None,
) -> Fit:
    """The most likely weights after these cases. `good` holds 1 or 0, `prior` the policy's weights.

    The rows have no gaps (see `filled`) and count from 0 to 1. Without cases the weights are the policy's.
    Raises ValueError where the sizes do not fit or a weight is negative.
    """
    import numpy as np

    first = _checked(prior)
    rows = np.clip(np.asarray(shares, dtype=float).reshape(-1, len(first)), 0, 1)
    ends = np.asarray(good, dtype=float)
    if len(rows) != len(ends):
        raise ValueError("Each row of shares needs one end.")
    mean = rows.mean(axis=0) if len(rows) else np.zeros(len(first))
    problem = _Problem(rows - mean, ends, first, spread, math.log(slope))
    begin = problem.middle() if start is None else start
    low, high = problem.bounds()
    theta = lowest(problem.loss, problem.curvature, begin=begin, low=low, high=high)
    kinds = len(first)
    raw = first * np.exp(theta[:kinds])
    # The slope takes up what the weights gain in all, so that the weights can add up to 1.
    return Fit(
        weights=raw / raw.sum(), mean=mean, intercept=float(theta[kinds]),
        slope=float(np.exp(theta[kinds + 1]) * raw.sum()), theta=theta,
        covariance=np.linalg.inv(problem.curvature(theta)),
    )  # fmt: skip


def _checked(prior: Array) -> Array:
    import numpy as np

    first = np.asarray(prior, dtype=float)
    if not np.isfinite(first).all() or (first < 0).any() or first.sum() <= 0:
        raise ValueError("Weights are numbers from 0, and at least one is above 0.")
    return first / first.sum()


@dataclass(frozen=True)
class _Problem:
    """What is minimized: how badly the cases are told, and how far the weights are from the policy's."""

    rows: Array
    ends: Array
    first: Array
    spread: float
    log_slope: float

    def middle(self) -> Array:
        import numpy as np

        return np.concatenate([np.zeros(len(self.first) + 1), [self.log_slope]])

    def bounds(self) -> tuple[Array, Array]:
        import numpy as np

        off = np.array([FURTHEST] * len(self.first) + [20.0, 3.0])
        return self.middle() - off, self.middle() + off

    def _parts(self, theta: Array) -> tuple[Array, Array]:
        """The log-odds of each case, and how they change with each unknown."""
        import numpy as np

        kinds = len(self.first)
        by_kind = np.exp(theta[kinds + 1]) * self.rows * (self.first * np.exp(theta[:kinds]))
        score = by_kind.sum(axis=1)
        return theta[kinds] + score, np.column_stack([by_kind, np.ones(len(score)), score])

    def _scale(self) -> Array:
        import numpy as np

        return np.array([self.spread] * len(self.first) + [INTERCEPT_SPREAD, SLOPE_SPREAD])

    def loss(self, theta: Array) -> tuple[float, Array]:
        import numpy as np

        odds, changes = self._parts(theta)
        off = (theta - self.middle()) / self._scale()
        value = np.logaddexp(0, odds).sum() - self.ends @ odds + 0.5 * off @ off
        return float(value), changes.T @ (chance(odds) - self.ends) + off / self._scale()

    def curvature(self, theta: Array) -> Array:
        """How sharply the loss rises around its lowest point: its inverse is how unsure the unknowns are."""
        import numpy as np

        odds, changes = self._parts(theta)
        likely = chance(odds)
        return (changes.T * (likely * (1 - likely))) @ changes + np.diag(self._scale() ** -2)


def intervals(found: Fit, *, seed: int = 1) -> tuple[Array, Array]:
    """From and to for each weight: nine in ten of what the cases leave possible (Laplace's approximation)."""
    import numpy as np

    kinds = len(found.weights)
    draws = np.random.default_rng(seed).multivariate_normal(
        np.zeros(kinds), found.covariance[:kinds, :kinds], size=DRAWS, method="eigh"
    )
    raw = found.weights * np.exp(np.clip(draws, -FURTHEST, FURTHEST))
    low, high = np.quantile(raw / raw.sum(axis=1, keepdims=True), interval_of(), axis=0)
    return low, high


def left_out(
    shares: Array, good: Array, groups: Sequence[str], prior: Array, *, spread: float = SPREAD
) -> Array:
    """The log-odds of each case as told by the cases of all other organizations; `groups` names the organization."""
    import numpy as np

    rows, ends, names = np.asarray(shares, dtype=float), np.asarray(good, dtype=float), np.asarray(groups)
    start = fit(rows, ends, prior, spread=spread).theta
    odds = np.zeros(len(ends))
    for name in np.unique(names):
        out = names == name
        odds[out] = fit(rows[~out], ends[~out], prior, spread=spread, start=start).log_odds(rows[out])
    return odds


def points(weights: Array, names: Sequence[str]) -> dict[str, float]:
    """Weights by name as points of 100, to one decimal."""
    total = math.fsum(float(one) for one in weights)
    return {name: round(float(one) * 100 / total, 1) for name, one in zip(names, weights, strict=True)}


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What past cases say: weights with their intervals, and how well they foretell, told beside the policy's."""

    weights: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    cases: int
    good: int
    organizations: int
    brier: tuple[float, float, float]
    brier_of_policy: float
    calibration: tuple[float, float]

    @property
    def foretells_better(self) -> bool:
        """Whether the new weights foretell the ends of left-out organizations better than the policy's do."""
        return self.brier[0] < self.brier_of_policy


def learn(
    shares: Sequence[Sequence[float]],
    good: Sequence[bool],
    groups: Sequence[str],
    policy: Mapping[str, float],
) -> Learned | None:
    """What these cases say about the policy's weights; None for fewer than twenty, all good or all not, or one organization.

    `shares` has a column for each name of `policy`, in its order; NaN is what a case does not ask.
    """
    import numpy as np

    names, organizations = list(policy), len(set(groups))
    yes = sum(map(bool, good))
    if len(good) < LEAST_CASES or yes in (0, len(good)) or organizations < 2:
        return None
    prior = _checked([policy[name] for name in names])
    rows, ends = filled(shares, prior), np.asarray(good, dtype=float)
    found = fit(rows, ends, prior)
    low, high = intervals(found)
    odds = left_out(rows, ends, groups, prior)
    # The same model with the weights held at the policy's: what is left is the intercept and the slope.
    as_now = left_out(rows, ends, groups, prior, spread=1e-3)
    return Learned(
        weights=points(found.weights, names),
        low={name: round(float(one) * 100, 1) for name, one in zip(names, low, strict=True)},
        high={name: round(float(one) * 100, 1) for name, one in zip(names, high, strict=True)},
        cases=len(good), good=yes, organizations=organizations,
        brier=brier(calibrated(odds, ends, groups), ends, groups),
        brier_of_policy=brier(calibrated(as_now, ends, groups), ends, groups)[0],
        calibration=platt(odds, ends),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What other weights would have done on past shortlists."""

    shortlists: int
    other_first: int  # somebody else would have come first
    met_before: int  # the director chose who came first
    met_after: int


def effect(
    shortlists: Sequence[tuple[Sequence[Sequence[float]], int]],
    before: Mapping[str, float],
    after: Mapping[str, float],
) -> Effect:
    """Compare two sets of weights on past shortlists: the candidates' shares in order, and who was chosen."""
    import numpy as np

    old = _checked(list(before.values()))
    new = _checked([after[name] for name in before])
    firsts = []
    for shares, chosen in shortlists:
        rows = np.asarray(shares, dtype=float)
        firsts.append(
            (int(np.argmax(filled(rows, old) @ old)), int(np.argmax(filled(rows, new) @ new)), chosen)
        )
    return Effect(
        shortlists=len(firsts),
        other_first=sum(one != other for one, other, _ in firsts),
        met_before=sum(one == chosen for one, _, chosen in firsts),
        met_after=sum(other == chosen for _, other, chosen in firsts),
    )
