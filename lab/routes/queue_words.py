"""How the queue reads: its filters and its lines, each written once and kept for whoever reads the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from functools import lru_cache

from flask import get_template_attribute

from lab.clock import program_day
from lab.database import now
from lab.forms import queue as forms
from lab.queries import queue as queries
from lab.tongue import tongue


def wanted(args: Mapping[str, str]) -> queries.Filters:
    """What the address asks for."""
    told = {name: args.get(name, "") for name in ("state", "line", "stage", "tier", "flag", "text")}
    return queries.Filters(**told, mine=args.get("mine", "") not in ("", "false"))


@lru_cache(maxsize=500)
def filters(chosen: queries.Filters, language: str) -> str:
    """The form of the filters as it stands with these; the language only tells one writing from another."""
    form = forms.QueueForm(data=asdict(chosen), states=queries.STATES)
    written: str = get_template_attribute("reviews/_queue_filters.html", "queue_filters")(form, chosen.any)
    return written


def writer() -> Callable[[queries.Row], str]:
    """What writes a line of the queue in the language of this request, on this day."""
    language, today = tongue().code, program_day(now())
    return lambda row: _written_line(row, language, today)


@lru_cache(maxsize=4000)
def _written_line(row: queries.Row, language: str, today: date) -> str:
    """One line of the queue; language and day only tell one writing of it from another."""
    write = get_template_attribute("reviews/_queue_line.html", "line")
    line: str = write(row, forms.NEXT_ACTIONS, forms.FLAG_LABELS)
    return line
