"""The classes of words in which needs are told, and the rules that put them together."""

import re
from functools import cache
from pathlib import Path

from lab import vocabulary as words
from lab.vocabulary.reading import read_file


@cache
def pattern(name: str, table: str = "classes") -> re.Pattern[str]:
    """The pattern of a class of words."""
    return re.compile(rf"\b(?:{'|'.join(_content()[table][name])})(?!\w)")


@cache
def rules(table: str = "rules") -> dict[str, tuple[tuple[str, ...], ...]]:
    """For each need the classes that must stand together; "soft" are those for what is only hinted at."""
    return {need: tuple(tuple(rule) for rule in rules) for need, rules in _content()[table].items()}


@cache
def _content() -> dict[str, dict[str, list[str]]]:
    return read_file(Path(words.__file__).with_name("hearing.toml"))
