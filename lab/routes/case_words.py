"""How a case, a membership and a history read on a page: kinds of tags, lines of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lab.queries import case_history
from lab.showing import day, moment

CASE_KINDS = {
    "active": "done", "closed": "done", "info_requested": "attention", "awaiting_conditions": "attention",
    "submitted": "info", "in_review": "info", "offering": "info",
}  # fmt: skip
MEMBERSHIP_KINDS = {
    "": "info", "requested": "attention", "waitlisted": "attention", "active": "done", "paused": "neutral",
}  # fmt: skip


def case_kind(state: str) -> str:
    """The kind of tag for a state of a case."""
    return CASE_KINDS.get(state, "neutral")


def membership_kind(state: str) -> str:
    """The kind of tag for a state of a membership."""
    return MEMBERSHIP_KINDS.get(state, "neutral")


def day_of(value: datetime, zone: str) -> str:
    """The day of a moment, where the reader is."""
    return day(value.astimezone(ZoneInfo(zone)).date())


def as_timeline(rows: Iterable[case_history.Happened], zone: str) -> list[dict[str, str]]:
    """History as the timeline component wants it; the latest line is the one that holds now."""
    return [
        {
            "title": row.title,
            "when": moment(row.at, zone),
            "at": row.at.isoformat(),
            "text": row.by,
            "state": "done" if number else "now",
        }
        for number, row in enumerate(rows)
    ]


FILTERS: dict[str, Callable[..., Any]] = {
    "case_kind": case_kind,
    "membership_kind": membership_kind,
    "day_of": day_of,
    "as_timeline": as_timeline,
}
