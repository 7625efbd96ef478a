"""Why no assignment is possible: constraints that cannot hold together, and the cheapest way out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.matching.assignment.cuts import ANY, irreducible
from lab.matching.assignment.problem import Bools, Problem


@dataclass(frozen=True, order=True)
class Constraint:
    """One constraint. `kind`: demand (of a row), maximum or minimum (of a column), locked (a pair).

    `index` is the row or the column, for a lock the row; `column` is the column of a lock. `amount` is
    the demand, the maximum or the minimum.
    """

    kind: str
    index: int
    amount: int
    column: int | None = None

    def __str__(self) -> str:
        match self.kind:
            case "demand":
                return f"row {self.index} demands {self.amount}"
            case "maximum":
                return f"column {self.index} takes at most {self.amount}"
            case "minimum":
                return f"column {self.index} takes at least {self.amount}"
            case _:
                return f"row {self.index} and column {self.column} are locked"


@dataclass(frozen=True, order=True)
class Change:
    """One constraint of the cheapest relaxation and by how much it gives way: `amount` becomes `becomes`."""

    constraint: Constraint
    becomes: int

    def __str__(self) -> str:
        if self.constraint.kind == "locked":
            return f"{self.constraint}: let it go"
        return f"{self.constraint}: make it {self.becomes}"


class ImpossibleError(ValueError):
    """No assignment keeps every constraint.

    `conflict`: constraints that cannot hold together, while without any one of them the others can.
    `relaxation`: the changes with the fewest units in sum that make an assignment possible.
    """

    def __init__(self, conflict: tuple[Constraint, ...], relaxation: tuple[Change, ...]) -> None:
        self.conflict = conflict
        self.relaxation = relaxation
        told = "; ".join(map(str, conflict))
        ways = "; ".join(map(str, relaxation))
        super().__init__(f"These cannot hold together: {told}. The cheapest way out: {ways}.")


def why_impossible(problem: Problem) -> ImpossibleError:
    """The error for a problem that has no assignment."""
    conflict = tuple(sorted(_constraint(problem, int(number)) for number in irreducible(problem)))
    return ImpossibleError(conflict, _relaxation(problem))


def _constraint(problem: Problem, number: int) -> Constraint:
    """The constraint of this number, as `cuts` counts them."""
    locks = np.flatnonzero(problem.locked)
    if number < len(locks):
        at = locks[number]
        return Constraint("locked", int(problem.row[at]), 1, int(problem.col[at]))
    number -= len(locks)
    for kind, amounts in (("minimum", problem.minimum), ("maximum", problem.maximum)):
        if number < problem.columns:
            return Constraint(kind, number, int(amounts[number]))
        number -= problem.columns
    return Constraint("demand", number, int(problem.demand[number]))


def _relaxation(problem: Problem) -> tuple[Change, ...]:
    """The fewest units by which demands and limits give way, found as one flow of least cost."""
    from ortools.graph.python import min_cost_flow

    rows, columns, pairs = problem.rows, problem.columns, problem.pairs
    out, into = rows + columns, rows + columns + 1
    own, node = np.arange(rows), rows + np.arange(columns)
    unit, nothing = np.ones, np.zeros
    low, high = np.minimum(problem.minimum, problem.maximum), np.maximum(problem.minimum, problem.maximum)
    # Arcs in this order: pairs; demand kept; demand above; minimum kept; up to the maximum; above it.
    # What is kept is rewarded, what is beyond costs, so each unit of giving way weighs one.
    parts = (
        (problem.row, rows + problem.col, unit(pairs), np.where(problem.locked, -1, 0)),
        (np.full(rows, out), own, problem.demand, -unit(rows)),
        (np.full(rows, out), own, np.full(rows, pairs), unit(rows)),
        (node, np.full(columns, into), low, -unit(columns)),
        (node, np.full(columns, into), high - low, nothing(columns)),
        (node, np.full(columns, into), np.full(columns, pairs), unit(columns)),
        (np.array([into]), np.array([out]), np.array([ANY]), nothing(1)),
    )
    tail, head, room, cost = (
        np.concatenate([np.asarray(part[k]) for part in parts]).astype(np.int64) for k in range(4)
    )
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
    solver.set_nodes_supplies(np.arange(into + 1), np.zeros(into + 1, np.int64))
    solver.solve()
    used = solver.flows(np.arange(pairs)) > 0
    return _changes(problem, used)


def _changes(problem: Problem, used: Bools) -> tuple[Change, ...]:
    """What gave way for these pairs."""
    given = np.bincount(problem.row[used], minlength=problem.rows)
    load = problem.loads(used)
    found = [
        Change(Constraint("demand", k, int(n)), int(given[k]))
        for k, n in enumerate(problem.demand)
        if given[k] != n
    ]
    found += [
        Change(Constraint("maximum", k, int(n)), int(load[k]))
        for k, n in enumerate(problem.maximum)
        if load[k] > n
    ]
    found += [
        Change(Constraint("minimum", k, int(n)), int(load[k]))
        for k, n in enumerate(problem.minimum)
        if load[k] < n
    ]
    found += [
        Change(Constraint("locked", int(problem.row[at]), 1, int(problem.col[at])), 0)
        for at in np.flatnonzero(problem.locked & ~used)
    ]
    return tuple(sorted(found))
