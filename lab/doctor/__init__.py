"""Whether this installation is fit to be trusted: each check passes, fails with what to do, or notes something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lab.settings import Settings

PASS, NOTE, FAIL = "pass", "note", "FAIL"


@dataclass(frozen=True)
class Found:
    """What one check found; `do` says what to do about it."""

    what: str
    how: str
    said: str
    do: str = ""


Check = Callable[[Settings], Iterable[Found]]


def examine(settings: Settings) -> Iterator[Found]:
    """Everything that can be looked at from here. A check that breaks is a failure and stops no other one."""
    from lab.doctor import database, house, ways

    for check in (*house.CHECKS, *ways.CHECKS, *database.CHECKS):
        try:
            yield from check(settings)
        except Exception as problem:
            # The words of a driver may hold an address with a password.
            name = check.__name__.replace("_", " ")
            yield Found(
                name,
                FAIL,
                f"could not be looked at ({type(problem).__name__})",
                "Mend what fails above first.",
            )
