"""How alike texts are: TF-IDF over each person's separate texts, ranked by an inverted index.

A worker builds the index with scikit-learn; whoever has it ranks without. It is kept as plain numbers.
"""

from __future__ import annotations

import hashlib
import json
import struct
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from typing import Any

from lab.answers import Consultant
from lab.matching.text_part import (
    BEST,
    Part,
    best_of,
    best_of_many,
    cosine,
    little,
    mean,
    scores,
    scores_of_many,
)
from lab.matching.texts import apart, items_of, language_of, terms_of

FORMAT = "text index 1"
# Two texts that speak of the same thing in their own words reach about this mean of the best three.
PLAINLY_ALIKE = 0.22
# From so many texts on, a ranking takes numpy along: for fewer it is not worth the while.
MANY = 300
Vectors = Callable[[list[str]], Sequence[Sequence[float]]]


@dataclass(frozen=True)
class Document:
    """One person's texts: those they wrote, and those that are told of them in words of the vocabulary."""

    ref: str
    written: tuple[str, ...]
    told: tuple[str, ...] = ()


class Index:
    """Texts of many people, ready to be compared with one more."""

    def __init__(
        self,
        refs: Sequence[str],
        prints: Sequence[str],
        parts: Mapping[str, Part],
        *,
        model: str = "",
        known: Mapping[str, Sequence[float | None]] | None = None,
    ) -> None:
        self.refs = tuple(refs)
        self.prints = tuple(prints)
        self.model = model
        self._parts = dict(parts)
        self._known = dict(known or {})
        self._by_ref = {ref: at for at, ref in enumerate(self.refs)}
        self._by_print = {one: at for at, one in enumerate(self.prints)}
        self._everyone = lru_cache(maxsize=64)(self._compare_everyone)

    def rank(self, text: str, limit: int | None = None) -> list[tuple[str, float]]:
        """Everybody (or the best so many) with their likeness to a text, best first, ties by reference."""
        part = self._parts.get(language_of(text))
        if part is None:
            return []
        if len(part.owners) > MANY:
            return self._rank_many(part, text, limit)
        values = best_of(part, scores(part, text))
        refs = self.refs
        order = [(-value, refs[owner]) for owner, value in values]
        chosen = sorted(order) if limit is None else nsmallest(limit, order)
        return [(ref, share(-value)) for value, ref in chosen]

    def likeness(self, text: str, ref: str) -> float | None:
        """How alike a text is to those of one person; None where nothing can be compared."""
        at = self._by_ref.get(ref)
        return None if at is None or not text.strip() else self._everyone(text).get(at)

    def compare(self, text: str, texts: str) -> float | None:
        """The same for texts as `texts.as_one` gives them: those in the index, or a changed profile's."""
        if not text.strip():
            return None
        at = self._by_print.get(fingerprint(texts))
        if at is not None:
            return self._everyone(text).get(at)
        language = language_of(text)
        part = self._parts.get(language)
        theirs = [one for one in apart(texts) if language_of(one) == language]
        if part is None or not theirs:
            return None
        mine = part.vector(terms_of(text, language))
        cosines = (cosine(mine, part.vector(terms_of(one, language))) for one in theirs)
        return share(mean(sorted(cosines, reverse=True)[:BEST]))

    def _compare_everyone(self, text: str) -> dict[int, float]:
        known = self._known.get(fingerprint(text))
        if known is not None:
            return {at: value for at, value in enumerate(known) if value is not None}
        part = self._parts.get(language_of(text))
        if part is None:
            return {}
        return {owner: share(value) for owner, value in best_of(part, scores(part, text))}

    def _rank_many(self, part: Part, text: str, limit: int | None) -> list[tuple[str, float]]:
        import numpy as np

        owners, values = best_of_many(part, scores_of_many(part, text))
        count = len(values) if limit is None else min(limit, len(values))
        if count < len(values):
            least = np.partition(values, len(values) - count)[len(values) - count]
            chosen = np.flatnonzero(values >= least)
            if least <= 0:  # all the others are alike: the first by reference will do
                above = np.flatnonzero(values > 0)
                chosen = np.concatenate([above, np.flatnonzero(values <= 0)[: count - len(above)]])
        else:
            chosen = np.arange(len(values))
        refs = self.refs
        found = zip((-values[chosen]).tolist(), owners[chosen].tolist(), strict=True)
        order = sorted((value, refs[owner]) for value, owner in found)[:count]
        return [(ref, share(-value)) for value, ref in order]

    def to_bytes(self) -> bytes:
        """The index as plain numbers behind a line that says what they are."""
        numbers: list[bytes] = []
        parts = {}
        for language, part in self._parts.items():
            arrays = (part.idf, part.starts, part.items, part.weights, part.owners)
            parts[language] = {"terms": list(part.ids), "sizes": [len(one) for one in arrays]}
            numbers += [little(one).tobytes() for one in arrays]
        head = json.dumps(
            {
                "format": FORMAT, "refs": self.refs, "prints": self.prints, "model": self.model,
                "known": {one: list(values) for one, values in self._known.items()}, "parts": parts,
            }
        ).encode()  # fmt: skip
        return b"".join((struct.pack("<Q", len(head)), head, *numbers))

    @classmethod
    def from_bytes(cls, content: bytes) -> Index:
        """The index that `to_bytes` wrote. Raises ValueError for anything else."""
        try:
            (size,) = struct.unpack_from("<Q", content)
            head = json.loads(content[8 : 8 + size])
            if head["format"] != FORMAT:
                raise ValueError("another format")
            at, parts = 8 + size, {}
            for language, told in head["parts"].items():
                arrays = []
                for kind, length in zip("fiifi", told["sizes"], strict=True):
                    one: array[Any] = array(kind)
                    one.frombytes(content[at : at + length * one.itemsize])
                    arrays.append(little(one))
                    at += length * one.itemsize
                parts[language] = Part({term: n for n, term in enumerate(told["terms"])}, *arrays)
            return cls(head["refs"], head["prints"], parts, model=head["model"], known=head["known"])
        except (struct.error, KeyError, TypeError, ValueError) as wrong:
            raise ValueError(f"This is not a text index of this version: {wrong}") from None


def fingerprint(texts: str) -> str:
    """A short name of a text, the same for the same text."""
    return hashlib.blake2b(texts.encode(), digest_size=9).hexdigest()


def build(
    documents: Iterable[Document],
    *,
    model: str = "",
    vectors: Vectors | None = None,
    compared_with: Sequence[str] = (),
) -> Index:
    """The index of these documents; their order makes no difference. It loads scikit-learn.

    With `vectors`, how alike each text of `compared_with` is to everybody comes from that model, and
    other texts are compared by their words.
    """
    from lab.matching.text_building import built

    return built(documents, model=model, vectors=vectors, compared_with=compared_with)


def document_of(one: Consultant) -> Document:
    """A consultant's texts as the index takes them."""
    written, told = items_of(one)
    return Document(one.ref, written, told)


def of_consultants(consultants: Iterable[Consultant]) -> Index:
    """An index of these consultants, built once for the same texts."""
    documents = (document_of(one) for one in consultants)
    return _built(tuple(sorted(documents, key=lambda one: one.ref)))


@lru_cache(maxsize=4)
def _built(documents: tuple[Document, ...]) -> Index:
    return build(documents)


def share(alike: float) -> float:
    """A mean cosine as a likeness from 0 to 1."""
    return round(min(1.0, max(0.0, alike / PLAINLY_ALIKE)), 6)
