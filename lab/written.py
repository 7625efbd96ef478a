"""What reads the same whenever the same is to be said: written once, and kept until the end of the day.

A line of the queue or the menu of a page costs more to write than to look up. What is kept belongs to its values: whoever
has no right to the values has no way to ask for what was made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import lru_cache

from lab.clock import program_day
from lab.database import now
from lab.tongue import tongue

AT_MOST = 8000  # parts of pages; a line of the queue is about a kilobyte


def written(write: Callable[..., str], *values: Hashable) -> str:
    """What `write` makes of these values, in the language of this request and as it reads on this day.

    `write` must need nothing else: no viewer, no request, no token.
    """
    return _book(program_day(now())).part(write, tongue().code, *values)


def each_written(write: Callable[..., str], values: Iterable[Hashable]) -> list[str]:
    """The same for each of these values."""
    part, language = _book(program_day(now())).part, tongue().code
    return [part(write, language, value) for value in values]


class Book:
    """What was written on one day; language only tells one writing from another."""

    def __init__(self) -> None:
        self.part = lru_cache(maxsize=AT_MOST)(_written)


@lru_cache(maxsize=1)
def _book(today: date) -> Book:
    """The book of this day. Yesterday's goes with all names in it, also of cases that are deleted by now."""
    return Book()


def _written(write: Callable[..., str], language: str, *values: Hashable) -> str:
    return write(*values)
