"""The integer program of cases and consultants under hours, with as few pairings in it as surely suffice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from lab.matching.placing import Pairing

# Up to this many pairings all are in the program, to the end wherever that is near; beyond, it is given the
# CORE most promising and stops at a gap or after so many nodes. Nodes, not seconds: the same input gives
# the same output on every machine.
SMALL, CORE = 3000, 2500
EXACT: Mapping[str, float] = {"mip_rel_gap": 0.0, "node_limit": 3000}
CUT_SHORT: Mapping[str, float] = {"mip_rel_gap": 1e-4, "node_limit": 200}
# Where more than this share may be missing, all pairings that may be part of something better are looked
# at, if they are not so many more.
ENOUGH, WIDER = 1e-3, 4
TIE = 1e-7

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Solved:
    """The chosen pairings, in order, what no choice exceeds, and where the pairings stand."""

    chosen: list[Pairing]
    bound: float
    places: npt.NDArray[np.int64]


class Program:
    """The integer program: one variable a pairing, a row for each case and for each consultant."""

    def __init__(
        self,
        pairings: Sequence[Pairing],
        free: Mapping[str, float],
        *,
        locked: set[tuple[int, str]],
        minimums: Mapping[str, int],
    ) -> None:
        self.pairings, self.free = list(pairings), free
        self.locked, self.minimums = locked, minimums
        cases = {case: row for row, case in enumerate(sorted({one.case for one in pairings}))}
        self.people = {ref: row for row, ref in enumerate(sorted({one.consultant for one in pairings}))}
        self.cases = len(cases)
        self.case_row = np.array([cases[one.case] for one in pairings])
        self.person_row = np.array([self.people[one.consultant] for one in pairings])
        self.hours = np.array([one.hours for one in pairings])
        self.held = np.array([(one.case, one.consultant) in locked for one in pairings])

    def kept(self, chosen: list[Pairing]) -> list[Pairing] | None:
        """The choice, if it keeps locks and minimums."""
        pairs = {(one.case, one.consultant) for one in chosen}
        counts = {ref: sum(one.consultant == ref for one in chosen) for ref in self.minimums}
        fits = self.locked <= pairs and all(counts[ref] >= least for ref, least in self.minimums.items())
        return chosen if fits else None

    def solve(
        self, worth: Sequence[float], *, at_least: int = 0, known: Collection[Pairing] = ()
    ) -> Solved | None:
        """The choice with the highest sum of `worth`, with so many cases at least, and the bound of the sum.

        `known`: a choice that keeps everything; it stays possible, whatever is left out.
        """
        many = len(self.pairings)
        asked = np.array(worth) - TIE * np.arange(many) / many
        everything = np.arange(many)
        if many <= SMALL:
            return self._searched(asked, everything, at_least, EXACT)
        relaxed = self._relaxed(asked, at_least)
        if relaxed is None:
            return None
        highest, losing = relaxed
        held = set(known)
        losing[np.array([one in held for one in self.pairings]) | self.held] = 0.0
        order = np.argsort(losing, kind="stable")
        core, rest = np.sort(order[:CORE]), order[CORE:]
        found = self._searched(asked, core, at_least, CUT_SHORT)
        if found is None:
            return self._searched(asked, everything, at_least, CUT_SHORT)
        # A choice with a pairing that was left out loses at least what the cheapest of them loses.
        outside = highest - float(losing[rest].min(initial=np.inf))
        reached = float(sum(asked[at] for at in found.places))
        if outside - reached > ENOUGH * abs(highest):
            core = np.flatnonzero(losing <= highest - reached)
            if len(core) <= WIDER * CORE and (wider := self._searched(asked, core, at_least, CUT_SHORT)):
                return Solved(wider.chosen, min(highest, max(wider.bound, reached)) + TIE, wider.places)
        return Solved(found.chosen, min(highest, max(found.bound, outside)) + TIE, found.places)

    def _relaxed(self, worth: Floats, at_least: int) -> tuple[float, Floats] | None:
        """The optimum where pairings may be chosen in part, and what each pairing loses of it at least."""
        from scipy.optimize import linprog
        from scipy.sparse import vstack

        rows = self._rows(np.arange(len(worth)), at_least)
        above = [(part.A, part.ub) for part in rows if np.isfinite(part.ub).all()]
        above += [(-part.A, -part.lb) for part in rows if not np.isfinite(part.ub).all()]
        solved = linprog(
            -worth,
            A_ub=vstack([matrix for matrix, _ in above]),
            b_ub=np.concatenate([np.atleast_1d(limit) for _, limit in above]),
            bounds=np.column_stack([self.held.astype(float), np.ones(len(worth))]),
            method="highs",
        )
        if solved.x is None:
            return None
        losing: Floats = np.maximum(np.asarray(solved.lower.marginals), 0.0)
        return -float(solved.fun), losing

    def _searched(
        self, worth: Floats, among: npt.NDArray[np.int64], at_least: int, options: Mapping[str, float]
    ) -> Solved | None:
        from scipy.optimize import Bounds, milp

        solved = milp(
            -worth[among],
            constraints=self._rows(among, at_least),
            integrality=np.ones(len(among)),
            bounds=Bounds(self.held[among].astype(float), 1.0),
            options=dict(options),
        )
        if solved.x is None:
            return None
        places = among[solved.x > 0.5]
        bound = solved.mip_dual_bound
        bound = -float(bound if bound is not None else solved.fun) + TIE
        return Solved([self.pairings[at] for at in places], bound, places)

    def _rows(self, among: npt.NDArray[np.int64], at_least: int) -> list[Any]:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import csr_array

        many, people = len(among), len(self.people)
        column, one = np.arange(many), np.ones(many)
        case, person = self.case_row[among], self.person_row[among]
        limits = np.array([self.free[ref] for ref in self.people]) + 1e-9
        rows = [
            LinearConstraint(
                csr_array((one, (case, column)), shape=(self.cases, many)), ub=np.ones(self.cases)
            ),
            LinearConstraint(
                csr_array((self.hours[among], (person, column)), shape=(people, many)), ub=limits
            ),
            LinearConstraint(csr_array(np.ones((1, many))), lb=np.array([float(at_least)])),
        ]
        least = np.array([self.minimums.get(ref, 0) for ref in self.people], dtype=float)
        if least.any():
            rows.append(LinearConstraint(csr_array((one, (person, column)), shape=(people, many)), lb=least))
        return rows
