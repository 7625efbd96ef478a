"""A quick look before names are compared: names that leave no trace in common mean different bodies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lab.matching.names import first_letters, telling_words, words_of, written_words
from lab.matching.unions import ancestors, read_union, without_local

LEAST = 3  # so many letters at least stand for a name


@dataclass(frozen=True)
class Traces:
    """Everything in which the names of one organization can agree with those of another.

    `signs`: telling words, all words of a name together, the unions it may mean with what they are part
    of. `words`: every word as written. `letters`: what the first letters could be written as.
    """

    signs: frozenset[str]
    words: frozenset[str]
    letters: frozenset[str]

    def meet(self, other: Traces) -> bool:
        """Whether anything agrees; where nothing does, `same_organization` and `nearness` say OTHER."""
        return not (
            self.signs.isdisjoint(other.signs)
            and self.words.isdisjoint(other.letters)
            and self.letters.isdisjoint(other.words)
        )


def traces(names: Iterable[str]) -> Traces:
    """What these names leave together."""
    each = [_of(name) for name in names]
    nothing: frozenset[str] = frozenset()
    return Traces(
        signs=nothing.union(*(one.signs for one in each)),
        words=nothing.union(*(one.words for one in each)),
        letters=nothing.union(*(one.letters for one in each)),
    )


@lru_cache(maxsize=16384)
def _of(name: str) -> Traces:
    bodies = read_union(name).bodies
    signs: set[str] = set().union(bodies, *map(ancestors, bodies))
    words: set[str] = set()
    letters: set[str] = set()
    for written in (name, without_local(name)):
        signs |= telling_words(written)
        signs.add("=" + " ".join(sorted(words_of(written))))
        words |= {word for word in written_words(written) if len(word) >= LEAST}
        for run in first_letters(written):
            letters |= {
                run[start:end] for start in range(len(run)) for end in range(start + LEAST, len(run) + 1)
            }
    return Traces(frozenset(signs), frozenset(words), frozenset(letters))
