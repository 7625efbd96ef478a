"""How far chances can be believed: calibration, the Brier score, and shares of small counts with their intervals.

Everything here is plain arrays; what is said of a case is always told by the cases of other organizations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lab.matching.descent import chance, lowest

DRAWS = 2000
SHOWN = 0.9  # intervals hold this share
Array = Any


def interval_of() -> list[float]:
    """Where an interval begins and ends, as shares of all that is possible."""
    return [(1 - SHOWN) / 2, (1 + SHOWN) / 2]


def platt(odds: Array, good: Array) -> tuple[float, float]:
    """Slope and shift that make log-odds into chances that come true (Platt's, with his smoothed ends).

    The slope is drawn towards 1 and the shift towards 0, so that a handful of cases moves them little;
    the slope is never negative.
    """
    import numpy as np

    told, ends = np.asarray(odds, dtype=float), np.asarray(good, dtype=float)
    yes = ends.sum()
    aim = np.where(ends > 0, (yes + 1) / (yes + 2), 1 / (len(ends) - yes + 2))

    def loss(theta: Array) -> tuple[float, Array]:
        logits = theta[0] * told + theta[1]
        off = theta - np.array([1.0, 0.0])
        miss = chance(logits) - aim
        return (
            float(np.logaddexp(0, logits).sum() - aim @ logits + 0.5 * off @ off),
            np.array([miss @ told, miss.sum()]) + off,
        )

    def curvature(theta: Array) -> Array:
        likely = chance(theta[0] * told + theta[1])
        rise, by = likely * (1 - likely), np.column_stack([told, np.ones(len(told))])
        return (by.T * rise) @ by + np.eye(2)

    low, high = np.array([0.0, -20.0]), np.array([10.0, 20.0])
    slope, shift = lowest(loss, curvature, begin=np.array([1.0, 0.0]), low=low, high=high)
    return float(slope), float(shift)


def calibrated(odds: Array, good: Array, groups: Sequence[str]) -> Array:
    """Chances from left-out log-odds, each calibrated on the other organizations alone."""
    import numpy as np

    told, ends, names = np.asarray(odds, dtype=float), np.asarray(good, dtype=float), np.asarray(groups)
    chances = np.zeros(len(told))
    for name in np.unique(names):
        out = names == name
        slope, shift = platt(told[~out], ends[~out])
        chances[out] = chance(slope * told[out] + shift)
    return chances


def brier(chances: Array, good: Array, groups: Sequence[str], *, seed: int = 1) -> tuple[float, float, float]:
    """The mean squared miss of these chances, and its interval when organizations are drawn anew; 0 is perfect."""
    import numpy as np

    misses, names = (np.asarray(chances) - np.asarray(good, dtype=float)) ** 2, np.asarray(groups)
    kinds = np.unique(names)
    sums = np.array([misses[names == name].sum() for name in kinds])
    sizes = np.array([(names == name).sum() for name in kinds])
    drawn = np.random.default_rng(seed).integers(len(kinds), size=(DRAWS, len(kinds)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), interval_of())
    return float(misses.mean()), float(low), float(high)


def share_with_interval(yes: int, of: int) -> tuple[float, float, float]:
    """A share with the interval that holds for small counts too (Wilson's, nine in ten). Needs at least one case."""
    z, share = 1.6449, yes / of
    middle, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)
    return share, max(0.0, low), min(1.0, high)
