"""The best way to pair a group: a matching of the most weight, shown to be the best by a bound."""

from collections.abc import Mapping
from typing import Any

BEST = 12  # so many of the best partners of each are looked at first

Edge = tuple[int, int]


def best_matching(weights: Mapping[Edge, int], count: int) -> list[Edge]:
    """Pairs of places under `count`, nobody in two, with the most weight together.

    A search among everybody's best partners is quick; a bound over all pairs says whether it has missed
    anything, and only then more partners are looked at. The same weights give the same pairs.
    """
    if not weights:
        return []
    most, likely = _bound(weights, count)
    each = BEST
    while True:
        some = _some(weights, each) | likely
        pairs = _matching({pair: weights[pair] for pair in some})
        if len(some) == len(weights) or sum(weights[pair] for pair in pairs) >= most:
            return pairs
        each *= 4


def _matching(weights: Mapping[Edge, int]) -> list[Edge]:
    import networkx as nx

    graph = nx.Graph()
    for (a, b), weight in sorted(weights.items()):
        graph.add_edge(a, b, weight=weight)
    return sorted((min(pair), max(pair)) for pair in nx.max_weight_matching(graph))


def _bound(weights: Mapping[Edge, int], count: int) -> tuple[int, set[Edge]]:
    """More weight than this no matching has, and the pairs by which the bound is reached.

    Everybody chooses a partner and is chosen by one: a matching does so from both its ends, so the best
    of these choices weighs at least twice as much.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    table: Any = np.zeros((count, count))
    for (a, b), weight in weights.items():
        table[a, b] = table[b, a] = weight
    rows, columns = linear_sum_assignment(table, maximize=True)
    chosen = {(min(a, b), max(a, b)) for a, b in zip(rows.tolist(), columns.tolist(), strict=True)}
    return int(table[rows, columns].sum()) // 2, chosen & weights.keys()


def _some(weights: Mapping[Edge, int], each: int) -> set[Edge]:
    """The best partners of everybody; among equals those that others do not name before them."""
    partners: dict[int, list[tuple[int, int, Edge]]] = {}
    for pair, weight in weights.items():
        for one, other in (pair, pair[::-1]):
            partners.setdefault(one, []).append((-weight, abs(one - other), pair))
    return {pair for found in partners.values() for _, _, pair in sorted(found)[:each]}
