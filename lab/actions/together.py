"""Several deeds as one: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lab.database import transaction

T = TypeVar("T")


def together(deeds: Callable[[], T]) -> T:
    """Do everything in `deeds` in one transaction; a refusal in the middle leaves nothing behind."""
    with transaction():
        return deeds()
