"""The best way to pair a group: a matching of the most weight, shown to be the best by prices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

BEST = 12  # so many of the likeliest partners of each are looked at first

Edge = tuple[int, int]


def best_matching(weights: Mapping[Edge, int]) -> list[Edge]:
    """Pairs of places, nobody in two, with the most weight together. The same weights give the same pairs."""
    return sorted(pair for part in _parts(weights) for pair in _best(part))


def _parts(weights: Mapping[Edge, int]) -> Iterable[Mapping[Edge, int]]:
    """The pairs by who could be paired at all, also by way of others: each part is matched for itself."""
    if not weights:
        return ()
    import networkx as nx

    part = {
        place: number
        for number, places in enumerate(nx.connected_components(nx.Graph(sorted(weights))))
        for place in places
    }
    found: dict[int, dict[Edge, int]] = defaultdict(dict)
    for pair, weight in weights.items():
        found[part[pair[0]]][pair] = weight
    return found.values()


def _best(weights: Mapping[Edge, int]) -> list[Edge]:
    """A matching among the likeliest pairs, and among more until no other could be in a better one.

    Prices for everybody are so high that the two of a pair always pay for its weight. What a pair is
    overpaid is lost to a matching that has it, so who overpays more than a matching has lost in all is
    in no better one.
    """
    most, over = _prices(weights)
    room, each = 0, BEST
    while True:
        near = {pair for pair, much in over.items() if much <= room}
        some = _likeliest(near, over, each)
        pairs = _matching({pair: weights[pair] for pair in some})
        lost = most - 2 * sum(weights[pair] for pair in pairs)
        if not lost or (lost <= room and len(some) == len(near)):
            return pairs
        room, each = min(lost, max(2, 4 * room)), 4 * each


def _matching(weights: Mapping[Edge, int]) -> list[Edge]:
    import networkx as nx

    graph = nx.Graph()
    for (a, b), weight in sorted(weights.items()):
        graph.add_edge(a, b, weight=weight)
    return sorted((min(pair), max(pair)) for pair in nx.max_weight_matching(graph))


def _prices(weights: Mapping[Edge, int]) -> tuple[int, dict[Edge, int]]:
    """Twice the weight that no matching can pass, and by how much each pair is overpaid, twice as well.

    The prices are those of a best assignment, in which everybody chooses and is chosen once. Of an odd
    number one stays alone: nobody, a partner for anyone, takes that one, and the bound is the closer.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    places = sorted({place for pair in weights for place in pair})
    at = {place: number for number, place in enumerate(places)}
    odd = len(places) % 2
    alone = odd * (1 + max(weights.values()))
    table: Any = np.zeros((len(places) + odd,) * 2, dtype=np.int64)
    for (a, b), weight in weights.items():
        table[at[a], at[b]] = table[at[b], at[a]] = weight
    if odd:
        table[-1, :-1] = table[:-1, -1] = alone
    _, chosen = linear_sum_assignment(table, maximize=True)
    own = table[np.arange(len(table)), chosen]
    # Prices rise until nobody would rather have a place that another has.
    price = np.zeros(len(table), dtype=np.int64)
    while True:
        wished = (table + (price[chosen] - own)[:, None]).max(axis=0)
        if (wished <= price).all():
            break
        price = np.maximum(price, wished)
    both = own - price[chosen] + price
    return int(both.sum()) - 2 * alone, {
        (a, b): int(both[at[a]] + both[at[b]]) - 2 * weight for (a, b), weight in weights.items()
    }


def _likeliest(near: set[Edge], over: Mapping[Edge, int], each: int) -> set[Edge]:
    """The least overpaid pairs of everybody; among equals those that others do not name before them."""
    partners: dict[int, list[tuple[int, int, Edge]]] = {}
    for pair in near:
        for one, other in (pair, pair[::-1]):
            partners.setdefault(one, []).append((over[pair], abs(one - other), pair))
    return {pair for found in partners.values() for _, _, pair in sorted(found)[:each]}
