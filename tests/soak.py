"""How much a test does: enough for every change, or the larger counts of `sh lab.sh test --soak`."""

from __future__ import annotations

import os

SOAKING = "LAB_SOAK"


def soaking() -> bool:
    """Whether the larger counts were asked for."""
    return os.environ.get(SOAKING) == "1"


def times(usual: int, *, soak: int) -> int:
    """How often to do something: `usual` with every change, `soak` when asked for the larger counts."""
    return soak if soaking() else usual
