"""Hearing a need by classes of words that stand together, whatever the phrase: a subject and a trouble."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from lab import vocabulary as words
from lab.vocabulary.reading import read_file

# Words further apart than this belong to two thoughts, even in one sentence.
REACH = 130
_Span = tuple[int, int]


def by_classes(sentence: str, following: str = "") -> Iterator[tuple[str, int, int]]:
    """The needs that a plain sentence tells, each with the place of the words in it.

    `following` is the next sentence: some troubles are told in two. A sentence that says all is well,
    looks back or speaks of other people's troubles tells no need.
    """
    if told_of_others(sentence):
        return
    found: dict[str, list[_Span]] = {}
    for need, rules in _rules().items():
        for rule in rules:
            spans = _together(rule, sentence, following, found)
            if spans:
                yield need, min(start for start, _ in spans), max(end for _, end in spans)
                break


@lru_cache(maxsize=4096)
def told_of_others(sentence: str) -> bool:
    """Whether a sentence speaks of what is well, over, or the trouble of other people."""
    return any(_classes()[name].search(sentence) for name in ("well", "past", "of_others"))


def _together(
    rule: tuple[str, ...], sentence: str, following: str, found: dict[str, list[_Span]]
) -> list[_Span]:
    """One place for every class of a rule, near each other; empty where one is missing."""
    chosen: list[_Span] = []
    for name in rule:
        if name.startswith("+"):
            if not _classes()[name[1:]].search(following):
                return []
            continue
        if name not in found:
            found[name] = [match.span() for match in _classes()[name].finditer(sentence)]
        near = [span for span in found[name] if not chosen or _near(span, chosen)]
        if not near:
            return []
        chosen.append(near[0])
    return chosen


def _near(span: _Span, chosen: list[_Span]) -> bool:
    """Near all that was chosen, and not the same words once more."""
    start, end = min(span[0], *(s for s, _ in chosen)), max(span[1], *(e for _, e in chosen))
    apart = all(span[0] >= other[1] or span[1] <= other[0] for other in chosen)
    return apart and end - start <= REACH


@cache
def _classes() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(rf"\b(?:{'|'.join(patterns)})\b") for name, patterns in _content()["classes"].items()
    }


@cache
def _rules() -> dict[str, tuple[tuple[str, ...], ...]]:
    return {need: tuple(tuple(rule) for rule in rules) for need, rules in _content()["rules"].items()}


def _content() -> dict[str, dict[str, list[str]]]:
    return read_file(Path(words.__file__).with_name("hearing.toml"))
