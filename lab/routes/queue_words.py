"""How the queue reads: its filters and its lines, each written once and kept for whoever reads the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def filters(chosen: queries.Filters, language: str) -> str:
    """The form of the filters as it stands with these."""
    return _book(program_day(now())).filters(chosen, language)


def lines(rows: Iterable[queries.Row]) -> list[str]:
    """The lines of these cases, in the language of this request and as they read on this day."""
    line, language = _book(program_day(now())).line, tongue().code
    return [line(row, language) for row in rows]


class Book:
    """What was written on one day; language only tells one writing from another."""

    def __init__(self) -> None:
        self.line = lru_cache(maxsize=4000)(_written_line)
        self.filters = lru_cache(maxsize=500)(_written_filters)


@lru_cache(maxsize=1)
def _book(today: date) -> Book:
    """The book of this day. Yesterday's goes with all names in it, also of cases that are deleted by now."""
    return Book()


def _written_filters(chosen: queries.Filters, language: str) -> str:
    form = forms.QueueForm(data=asdict(chosen), states=queries.STATES)
    written: str = get_template_attribute("reviews/_queue_filters.html", "queue_filters")(form, chosen.any)
    return written


def _written_line(row: queries.Row, language: str) -> str:
    write = get_template_attribute("reviews/_queue_line.html", "line")
    line: str = write(row, forms.NEXT_ACTIONS, forms.FLAG_LABELS)
    return line
