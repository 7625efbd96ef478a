"""Reads the TOML files of the vocabulary and turns their entries into typed terms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lab.vocabulary.terms import Band, Term, Terms, Text, UnionName

T = TypeVar("T", bound=Term)
B = TypeVar("B", bound=Band)

FOLDER = Path(__file__).parent


@cache
def read_file(path: Path) -> dict[str, Any]:
    """Read one TOML file, once for the life of the process."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def terms_of(
    file: str, kinds: str | tuple[str, ...], cls: type[T], *, name: str = "", folder: Path = FOLDER
) -> Terms[T]:
    """Return the terms of a kind, or of several kinds one after the other, from a file.

    The order of the entries is the rank; `name` is what an error calls them. The file is read when
    the terms are first used. An entry that is wrong raises ValueError with its kind, code and field.
    """
    parts = (kinds,) if isinstance(kinds, str) else kinds
    kind = name or parts[0]

    def read() -> Iterable[T]:
        content = read_file(folder / file)
        entries = [entry for part in parts for entry in content[part]]
        return [_term(kind, cls, rank, entry) for rank, entry in enumerate(entries)]

    return Terms(kind, read)


def unions_of(file: str) -> tuple[UnionName, ...]:
    """Read the names of unions from a file."""
    lists = ("aliases", "part_of", "states")
    return tuple(
        UnionName(name=entry["name"], **{key: tuple(entry.get(key, ())) for key in lists})
        for entry in read_file(FOLDER / file)["union_aliases"]
    )


def lexicon_of(file: str) -> dict[str, tuple[str, ...]]:
    """Read the phrases of every need, all languages in one tuple, from a file."""
    return {
        code: tuple(phrase for phrases in languages.values() for phrase in phrases)
        for code, languages in read_file(FOLDER / file).items()
    }


def band_of(bands: Terms[B], number: int) -> B:
    """Return the band a number lies in; below the first band the first one.

    Raises ValueError for a negative number.
    """
    if number < 0:
        raise ValueError(f"{bands.kind}: {number} is below zero")
    found = next(iter(bands.values()))
    for band in bands.values():
        if band.low <= number:
            found = band
    return found


def _term(kind: str, cls: type[T], rank: int, entry: Mapping[str, Any]) -> T:
    values = {name: _value(value) for name, value in entry.items()}
    values["rank"] = rank
    known = {field.name: field.default is MISSING for field in fields(cls)}
    wrong = [f"unknown {name}" for name in values if name not in known]
    wrong += [f"missing {name}" for name, required in known.items() if required and name not in values]
    if wrong:
        raise ValueError(f"{kind}, {entry.get('code', f'entry {rank + 1}')}: {', '.join(wrong)}")
    return cls(**values)


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Text(**value)
    return tuple(value) if isinstance(value, list) else value
