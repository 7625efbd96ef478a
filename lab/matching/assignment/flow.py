"""The highest total, as one flow of least cost; and column prices that prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.matching.assignment.problem import Bools, Floats, Ints, Problem

# Costs are whole numbers for the solver: values keep about this many binary digits. What rounding
# leaves is found by the prices below and mended.
DIGITS = 30
TOLERANCE = 1e-11


def highest_total(problem: Problem, worth: Floats | None = None) -> Bools | None:
    """The pairs with the highest sum of `worth` (the value if not given), or None where none are possible.

    One entry a pair; locked pairs are among them. Exact for values of up to DIGITS binary digits;
    `proved` mends what is beyond them.
    """
    return _solved(problem, problem.value if worth is None else worth)


def proved(problem: Problem, chosen: Bools, worth: Floats | None = None) -> tuple[Bools, Floats]:
    """The best pairs, and for each column the price that proves it: what one more place would be worth.

    With these prices no row would rather have another column, a column that is not full costs nothing
    or less, and one above its minimum costs nothing or more.
    """
    worth = problem.value if worth is None else worth
    tolerance = TOLERANCE * max(1.0, float(np.abs(worth).max(initial=0.0)))
    while True:
        moves = Moves.of(problem, worth, chosen)
        distance, settled = _distances(moves.cost, tolerance)
        if settled:
            return chosen, distance[-1] - distance[:-1]
        chosen = _improved(problem, chosen, moves, tolerance)


def _solved(problem: Problem, worth: Floats) -> Bools | None:
    """The flow from rows over pairs to columns; minimum loads are forced supply."""
    from ortools.graph.python import min_cost_flow

    rows, columns = problem.rows, problem.columns
    free = ~problem.locked
    held_rows = np.bincount(problem.row[problem.locked], minlength=rows)
    held_columns = np.bincount(problem.col[problem.locked], minlength=columns)
    demand = problem.demand - held_rows
    most = problem.maximum - held_columns
    least = np.maximum(problem.minimum - held_columns, 0)
    rest = int(demand.sum() - least.sum())
    if (demand < 0).any() or (most < least).any() or rest < 0:
        return None
    if free.all():
        tail, head, cost = problem.row, problem.col + rows, _whole_costs(worth)
    else:
        tail, head, cost = problem.row[free], problem.col[free] + rows, _whole_costs(worth[free])
    pairs = len(tail)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([tail, rows + np.arange(columns)]),
        np.concatenate([head, np.full(columns, rows + columns)]),
        np.concatenate([np.ones(pairs, np.int64), most - least]),
        np.concatenate([cost, np.zeros(columns, np.int64)]),
    )
    solver.set_nodes_supplies(np.arange(rows + columns + 1), np.concatenate([demand, -least, [-rest]]))
    if solver.solve() != solver.OPTIMAL:
        return None
    chosen = problem.locked.copy()
    chosen[free] = solver.flows(np.arange(pairs)) > 0
    return chosen


def _whole_costs(worth: Floats) -> Ints:
    """Whole costs, the lower the better; their common divisor is taken out, which saves rounds."""
    if not len(worth):
        return np.zeros(0, np.int64)
    greatest = float(np.abs(worth).max())
    digits = DIGITS - (int(np.frexp(greatest)[1]) if greatest else 0)
    cost = -np.rint(np.ldexp(worth, digits)).astype(np.int64)
    divisor = int(np.gcd.reduce(cost))
    return cost // divisor if divisor > 1 else cost


@dataclass(frozen=True)
class Moves:
    """What it costs to move one row from a column to another: a square of columns and the rest of the world.

    The rest of the world, the last entry, gives what a column may still take and takes what it may give up.
    `given` and `taken` are the pairs of every single move, `costs` what each costs.
    """

    cost: Floats
    given: Ints
    taken: Ints
    costs: Floats

    @classmethod
    def of(cls, problem: Problem, worth: Floats, chosen: Bools) -> Moves:
        """The moves that are open from these pairs."""
        columns, starts = problem.columns, problem.starts()
        held = np.flatnonzero(chosen & ~problem.locked)
        many = np.diff(starts)[problem.row[held]]
        before = np.cumsum(many) - many
        taken = np.repeat(starts[problem.row[held]] - before, many) + np.arange(int(many.sum()))
        given = np.repeat(held, many)
        open_ = ~chosen[taken]
        taken, given = taken[open_], given[open_]
        costs = worth[given] - worth[taken]
        cost = np.full((columns + 1) ** 2, np.inf)
        np.minimum.at(cost, problem.col[given] * (columns + 1) + problem.col[taken], costs)
        square, load = cost.reshape(columns + 1, columns + 1), problem.loads(chosen)
        square[columns, :columns][load > problem.minimum] = 0.0
        square[:columns, columns][load < problem.maximum] = 0.0
        return cls(square, given, taken, costs)


def _distances(square: Floats, tolerance: float) -> tuple[Floats, bool]:
    """Shortest ways from anywhere to each node; False where a round trip gains something."""
    distance = np.zeros(len(square))
    moved = np.arange(len(square))
    for _ in range(len(square) + 2):
        found = (square[moved] + distance[moved, None]).min(axis=0)
        moved = np.flatnonzero(found < distance - tolerance)
        if not len(moved):
            return distance, True
        distance[moved] = found[moved]
    return distance, False


def _improved(problem: Problem, chosen: Bools, moves: Moves, tolerance: float) -> Bools:
    """The pairs after one round trip of moves that gains something."""
    trip = _round_trip(moves.cost, tolerance)
    better = chosen.copy()
    for start, end in zip(trip, trip[1:] + trip[:1], strict=True):
        if problem.columns in (start, end):
            continue
        here = np.flatnonzero((problem.col[moves.given] == start) & (problem.col[moves.taken] == end))
        best = here[np.argmin(moves.costs[here])]
        better[moves.given[best]], better[moves.taken[best]] = False, True
    return better


def _round_trip(square: Floats, tolerance: float) -> list[int]:
    """The nodes of a round trip whose costs add up to less than nothing, in order."""
    size = len(square)
    distance, before = np.zeros(size), np.full(size, -1)
    for _ in range(size + 1):
        ways = square + distance[:, None]
        found = ways.argmin(axis=0)
        shorter = ways[found, np.arange(size)] < distance - tolerance
        if not shorter.any():
            break
        distance[shorter] = ways[found, np.arange(size)][shorter]
        before[shorter] = found[shorter]
    node = int(np.flatnonzero(shorter)[0])
    for _ in range(size):
        node = int(before[node])
    trip = [node]
    while (earlier := int(before[trip[-1]])) != node:
        trip.append(earlier)
    return trip[::-1]
