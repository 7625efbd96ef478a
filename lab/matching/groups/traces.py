"""A quick look before names are compared: names that leave no trace in common mean different bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lab.matching.names import first_letters, telling_words, words_of, written_words
from lab.matching.unions import ancestors, read_union, without_local

LEAST = 3  # so many letters at least stand for a name


@dataclass(frozen=True)
class Traces:
    """Everything in which the names of one organization can agree with those of another.

    `shown`: telling words, all words of a name together, the unions it may mean, every word as written.
    `sought`: the first two of these again, the unions and what they are part of, and what the first
    letters could be written as.
    """

    shown: frozenset[str]
    sought: frozenset[str]

    def meet(self, other: Traces) -> bool:
        """Whether anything agrees; where nothing does, `same_organization` and `nearness` say OTHER."""
        return not (self.shown.isdisjoint(other.sought) and other.shown.isdisjoint(self.sought))


def meeting(each: Sequence[Traces], others: Sequence[Traces]) -> set[tuple[int, int]]:
    """The places where one of these meets one of the others, the lower first, without a look at every pair."""
    return _found(each, others) | _found(others, each)


def _found(showing: Sequence[Traces], seeking: Sequence[Traces]) -> set[tuple[int, int]]:
    shown: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(showing):
        for sign in one.shown:
            shown[sign].append(place)
    return {
        (place, other) if place < other else (other, place)
        for place, one in enumerate(seeking)
        for sign in one.sought
        for other in shown.get(sign, ())
        if other != place
    }


def traces(names: Iterable[str]) -> Traces:
    """What these names leave together."""
    return _together(_of(name, (name, without_local(name))) for name in names)


def traces_without_locals(names: Iterable[str]) -> Traces:
    """What these names of unions leave in which `nearness` can find them near each other."""
    return _together(_of(name, (without_local(name),)) for name in names)


def _together(each: Iterable[Traces]) -> Traces:
    every = list(each)
    nothing: frozenset[str] = frozenset()
    return Traces(
        shown=nothing.union(*(one.shown for one in every)),
        sought=nothing.union(*(one.sought for one in every)),
    )


@lru_cache(maxsize=16384)
def _of(name: str, ways: tuple[str, ...]) -> Traces:
    """What a name leaves, written so; each kind has a sign of its own before it: only like meets like."""
    bodies = read_union(name).bodies
    above: set[str] = set().union(bodies, *map(ancestors, bodies))
    alike: set[str] = set()
    words: set[str] = set()
    letters: set[str] = set()
    for written in ways:
        alike |= {"=" + " ".join(sorted(words_of(written))), *(f"~{word}" for word in telling_words(written))}
        words |= {word for word in written_words(written) if len(word) >= LEAST}
        for run in first_letters(written):
            letters |= {
                run[start:end] for start in range(len(run)) for end in range(start + LEAST, len(run) + 1)
            }
    return Traces(
        shown=frozenset(alike | words | {f"@{body}" for body in bodies}),
        sought=frozenset(alike | letters | {f"@{body}" for body in above}),
    )
