"""Parts of statements that are made once and kept: codes written out, and a whole list as one text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

CODE = re.compile("[a-z_]*")


def literally(value: str | int) -> Any:
    """A code or a number of ours, written out in a statement that is made once and kept.

    Values in places of their own are prepared anew each time the statement is carried out. Raises ValueError for
    what is no code: a text that somebody typed is never written out.
    """
    if isinstance(value, int):
        return sa.literal_column(str(int(value)), sa.Integer())
    if not CODE.fullmatch(value):
        raise ValueError("Only codes are written out.")
    return sa.literal_column(f"'{value}'", sa.String())


def one_of(column: Any, codes: Iterable[str]) -> Any:
    """The condition that a column holds one of these codes, for a statement that is made once and kept."""
    return column.in_([literally(code) for code in codes])


class _Lists(FunctionElement[str]):
    """All rows as one text of JSON, a list of these columns for each: PostgreSQL has names of its own for it."""

    inherit_cache = True
    type = sa.Text()


@compiles(_Lists)
def _lists(element: _Lists, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(_Lists, "postgresql")
def _lists_of_postgresql(element: _Lists, compiler: SQLCompiler, **options: Any) -> str:
    # As text: the driver would read a column of JSON.
    return f"CAST(json_agg(json_build_array({compiler.process(element.clauses, **options)})) AS TEXT)"


def as_one_text(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """A statement that gives all rows of another, in their order, as one text: JSON, a list for each; None or "[]" for none.

    Days come as ISO 8601. A list that reads as it did before is known again by its text alone, and is not taken
    to pieces. The other statement has a limit, or SQLite need not keep its order.
    """
    return sa.select(_Lists(*statement.subquery("rows_in_order").c))
