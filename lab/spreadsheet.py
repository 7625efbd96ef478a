"""Tables for spreadsheets: comma-separated text in which no cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float

# What makes a spreadsheet calculate, also in its wide form, and also behind white space or marks that some
# programs drop. Marks of our own in front of it are marked once more, so that reading gives back what was written.
FORMULA = re.compile(r"\A[\s\x00-\x1f\x7f-\x9f'\ufeff\u200b-\u200f]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
MARK = "'"


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as RFC 4180 has it. Numbers stay numbers; texts stay texts."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe_cell(head) for head in heads])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()


def safe_cell(cell: Cell) -> Cell:
    """A text that a spreadsheet would calculate gets a mark, so that it stays a text."""
    return MARK + cell if isinstance(cell, str) and FORMULA.match(cell) else cell


def plain_cell(cell: str) -> str:
    """What stood in the cell before it was marked."""
    return cell.removeprefix(MARK) if FORMULA.match(cell) else cell
