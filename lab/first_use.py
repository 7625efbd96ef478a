"""Modules that are read at their first use: a web worker starts without the pages nobody has asked for yet.

Where the `__init__` of a package says

    read_at_first_use(__name__)

`from lab.queries import reviews` hands out a stand-in for the module. Python's own import, with its locks, reads the
module when something in it is first asked for. A name taken out of a module (`from lab.queries.reviews import Review`)
still reads it at once.
"""

from __future__ import annotations

import pkgutil
import sys
from functools import cache
from importlib import import_module
from typing import Any


class StandIn:
    """Stands for a module until it is used, and hands everything on to it."""

    __slots__ = ("_stands_for",)  # no names of its own: its `__dict__` is the module's too
    _stands_for: str

    def __init__(self, module: str) -> None:
        object.__setattr__(self, "_stands_for", module)

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._stands_for), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(import_module(self._stands_for), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(import_module(self._stands_for), name)

    def __dir__(self) -> list[str]:
        return dir(import_module(self._stands_for))


def read_at_first_use(package: str) -> None:
    """Let the modules of this package be read when they are first used (PEP 562)."""
    own = sys.modules[package]
    known = {module.name for module in pkgutil.iter_modules(own.__path__)}

    @cache
    def stand_in(name: str) -> StandIn:
        if name not in known:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return StandIn(f"{package}.{name}")

    own.__getattr__ = stand_in  # type: ignore[method-assign]
