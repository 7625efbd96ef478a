"""Ranking one text against many: `.venv/bin/python -m benchmarks.text_ranking [--rounds 7]`.

Ours, an inverted index with the ten best taken, against scikit-learn's `transform` and
`cosine_similarity` over the same weights, one after the other in every round. Before the clock runs,
both must put sample texts in the same order. Figures are medians of the rounds.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from lab import vocabulary as words
from lab.matching.text_building import reader_of
from lab.matching.text_index import PLAINLY_ALIKE, Document, Index, build
from lab.matching.texts import language_of

SIZES = {6: 20, 1_000: 5, 100_000: 20}  # texts, and how many times faster ours has to be
TEN = 10


def made_up(count: int, *, seed: int = 7) -> list[Document]:
    """Texts of some thirty words, drawn from those of the field and from many rarer ones."""
    chance = random.Random(seed)
    field = sorted(
        {
            word.strip(".,;:()").lower()
            for term in (*words.NEEDS.values(), *words.STAGES.values())
            for word in f"{term.label.en} {term.hint.en}".split()
            if language_of(word) == "en"
        }
    )
    rarer = ["".join(chance.choices("abcdefghilmnoprstu", k=7)) for _ in range(20_000)]
    shares = [1 / (place + 1) for place in range(len(rarer))]
    return [
        Document(
            f"T{number:06}",
            (" ".join(("the team", *chance.choices(field, k=18), *chance.choices(rarer, shares, k=12))),),
        )
        for number in range(count)
    ]


def asked(count: int, *, seed: int = 11) -> list[str]:
    """Texts to rank, of the same kind."""
    return [one.written[0] for one in made_up(count, seed=seed)]


class Usual:
    """What one writes with scikit-learn."""

    def __init__(self, documents: list[Document]) -> None:
        self.reader = reader_of(documents, "en")
        self.matrix = self.reader.transform([one.written[0] for one in documents])

    def cosines(self, text: str) -> Any:
        """The likeness of a text to each of them."""
        from sklearn.metrics.pairwise import cosine_similarity

        return cosine_similarity(self.reader.transform([text]), self.matrix)[0]


def agree(index: Index, usual: Usual, documents: list[Document], texts: list[str]) -> None:
    """Refuse to measure two that do not give the same order."""
    for text in texts:
        cosines = dict(zip((one.ref for one in documents), usual.cosines(text).tolist(), strict=True))
        best = sorted(cosines.values(), reverse=True)[:TEN]
        found = index.rank(text, TEN)
        assert len(found) == min(TEN, len(documents))
        for (ref, likeness), wanted in zip(found, best, strict=True):
            assert abs(cosines[ref] - wanted) < 1e-6, (ref, cosines[ref], wanted)
            assert abs(min(1.0, cosines[ref] / PLAINLY_ALIKE) - likeness) < 1e-5


def spent(deed: Callable[[str], object], texts: list[str]) -> float:
    """Seconds for one text, as the mean over these."""
    began = time.perf_counter()
    for text in texts:
        deed(text)
    return (time.perf_counter() - began) / len(texts)


def measure(rounds: int) -> list[tuple[int, float, float, int]]:
    """For each size: seconds of ours, seconds of the usual way, and how many times faster it has to be."""
    found = []
    for count, goal in SIZES.items():
        documents = made_up(count)
        index, usual = Index.from_bytes(build(documents).to_bytes()), Usual(documents)
        texts = asked(40 if count < 10_000 else 8)
        agree(index, usual, documents, texts)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(spent(lambda text, index=index: index.rank(text, TEN), texts))  # type: ignore[misc]
            theirs.append(spent(usual.cosines, texts))
        found.append((count, statistics.median(ours), statistics.median(theirs), goal))
    return found


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    rounds = max(5, options.parse_args().rounds)
    print(f"{'texts':>8} {'ours':>12} {'transform + cosine_similarity':>30} {'times faster':>13} {'goal':>5}")
    for count, ours, theirs, goal in measure(rounds):
        print(
            f"{count:>8,} {ours * 1e6:>9.0f} µs {theirs * 1e6:>27.0f} µs {theirs / ours:>13.1f} {goal:>5}",
            flush=True,
        )


if __name__ == "__main__":
    main()
