"""How the queue reads: its filters, its list and each line, written once and kept for whoever reads the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from urllib.parse import urlencode

from flask import get_template_attribute, url_for

from lab.forms import queue as forms
from lab.queries import queue_page as queries
from lab.written import writer, written, written_list


def wanted(args: Mapping[str, str]) -> queries.Filters:
    """What the address asks for."""
    asked = dict(args.items())  # the first of each; what is missing in there costs nothing
    told = {name: asked.get(name, "") for name in ("state", "line", "stage", "tier", "flag", "text")}
    return queries.Filters(**told, mine=asked.get("mine", "") not in ("", "false"))


def filters(chosen: queries.Filters) -> str:
    """The form of the filters as it stands with these."""
    return written(_written_filters, chosen)


def listed(found: queries.Queue, asked: Mapping[str, str]) -> str:
    """The list with what leads to its other pages, which ask for the same as this one."""
    same = tuple((name, value) for name, value in asked.items() if name not in ("after", "before") and value)
    return written_list(_written_list, found, same)


def _written_list(found: queries.Queue, asked: Iterable[tuple[str, str]]) -> str:
    def to(**where: str) -> str:
        """The address of another page of the same list: `after` or `before` a case, or its beginning."""
        told = urlencode({**dict(asked), **where})
        return url_for("reviews.queue") + (f"?{told}" if told else "")

    write = get_template_attribute("reviews/_queue_list.html", "queue_list")
    text: str = write(replace(found), _lines, to)  # a copy: what is kept with the list need not hold its rows
    return text


def _lines(rows: Iterable[queries.Row]) -> list[str]:
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
