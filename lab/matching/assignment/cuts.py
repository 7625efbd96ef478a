"""An irreducible set of constraints that cannot hold together, from smallest cuts.

Constraints are numbered: locks, then minima, then maxima, then demands. A flow that respects lower limits
exists unless some set of nodes is asked to send out more than it may, and only limits on the border of
that set matter (Hoffman's circulation theorem: Ahuja, Magnanti, Orlin, *Network Flows*, 1993, section 6.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.matching.assignment.problem import Bools, Ints, Problem

ANY = 1 << 40
# Up to so many units too much, constraints are proved to be needed all at once.
TREES = 64


@dataclass(frozen=True)
class Cut:
    """Constraints that ask for `excess` units more than there is room for.

    `border`: their numbers. `asks`: how many units each of them asks for, 0 for those that limit. `needed`:
    whether without it the others are known to hold together.
    """

    border: Ints
    asks: Ints
    excess: int
    needed: Bools


def irreducible(problem: Problem) -> Ints:
    """The numbers of constraints that cannot hold together, while without any one of them the others can.

    Demands that the excess does not hang on are let go at once; what is still in doubt is left out for a
    trial, more at a time while the rest stays impossible. What is needed in a set is needed in every part
    of it that is impossible.
    """
    cut = smallest_cut(problem, np.arange(int(problem.locked.sum()) + 2 * problem.columns + problem.rows))
    if cut is None:
        raise ValueError("this problem has an assignment")
    needed, size = np.zeros(0, np.int64), 1
    while True:
        if cut is not None:
            cut = _leaner(problem, cut)
            kept, needed = cut.border, np.union1d(needed, cut.border[cut.needed])
        doubtful = np.setdiff1d(kept, needed)
        if not len(doubtful):
            return kept
        part = doubtful[:size]
        cut = smallest_cut(problem, np.setdiff1d(kept, part))
        if cut is None and len(part) == 1:
            needed = np.union1d(needed, part)
        size = max(1, len(part) // 2) if cut is None else 2 * size


def _leaner(problem: Problem, cut: Cut) -> Cut:
    """A cut without what it does not hang on: asking for less than is too much, it stays impossible."""
    while True:
        order = np.argsort(-cut.asks, kind="stable")
        spare, gone = cut.excess - 1, []
        for at in order[cut.asks[order] > 0]:
            if cut.asks[at] <= spare:
                spare -= int(cut.asks[at])
                gone.append(int(at))
        fewer = smallest_cut(problem, np.delete(cut.border, gone))
        if fewer is None:
            raise AssertionError("a cut must stay one with less to spare")
        if not gone and len(fewer.border) == len(cut.border):
            return fewer
        cut = fewer


def smallest_cut(problem: Problem, kept: Ints) -> Cut | None:
    """Those of these constraints that already cannot hold together, or None where all of them can."""
    from ortools.graph.python import max_flow

    rows, columns = problem.rows, problem.columns
    locks = np.flatnonzero(problem.locked)
    in_force = np.zeros(len(locks) + 2 * columns + rows, dtype=np.bool_)
    in_force[kept] = True
    ends = np.cumsum([len(locks), columns, columns])
    locked, minimum, maximum, demand = np.split(in_force, ends)
    out, into = rows + columns, rows + columns + 1
    source, sink, nodes = into + 1, into + 2, into + 1
    low = np.zeros(problem.pairs, np.int64)
    low[locks[locked]] = 1
    load_low, load_high = np.where(minimum, problem.minimum, 0), np.where(maximum, problem.maximum, ANY)
    if (crossed := np.flatnonzero(load_low > load_high)).size:
        at = int(crossed[0])
        both = np.array([ends[0] + at, ends[1] + at])
        return Cut(both, np.zeros(2, np.int64), 1, np.zeros(2, dtype=np.bool_))
    tail = np.concatenate([problem.row, np.full(rows, out), rows + np.arange(columns), [into]])
    head = np.concatenate([problem.col + rows, np.arange(rows), np.full(columns, into), [out]])
    least = np.concatenate([low, np.where(demand, problem.demand, 0), load_low, [0]])
    most = np.concatenate(
        [np.ones(problem.pairs, np.int64), np.where(demand, problem.demand, ANY), load_high, [ANY]]
    )
    given, taken = np.bincount(head, least, nodes), np.bincount(tail, least, nodes)
    tails = np.concatenate([tail, np.full(nodes, source), np.arange(nodes)])
    heads = np.concatenate([head, np.arange(nodes), np.full(nodes, sink)])
    room = np.concatenate([most - least, given, taken]).astype(np.int64)
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(tails, heads, room)
    solver.solve(source, sink)
    excess = int(least.sum() - solver.optimal_flow())
    if not excess:
        return None
    side = np.zeros(sink + 1, dtype=np.bool_)
    side[solver.get_source_side_min_cut()] = True
    # The arc of each constraint: it limits where it leads out of the side, and asks where it leads into it.
    arcs = np.concatenate(
        [
            locks,
            problem.pairs + rows + np.arange(columns),
            problem.pairs + rows + np.arange(columns),
            problem.pairs + np.arange(rows),
        ]
    )
    limiting, asking = side[tail][arcs] & ~side[head][arcs], side[head][arcs] & ~side[tail][arcs]
    asking &= least[arcs] > 0
    # Maxima only limit, locks and minima only ask, demands do both.
    limiting[: ends[1]], asking[ends[1] : ends[2]] = False, False
    border = np.flatnonzero((limiting | asking) & in_force)
    arc, asking = arcs[border], asking[border]
    asks = np.where(asking, least[arc], 0)
    flows = solver.flows(np.arange(len(tails)))
    reached, reaching = _connected(tails, heads, room - flows, flows, (source, sink), excess)
    # Without the constraint more can flow along its arc, or back where it asks.
    begin, end = np.where(asking, head[arc], tail[arc]), np.where(asking, tail[arc], head[arc])
    needed = reached[begin] & reaching[end] & (~asking | (asks >= excess))
    return Cut(border, asks, excess, needed)


def _connected(
    tails: Ints, heads: Ints, ahead: Ints, back: Ints, ends: tuple[int, int], units: int
) -> tuple[Bools, Bools]:
    """The nodes to which so many more units can surely flow from the source, and from which to the sink.

    As many trees as units, none using an arc beyond its room: each brings one unit to every node in it.
    They go deep first: broad ones would use up all arcs of the node that several begin with.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import depth_first_order

    size = max(ends) + 1
    room = np.concatenate([ahead, back])
    begin, stop = np.concatenate([tails, heads]), np.concatenate([heads, tails])
    found = []
    for end, ways in ((ends[0], (begin, stop)), (ends[1], (stop, begin))):
        # A tree that came back to the end would use up what the next one begins with.
        open_ = (room > 0) & (ways[1] != end)
        left: Any = coo_array((room[open_], (ways[0][open_], ways[1][open_])), shape=(size, size)).tocsr()
        surely = np.full(size, units <= TREES)
        for _ in range(min(units, TREES)):
            first = int(left.indices[left.indptr[end]])
            order, before = depth_first_order(left, first)
            here = np.zeros(size, dtype=np.bool_)
            here[order] = True
            surely &= here
            used = (np.append(before[order[1:]], end), np.append(order[1:], first))
            left = left - coo_array((np.ones(len(order), np.int64), used), shape=(size, size)).tocsr()
            left.eliminate_zeros()
        found.append(surely)
    return found[0], found[1]
