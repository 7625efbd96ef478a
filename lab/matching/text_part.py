"""The texts of one language as plain numbers: each word with its weight and the texts it stands in."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from lab.matching.texts import language_of, terms_of

BEST = 3


@dataclass
class Part:
    """The texts of one language: its words with their weights, and for each the texts it stands in."""

    ids: dict[str, int]
    idf: array[float]
    starts: array[int]
    items: array[int]
    weights: array[float]
    owners: array[int]  # of each text, ascending
    firsts: array[int] = field(init=False)  # where the texts of each owner begin
    one_each: bool = field(init=False)

    def __post_init__(self) -> None:
        firsts = array("i")
        last = -1
        for at, owner in enumerate(self.owners):
            if owner != last:
                firsts.append(at)
                last = owner
        self.one_each = len(firsts) == len(self.owners)
        firsts.append(len(self.owners))
        self.firsts = firsts

    def vector(self, terms: Iterable[str]) -> dict[int, float]:
        """The words of a text that are known here, weighted, of length one."""
        ids, idf = self.ids, self.idf
        times: dict[int, int] = {}
        for term in terms:
            at = ids.get(term)
            if at is not None:
                times[at] = times.get(at, 0) + 1
        found = {at: idf[at] * (1.0 + math.log(n) if n > 1 else 1.0) for at, n in times.items()}
        length = math.sqrt(math.fsum([weight * weight for weight in found.values()]))
        return {at: weight / length for at, weight in found.items()} if length else {}


def scores(part: Part, text: str) -> list[float]:
    """The cosine of a text with every text of the part."""
    found = [0.0] * len(part.owners)
    starts, items, weights = part.starts, part.items, part.weights
    for at, mine in part.vector(terms_of(text, language_of(text))).items():
        begin, end = starts[at], starts[at + 1]
        for item, weight in zip(items[begin:end], weights[begin:end], strict=True):
            found[item] += mine * weight
    return found


def scores_of_many(part: Part, text: str) -> Any:
    """The same where there are many texts."""
    import numpy as np

    items, weights = np.frombuffer(part.items, np.int32), np.frombuffer(part.weights, np.float32)
    starts, found = part.starts, part.vector(terms_of(text, language_of(text)))
    if not found:
        return np.zeros(len(part.owners))
    places = np.concatenate([items[starts[at] : starts[at + 1]] for at in found])
    added = np.concatenate([weights[starts[at] : starts[at + 1]] * mine for at, mine in found.items()])
    return np.bincount(places, added, len(part.owners))


def best_of(part: Part, values: list[float]) -> list[tuple[int, float]]:
    """For each owner the mean of the best three."""
    owners, firsts = part.owners, part.firsts
    if part.one_each:
        return list(zip(owners, values, strict=True))
    return [(owners[a], mean(sorted(values[a:b], reverse=True)[:BEST])) for a, b in pairwise(firsts)]


def best_of_many(part: Part, values: Any) -> tuple[Any, Any]:
    """The same where there are many texts: owners and their means."""
    import numpy as np

    owners = np.frombuffer(part.owners, np.int32)
    if part.one_each:
        return owners, values
    firsts = np.frombuffer(part.firsts, np.int32)
    counts = np.diff(firsts)
    order = np.lexsort((-values, owners))
    place = np.arange(len(values)) - np.repeat(firsts[:-1], counts)
    sums = np.add.reduceat(np.where(place < BEST, values[order], 0.0), firsts[:-1])
    return owners[firsts[:-1]], sums / np.minimum(counts, BEST)


def cosine(mine: Mapping[int, float], theirs: Mapping[int, float]) -> float:
    """The cosine of two vectors of length one."""
    return math.fsum(weight * theirs.get(at, 0.0) for at, weight in mine.items())


def mean(values: Sequence[float]) -> float:
    """The mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def little(numbers: array[Any]) -> array[Any]:
    """The numbers with the lowest byte first, as they are kept."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers
