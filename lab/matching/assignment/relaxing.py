"""What a row pays at least for a set that reaches a target, where weighing all sets would take too long.

A shortfall is priced instead of forbidden (Lagrange): with any weight on it the cheapest set costs no more
than the cheapest that reaches the target. The weights are kept from one call to the next.
"""

from __future__ import annotations

import numpy as np

from lab.matching.assignment.problem import Bools, Floats, Ints

# How many weights are tried the first time and later, and how far they move at first.
FIRST, LATER = (10, 64.0), (3, 2.0)
FAR = 1e6


class Relaxed:
    """Rows with what their places are worth, and how many of them each demands."""

    def __init__(self, value: Floats, demand: Ints) -> None:
        self.value = np.where(np.isfinite(value), value, 0.0)
        self.missing: Bools = ~np.isfinite(value)
        self.groups = [(int(many), np.flatnonzero(demand == many)) for many in np.unique(demand)]
        self.weight: Floats | None = None

    def cheapest(self, price: Floats, need: Floats) -> tuple[Floats, list[tuple[int, Ints, Ints]]]:
        """A cost that no set of each row falls below, and sets with it: how many, the rows, their places."""
        price = np.where(self.missing, 0.0, price)
        tries, far = LATER
        if self.weight is None:
            tries, far = FIRST
            scale = float(np.abs(price).max(initial=0.0)) / (
                float(np.abs(self.value).max(initial=0.0)) or 1.0
            )
            if not scale:
                tries = 1
            weight = np.full(len(price), scale)
        else:
            weight = self.weight
        best = np.full(len(price), -np.inf)
        chosen = [np.zeros((len(own), many), np.int64) for many, own in self.groups]
        for _ in range(tries):
            cost = np.where(
                self.missing, FAR * (1.0 + np.abs(price).max()), price - weight[:, None] * self.value
            )
            reached, bound = np.zeros(len(price)), weight * need
            for group, (many, own) in enumerate(self.groups):
                places = np.argpartition(cost[own], many - 1, axis=1)[:, :many]
                bound[own] += np.take_along_axis(cost[own], places, axis=1).sum(axis=1)
                reached[own] = np.take_along_axis(self.value[own], places, axis=1).sum(axis=1)
                better = bound[own] > best[own]
                chosen[group][better] = places[better]
            best = np.maximum(best, bound)
            weight = weight * np.where(reached >= need, 1.0 / far, far)
            far **= 0.5
        self.weight = weight if weight.any() else None
        return best, [(many, own, places) for (many, own), places in zip(self.groups, chosen, strict=True)]
