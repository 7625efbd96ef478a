"""Modules that are read at their first use: a web worker starts without the pages nobody has asked for yet.

Where the `__init__` of a package says

    read_at_first_use(__name__)

`from lab.queries import reviews` hands out a stand-in for the module. Python's own import reads the module when something
in it is first asked for, by one thread at a time. A name taken out of a module (`from lab.queries.reviews import Review`)
still reads it at once.
"""

from __future__ import annotations

import pkgutil
import sys
import threading
from functools import cache
from importlib import import_module
from typing import Any

# A thread that reads a part of a package holds that part and waits for the package, one that reads the package the other
# way round; Python then gives one of them half a module. So one thread at a time reads what is used first. Who has
# waited that long goes on without: somebody may be reading without a stand-in what the one at work needs.
_reading = threading.RLock()
PATIENCE = 20  # seconds


def _module(name: str) -> Any:
    known = sys.modules.get(name)
    if known is not None and not getattr(known.__spec__, "_initializing", False):
        return known
    mine = _reading.acquire(timeout=PATIENCE)
    try:
        return import_module(name)
    finally:
        if mine:
            _reading.release()


class StandIn:
    """Stands for a module until it is used, and hands everything on to it."""

    __slots__ = ("_stands_for",)  # no names of its own: its `__dict__` is the module's too
    _stands_for: str

    def __init__(self, module: str) -> None:
        object.__setattr__(self, "_stands_for", module)

    def __getattr__(self, name: str) -> Any:
        return getattr(_module(self._stands_for), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_module(self._stands_for), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_module(self._stands_for), name)

    def __dir__(self) -> list[str]:
        return dir(_module(self._stands_for))


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
