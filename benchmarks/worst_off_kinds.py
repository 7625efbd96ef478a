"""Instances on which the worst-off row is hard to lift: no room to spare, and much that rows have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

# Name: what every row demands (None: one to three), the share of the room that must stay over, and the share
# of its maximum that every column must take.
KINDS: dict[str, tuple[int | None, float, float]] = {
    "quality": (2, 0.0, 0.0),
    "quality, minima": (3, 0.0, 0.75),
    "quality, shared": (None, 0.0, 0.0),
    "clusters": (2, 0.04, 0.0),
    "tastes, minima": (3, 0.04, 0.75),
    "ties": (2, 0.0, 0.0),
    "sparse": (2, 0.04, 0.0),
    "lognormal": (2, 0.04, 0.0),
}


def of_kind(kind: str, rows: int, columns: int, *, seed: int = 1) -> tuple[Any, ...]:
    """An instance of this kind, as `assign` takes it: row, col, value, demand, minimum, maximum.

    Rows that demand several value each of them less in "quality, shared".
    """
    drawn = np.random.default_rng(seed)
    each, spare, due = KINDS[kind]
    demand = drawn.integers(1, 4, rows) if each is None else np.full(rows, each)
    row, col = np.nonzero(drawn.random((rows, columns)) < (0.4 if kind == "sparse" else 0.95))
    value = drawn.random(len(row))
    if kind.startswith("quality"):
        value = 0.2 + 0.6 * drawn.random(columns)[col] + drawn.normal(0, 0.03, len(row))
    elif kind == "clusters":
        same = drawn.integers(0, 5, rows)[row] == drawn.integers(0, 5, columns)[col]
        value = np.where(same, 0.8, 0.25) + drawn.normal(0, 0.08, len(row))
    elif kind.startswith("tastes"):
        value = (drawn.random((rows, 8))[row] * drawn.random((columns, 8))[col]).sum(axis=1) / 4
    elif kind == "ties":
        value = drawn.integers(1, 6, len(row)) / 5
    elif kind == "lognormal":
        value = drawn.lognormal(0, 1, len(row)) / 10
    if each is None:
        value = value / demand[row]
    room = np.full(columns, int(np.ceil(demand.sum() / (1 - spare) / columns)))
    return row, col, np.maximum(value, 0.001), demand, (due * room).astype(np.int64), room
