"""What reads the same whenever the same is to be said: written once, and kept until a page of another day is asked for.

A line of the queue or the menu of a page costs more to write than to look up. What is kept belongs to its values: whoever
has no right to the values has no way to ask for what was made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from functools import lru_cache, partial

from flask import request

from lab.clock import program_day
from lab.database import now
from lab.tongue import tongue

AT_MOST = 8000  # parts of pages; a line of the queue is about a kilobyte
LISTS_AT_MOST = 64  # whole lists; fifty lines of the queue are forty kilobytes or more


def writer() -> Callable[..., str]:
    """Gives what a function writes for some values, in the language of this request and as it reads on this day.

    The function must need nothing else of the request than where the house stands: no viewer, no token.
    """
    return partial(_book(program_day(now())).part, tongue().code, request.root_path)


def written(write: Callable[..., str], *values: Hashable) -> str:
    """What `write` makes of these values; who asks for several takes one `writer`."""
    return writer()(write, *values)


def written_list(write: Callable[..., str], *values: Hashable) -> str:
    """The same for a whole list, of which far fewer are kept."""
    return _book(program_day(now())).list(tongue().code, request.root_path, write, *values)


class Book:
    """What was written on one day."""

    def __init__(self) -> None:
        self.part = lru_cache(maxsize=AT_MOST)(_written)
        self.list = lru_cache(maxsize=LISTS_AT_MOST)(_written)


@lru_cache(maxsize=1)
def _book(today: date) -> Book:
    """The book of this day. Yesterday's goes with all names in it, also of cases that are deleted by now."""
    return Book()


def _written(language: str, root: str, write: Callable[..., str], *values: Hashable) -> str:
    """Language and root only tell one writing from another."""
    return write(*values)
