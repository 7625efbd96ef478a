"""How the queue reads: its filters and its lines, each written once and kept for whoever reads the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from flask import get_template_attribute

from lab.forms import queue as forms
from lab.queries import queue as queries
from lab.written import writer, written


def wanted(args: Mapping[str, str]) -> queries.Filters:
    """What the address asks for."""
    asked = dict(args.items())  # the first of each; what is missing in there costs nothing
    told = {name: asked.get(name, "") for name in ("state", "line", "stage", "tier", "flag", "text")}
    return queries.Filters(**told, mine=asked.get("mine", "") not in ("", "false"))


def filters(chosen: queries.Filters) -> str:
    """The form of the filters as it stands with these."""
    return written(_written_filters, chosen)


def lines(rows: Iterable[queries.Row]) -> list[str]:
    """The lines of these cases, in the language of this request and as they read on this day."""
    write = writer()
    return [write(_written_line, row) for row in rows]


def _written_filters(chosen: queries.Filters) -> str:
    form = forms.QueueForm(data=asdict(chosen), states=queries.STATES)
    text: str = get_template_attribute("reviews/_queue_filters.html", "queue_filters")(form, chosen.any)
    return text


def _written_line(row: queries.Row) -> str:
    write = get_template_attribute("reviews/_queue_line.html", "line")
    line: str = write(row, forms.NEXT_ACTIONS, forms.FLAG_LABELS)
    return line
