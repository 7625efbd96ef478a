"""Reads the TOML files of the vocabulary and turns their entries into typed terms."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from lab.vocabulary.terms import Band, Term, Terms, Text, UnionName

T = TypeVar("T", bound=Term)
B = TypeVar("B", bound=Band)

Entry = Mapping[str, Any]


def read_files(folder: Path) -> dict[str, Any]:
    """Read every TOML file of a folder into one mapping of top-level keys.

    Raises ValueError where two files hold the same key.
    """
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        twice = found.keys() & content.keys()
        if twice:
            raise ValueError(f"{path.name}: {', '.join(sorted(twice))} is already in another file")
        found.update(content)
    return found


def terms_of(kind: str, cls: type[T], entries: Sequence[Entry]) -> Terms[T]:
    """Make the terms of one kind from its entries; the order of the entries is the rank.

    Raises ValueError that names the kind, the code and the field where an entry is wrong.
    """
    return Terms(kind, [_term(kind, cls, rank, entry) for rank, entry in enumerate(entries)])


def unions_of(entries: Sequence[Entry]) -> tuple[UnionName, ...]:
    """Make the names of unions from their entries."""
    lists = ("aliases", "part_of", "states")
    return tuple(
        UnionName(name=entry["name"], **{key: tuple(entry.get(key, ())) for key in lists})
        for entry in entries
    )


def lexicon_of(table: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Make the phrases of every need, all languages in one tuple, from the table of the lexicon."""
    return {
        code: tuple(phrase for phrases in languages.values() for phrase in phrases)
        for code, languages in table.items()
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


def _term(kind: str, cls: type[T], rank: int, entry: Entry) -> T:
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
