"""A better model of texts as a setting: LAB_TEXT_MODEL names an installed package that ships its weights.

Such a package offers two names and nothing else is asked of it:

    VERSION: str
    def vectors(texts: list[str]) -> Sequence[Sequence[float]]: ...

One row of numbers for each text, all rows of the same length; texts that mean the same have a high
cosine. It must not use the network. Only the worker reads it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

Vectors = Callable[[list[str]], Sequence[Sequence[float]]]
TRIED = ["We prepare for bargaining.", "Nos preparamos para negociar."]


class BrokenModel(Exception):
    """The package of LAB_TEXT_MODEL cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class TextModel:
    """A model that was tried: its name with its version, and what it makes of texts."""

    name: str
    vectors: Vectors


@cache
def load(package: str) -> TextModel | None:
    """The model of this package, tried on two texts; None without a name. Raises `BrokenModel`."""
    if not package:
        return None
    try:
        module = import_module(package)
    except Exception as wrong:
        raise _broken(package, f"it cannot be imported ({wrong})") from wrong
    version, vectors = getattr(module, "VERSION", None), getattr(module, "vectors", None)
    if not isinstance(version, str) or not version:
        raise _broken(package, "it has no VERSION")
    if not callable(vectors):
        raise _broken(package, "it has no function vectors(texts)")
    try:
        rows = [[float(number) for number in row] for row in vectors(list(TRIED))]
    except Exception as wrong:
        raise _broken(package, f"vectors(texts) failed ({wrong})") from wrong
    if not _whole(rows):
        raise _broken(
            package, "vectors(texts) must give one row of finite numbers for each text, all as long"
        )
    return TextModel(name=f"{package} {version}", vectors=vectors)


def _whole(rows: list[list[Any]]) -> bool:
    lengths = {len(row) for row in rows}
    numbers = all(math.isfinite(number) for row in rows for number in row)
    return len(rows) == len(TRIED) and len(lengths) == 1 and 0 not in lengths and numbers


def _broken(package: str, why: str) -> BrokenModel:
    return BrokenModel(
        f"LAB_TEXT_MODEL is {package}, but {why}. Mend or install the package, or unset LAB_TEXT_MODEL."
    )
