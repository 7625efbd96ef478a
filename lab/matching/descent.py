"""The lowest point of a small smooth problem: Gauss–Newton steps, halved until each goes down, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Array = Any
MOST_STEPS = 200
ENOUGH, LEAST_STEP = 1e-9, 1e-6


def lowest(
    loss: Callable[[Array], tuple[float, Array]],
    curvature: Callable[[Array], Array],
    *,
    begin: Array,
    low: Array,
    high: Array,
) -> Array:
    """Where `loss` (which gives value and slope) is lowest from `begin` on, between `low` and `high`."""
    import numpy as np

    here = np.clip(begin, low, high)
    value, slope = loss(here)
    for _ in range(MOST_STEPS):
        step = np.linalg.solve(curvature(here), slope)
        if slope @ step < ENOUGH:
            return here
        size = 1.0
        while size > LEAST_STEP:
            there = np.clip(here - size * step, low, high)
            told, after = loss(there)
            if told < value:
                break
            size /= 2
        else:
            return here
        here, value, slope = there, told, after
    return here


def chance(log_odds: Array) -> Array:
    """Log-odds as chances, whatever their size."""
    import numpy as np

    return 0.5 * (1 + np.tanh(np.asarray(log_odds) / 2))
