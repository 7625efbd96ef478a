"""The classes of words in which needs are told, and the rules that put them together."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from lab import vocabulary as words
from lab.vocabulary.reading import read_file

HEAD = 4
_MAYBE = ("?", "*", "{")
_LOOKS_BACK = re.compile(r"^(?:\(\?<!(?:[^()]*)\))+")
_PLAIN = re.compile(r"[a-z0-9][a-z0-9 ]*")
_WORD_BEGINS = re.compile(r"\b\w")


@cache
def pattern(name: str, table: str = "classes") -> re.Pattern[str]:
    """The pattern of a class of words."""
    return re.compile(rf"\b(?:{'|'.join(_content()[table][name])})(?!\w)")


def may_stand_in(sentence: str) -> set[str]:
    """The classes that a plain sentence can have words of, by what these begin with."""
    begun = _by_beginning()
    heads = {
        sentence[found.start() : found.start() + many]
        for found in _WORD_BEGINS.finditer(sentence)
        for many in range(HEAD + 1)
    }
    return {name for head in heads for name in begun.get(head, ())}


@cache
def _by_beginning() -> dict[str, frozenset[str]]:
    """The classes by what a match begins with, up to four signs of it; by the empty text where that is open."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, every in _content()["classes"].items():
        for written in every:
            for begun in _beginnings(written):
                found[begun].add(name)
    return {begun: frozenset(names) for begun, names in found.items()}


def _beginnings(written: str) -> set[str]:
    bare = _LOOKS_BACK.sub("", written)
    if bare.startswith("(?:"):
        options, rest = _group(bare)
        return {""} if rest[:1] in _MAYBE else set().union(*(_beginnings(one + rest) for one in options))
    plain = _PLAIN.match(bare)
    begun = plain.group() if plain else ""
    if begun and bare[len(begun) : len(begun) + 1] in _MAYBE:
        begun = begun[:-1]
    return {begun[:HEAD]}


def _group(written: str) -> tuple[list[str], str]:
    """What a pattern that begins with a group may begin with, and what comes after the group."""
    depth, last, options = 0, 3, []
    for at, sign in enumerate(written):
        if depth == 1 and sign in "|)":
            options.append(written[last:at])
            last = at + 1
        depth += (sign == "(") - (sign == ")")
        if not depth:
            break
    return options, written[last:]


@cache
def rules(table: str = "rules") -> dict[str, tuple[tuple[str, ...], ...]]:
    """For each need the classes that must stand together; "soft" are those for what is only hinted at."""
    return {need: tuple(tuple(rule) for rule in rules) for need, rules in _content()[table].items()}


@cache
def _content() -> dict[str, dict[str, list[str]]]:
    return read_file(Path(words.__file__).with_name("hearing.toml"))
