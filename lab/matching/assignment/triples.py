"""The cheapest three of a row's columns that reach a value, exactly, for many rows at once."""

from __future__ import annotations

import numpy as np

from lab.matching.assignment.problem import Bools, Floats, Ints

# How many twos of columns are weighed at once, and how near, as a share of a row's span, is near enough.
AT_ONCE, NEAR = 1_000_000, 1e-9


def first_up_to(price: Floats) -> Ints:
    """For each row and place, where the lowest price up to that place stands."""
    lowest = np.minimum.accumulate(price, axis=1)
    new = np.concatenate([np.ones((len(price), 1), np.bool_), lowest[:, 1:] < lowest[:, :-1]], axis=1)
    return np.maximum.accumulate(np.where(new, np.arange(price.shape[1])[None, :], 0), axis=1)


def cheapest_three(value: Floats, price: Floats, need: Floats, known: Ints | None = None) -> Ints:
    """The places of the three with the lowest sum of prices whose values add up to `need`, three a row.

    `value`: one line a row, the highest first, minus infinity where there is none; `price`: the same shape.
    The first three of every row must reach its need. `known`: places that may be near the cheapest; the
    better they are, the less is weighed.
    """
    enough = price[:, :3].sum(axis=1)
    if known is not None:
        reached = np.take_along_axis(value, known, axis=1).sum(axis=1) >= need
        cost = np.take_along_axis(price, known, axis=1).sum(axis=1)
        enough = np.where(reached, np.minimum(cost, enough), enough)
    enough = enough + NEAR * (1.0 + np.abs(enough))
    places, many = _worth_a_look(price, np.isfinite(value))
    wide = places.shape[1]
    values = np.take_along_axis(value, places, axis=1)
    prices = np.take_along_axis(price, places, axis=1)
    none = np.arange(wide)[None, :] >= many[:, None]
    values[none], prices[none] = -np.inf, np.inf
    found = np.zeros((len(value), 3), dtype=np.int64)
    step = max(1, AT_ONCE // max(1, wide * (wide - 1) // 2))
    for at in range(0, len(value), step):
        own = slice(at, at + step)
        found[own] = _weighed(values[own], prices[own], need[own], enough[own])
    return np.take_along_axis(places, found, axis=1)


def _worth_a_look(price: Floats, real: Bools) -> tuple[Ints, Ints]:
    """The places with fewer than three at least as good and as cheap, and how many they are in each row.

    A set that holds another can exchange it for one of those three: no set needs it.
    """
    rows, width = price.shape
    lowest = np.full((3, rows), np.inf)
    kept = np.zeros((rows, width), dtype=np.bool_)
    for column in range(width):
        one = np.where(real[:, column], price[:, column], np.inf)
        kept[:, column] = one < lowest[2]
        for rank in range(3):
            lowest[rank], one = np.minimum(lowest[rank], one), np.maximum(lowest[rank], one)
    many = kept.sum(axis=1)
    places = np.zeros((rows, max(int(many.max(initial=0)), 3)), dtype=np.int64)
    row, place = np.nonzero(kept)
    places[row, (np.cumsum(kept, axis=1) - 1)[row, place]] = place
    return places, many


def _weighed(value: Floats, price: Floats, need: Floats, enough: Floats) -> Ints:
    """For each two of the places the cheapest third before both that makes up the need; the best of all.

    What would cost more than `enough` even with the cheapest third is left out.
    """
    rows, wide = value.shape
    last, middle = np.tril_indices(wide, -1)
    last, middle = last[middle > 0], middle[middle > 0]
    first = first_up_to(price)
    lowest = price[:, middle] + np.take_along_axis(price, first, axis=1)[:, middle - 1]
    row, two = np.nonzero(price[:, last] + lowest <= enough[:, None])
    last, middle = last[two], middle[two]
    wanted = need[row] - value[row, last] - value[row, middle]
    # One sorted line for all rows: each has its own stretch of length two.
    low = np.where(np.isfinite(value), value, np.inf).min(axis=1)
    span = np.maximum(value[:, 0] - low, 1e-300)
    line = 2.0 * np.arange(rows)[:, None] + np.minimum((value[:, :1] - value) / span[:, None], 1.5)
    sought = 2.0 * row + np.clip((value[row, 0] - wanted) / span[row] + NEAR, -0.25, 1.25)
    third = np.searchsorted(line.ravel(), sought, side="right") - 1 - row * wide
    third = np.minimum(third, middle - 1)
    cheapest = first[row, np.maximum(third, 0)]
    cost = np.where(third >= 0, price[row, last] + price[row, middle] + price[row, cheapest], np.inf)
    starts = np.searchsorted(row, np.arange(rows))
    least = np.minimum.reduceat(cost, starts)
    at = np.flatnonzero(cost == least[row])
    _, first = np.unique(row[at], return_index=True)
    at = at[first]
    found: Ints = np.column_stack([cheapest[at], middle[at], last[at]])
    return found
