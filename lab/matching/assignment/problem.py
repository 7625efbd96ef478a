"""The plain arrays of an assignment: who may be paired, what each pair is worth, and the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Allowed pairs, sorted by row and then column, with the limits of rows and columns.

    `row`, `col`, `value`: one entry a pair. `demand`: distinct columns that each row gets. `minimum`
    and `maximum`: how many rows each column takes. `locked`: pairs that are chosen in any case.
    """

    row: Ints
    col: Ints
    value: Floats
    demand: Ints
    minimum: Ints
    maximum: Ints
    locked: Bools

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.demand)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.minimum)

    @property
    def pairs(self) -> int:
        """How many pairs are allowed."""
        return len(self.row)

    def starts(self) -> Ints:
        """Where the pairs of each row begin; one entry more than rows."""
        return np.searchsorted(self.row, np.arange(self.rows + 1)).astype(np.int64)

    def loads(self, chosen: Bools) -> Ints:
        """How many rows each column takes."""
        return np.bincount(self.col[chosen], minlength=self.columns).astype(np.int64)

    def sums(self, chosen: Bools) -> Floats:
        """The value that each row receives."""
        return np.bincount(self.row[chosen], self.value[chosen], self.rows).astype(np.float64)

    def only(self, kept: Bools) -> Problem:
        """The same problem with fewer pairs."""
        return replace(
            self,
            row=self.row[kept],
            col=self.col[kept],
            value=self.value[kept],
            locked=self.locked[kept],
        )


def problem_of(
    row: npt.ArrayLike,
    col: npt.ArrayLike,
    value: npt.ArrayLike,
    *,
    demand: npt.ArrayLike,
    minimum: npt.ArrayLike,
    maximum: npt.ArrayLike,
    locked: Iterable[Sequence[int]] = (),
) -> tuple[Problem, Ints]:
    """The problem of these arrays, and where each of its pairs stood before sorting.

    Raises ValueError where the arrays do not fit together, with what is wrong.
    """
    rows, columns = _whole(row, "row"), _whole(col, "col")
    values = np.asarray(value, dtype=np.float64)
    wanted, least, most = _whole(demand, "demand"), _whole(minimum, "minimum"), _whole(maximum, "maximum")
    if not len(rows) == len(columns) == len(values) or values.ndim != 1:
        raise ValueError("row, col and value must be flat and of one length")
    if len(least) != len(most):
        raise ValueError("minimum and maximum must be of one length")
    if len(rows) and (rows.min() < 0 or rows.max() >= len(wanted)):
        raise ValueError("row names a row that demand does not have")
    if len(rows) and (columns.min() < 0 or columns.max() >= len(least)):
        raise ValueError("col names a column that minimum and maximum do not have")
    if not np.isfinite(values).all():
        raise ValueError("every value must be a finite number")
    if any((part < 0).any() for part in (wanted, least, most)):
        raise ValueError("demand, minimum and maximum must not be negative")
    key = rows * max(len(least), 1) + columns
    order = np.arange(len(key)) if (np.diff(key) > 0).all() else np.argsort(key, kind="stable")
    key = key[order]
    if (np.diff(key) == 0).any():
        twice = order[1:][np.diff(key) == 0][0]
        raise ValueError(f"the pair of row {rows[twice]} and column {columns[twice]} is given twice")
    problem = Problem(
        row=rows[order],
        col=columns[order],
        value=values[order],
        demand=wanted,
        minimum=least,
        maximum=most,
        locked=_locks(locked, key, len(wanted), len(least)),
    )
    return problem, order.astype(np.int64)


def _whole(given: Any, name: str) -> Ints:
    array = np.asarray(given)
    if array.ndim != 1:
        raise ValueError(f"{name} must be flat")
    if array.dtype.kind not in "iu" and len(array) and not (array == np.floor(array)).all():
        raise ValueError(f"{name} must hold whole numbers")
    return array.astype(np.int64)


def _locks(locked: Iterable[Sequence[int]], key: Ints, rows: int, columns: int) -> Bools:
    held = np.zeros(len(key), dtype=np.bool_)
    for one, other in locked:
        at = int(np.searchsorted(key, one * max(columns, 1) + other))
        inside = 0 <= one < rows and 0 <= other < columns
        if not inside or at >= len(key) or key[at] != one * columns + other:
            raise ValueError(f"row {one} and column {other} are locked, but the pair is not allowed")
        held[at] = True
    return held
