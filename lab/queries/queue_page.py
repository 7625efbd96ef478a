"""One page of the director's queue: what was looked for, the cases on it as their lines read, and what lies beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any, Literal, NamedTuple

from lab.queries.urgency import NEAR

PAGE = 50
Side = Literal["after", "before", ""]
WAITING = ("submitted", "in_review", "info_requested", "awaiting_conditions", "offering")
ENDED = ("referred", "withdrawn", "closed")
STATES = (*WAITING, "active", *ENDED)
FLAGS = ("conflict", "date_near", "waiting_for_info")
FLAGS_OF = {
    raised: tuple(flag for flag, is_up in zip(FLAGS, raised, strict=True) if is_up)
    for raised in product((False, True), repeat=len(FLAGS))
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a director looks for; empty is everything that waits."""

    state: str = ""
    line: str = ""
    stage: str = ""
    tier: str = ""
    flag: str = ""
    text: str = ""
    mine: bool = False

    @property
    def any(self) -> bool:
        """Whether something is set."""
        return self != Filters()


class Row(NamedTuple):
    """One case of the queue, as its line reads; a tuple, because fifty of them are made and looked up for a page."""

    ref: str
    organization: str
    line: str
    stage: str
    tier: str
    state: str
    director: str
    next_action: str
    due_on: date | None
    clock_on: date | None
    clock_kind: str
    days_waiting: int
    ended: bool = False
    flags: tuple[str, ...] = ()
    overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One page of the queue and how much there is in all. Drafts are a number, nothing else.

    `read` is what the database told of the cases, as one text that is taken to pieces when somebody asks for `rows`:
    a page that reads as one that was written before is known by it. `side` says which case the page lies beside.
    """

    today: date
    read: str
    side: Side
    found: int
    waiting: int = field(compare=False)  # a list reads the same however many cases it does not show
    drafts: int = field(compare=False)
    filters: Filters = field(default_factory=Filters)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The cases of this page, as their lines read."""
        told = self._told[:PAGE]
        return [_row(self.today, *one) for one in (reversed(told) if self.side == "before" else told)]

    @cached_property
    def _told(self) -> list[Any]:
        told: list[Any] = json.loads(self.read)
        return told

    @property
    def earlier(self) -> str:
        """The reference of the case that the page before this one ends before; empty where there is none."""
        is_there = self.side == "after" or (self.side == "before" and self._is_full)
        return self.rows[0].ref if self.rows and is_there else ""

    @property
    def later(self) -> str:
        """The reference of the case after which the next page begins; empty where there is none."""
        is_there = self.side == "before" or self._is_full
        return self.rows[-1].ref if self.rows and is_there else ""

    @property
    def _is_full(self) -> bool:
        return len(self._told) > PAGE

    @property
    def parts(self) -> tuple[Sequence[Row], Sequence[Row]]:
        """The lines as they stand, and those under the heading of what has ended: where both are asked for."""
        ended = sum(row.ended for row in self.rows) if self.filters.state == "all" else 0
        return self.rows[: len(self.rows) - ended], self.rows[len(self.rows) - ended :]


def _row(
    today: date, ref: str, organization: str, line: str, stage: str, tier: str, state: str, next_action: str,
    due: str | None, clock: str | None, clock_kind: str, submitted: str, director: str | None, conflict: bool,
) -> Row:  # fmt: skip
    due_on, clock_on = _day(due), _day(clock)
    # The date of a case that has ended hurries nobody.
    near = clock_on is not None and today <= clock_on <= today + NEAR and state not in ENDED
    flags = FLAGS_OF[bool(conflict), near, state == "info_requested"]
    ahead = clock_on if clock_on and clock_on >= today else None
    waiting = max(0, (today - date.fromisoformat(submitted)).days)
    return Row(
        ref, organization, line, stage, tier, state, director or "", next_action, due_on, ahead, clock_kind,
        waiting, state in ENDED, flags, bool(due_on and due_on < today and state in WAITING),
    )  # fmt: skip


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
