"""Cases and consultants under hours a month: as many cases as possible, then the highest total.

Each case wants hours of its own, so this is a generalized assignment (Martello and Toth, *Knapsack Problems*,
1990, chapter 7). Integer programming solves it; a flow that counts places instead of hours and is then filled
up stands beside it, so that a search that is cut short never gives less.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.matching.hours_program import Program


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """One case with one consultant: the hours a month it takes and what it is worth."""

    case: int
    consultant: str
    hours: float
    score: float


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The chosen pairings. No choice places more than `most` cases; none with as many has a total above `bound`."""

    chosen: tuple[Pairing, ...]
    most: int
    bound: float


def one_by_one(
    pairings: Sequence[Pairing], free: Mapping[str, float], *, locked: Collection[tuple[int, str]] = ()
) -> list[Pairing]:
    """First come, first served: each case takes the best consultant who still has the hours.

    Locked pairs are served first.
    """
    left, chosen, placed = dict(free), [], set()
    held = set(locked)
    for pairing in sorted(pairings, key=lambda one: (one.case, one.consultant) not in held):
        if pairing.case not in placed and pairing.hours <= left[pairing.consultant] + 1e-9:
            left[pairing.consultant] -= pairing.hours
            placed.add(pairing.case)
            chosen.append(pairing)
    return chosen


def place(
    pairings: Sequence[Pairing],
    free: Mapping[str, float],
    *,
    locked: Collection[tuple[int, str]] = (),
    minimums: Mapping[str, int] | None = None,
) -> Placed | None:
    """The best choice of pairings, at most one a case; None where locks and minimums cannot hold.

    `free`: hours a month by consultant. `locked`: pairs of case and consultant that are chosen in any
    case. `minimums`: how many cases a consultant gets at least. Ties fall to the earlier pairing.
    """
    minimums = {ref: least for ref, least in (minimums or {}).items() if least}
    known = {pairing.consultant for pairing in pairings}
    if not minimums.keys() <= known or not set(locked) <= {(one.case, one.consultant) for one in pairings}:
        return None
    if not pairings:
        return Placed(chosen=(), most=0, bound=0.0)
    from lab.matching.hours_program import Program

    program = Program(pairings, free, locked=set(locked), minimums=minimums)
    found = [
        choice
        for choice in (_rounded_flow(pairings, free, set(locked), minimums), program.kept(_greedy(program)))
        if choice is not None
    ]
    cases = len({pairing.case for pairing in pairings})
    reached = max((len(choice) for choice in found), default=0)
    most = cases
    if reached < cases:
        counted = program.solve(_each_counts_one(pairings, cases), known=_longest(found))
        if counted is None:
            return None
        found.append(counted.chosen)
        most = min(cases, int(counted.bound + 1e-6))
    reached = max(len(choice) for choice in found)
    summed = program.solve([pairing.score for pairing in pairings], at_least=reached, known=_longest(found))
    if summed is not None:
        found.append(summed.chosen)
    best = _longest(found)
    if (
        summed is not None
        and _total(summed.chosen) >= _total(best) - 1e-6
        and len(summed.chosen) == len(best)
    ):
        best = summed.chosen
    bound = summed.bound if summed is not None else _total(best)
    return Placed(chosen=tuple(best), most=most, bound=max(bound, _total(best)))


def _longest(found: Sequence[list[Pairing]]) -> list[Pairing]:
    """The choice with the most cases, and then the highest total; nothing where there is none."""
    return max(found, key=lambda choice: (len(choice), round(_total(choice), 6)), default=[])


def _each_counts_one(pairings: Sequence[Pairing], cases: int) -> list[float]:
    """One for each pairing and a little for its score: so little that all of it never makes up for a case."""
    highest = max((one.score for one in pairings), default=0.0) or 1.0
    return [1.0 + max(one.score, 0.0) / abs(highest) / (2 * cases) for one in pairings]


def _total(chosen: Sequence[Pairing]) -> float:
    return sum(pairing.score for pairing in chosen)


def _greedy(program: Program) -> list[Pairing]:
    return one_by_one(program.pairings, program.free, locked=program.locked)


def _rounded_flow(
    pairings: Sequence[Pairing],
    free: Mapping[str, float],
    locked: set[tuple[int, str]],
    minimums: Mapping[str, int],
) -> list[Pairing] | None:
    """A flow over places, as many as surely fit into somebody's hours; what is left is filled up in order."""
    import numpy as np

    from lab.matching.assignment import ImpossibleError, assign

    cases = sorted({one.case for one in pairings})
    people = sorted({one.consultant for one in pairings})
    case_of, person_of = ({key: n for n, key in enumerate(keys)} for keys in (cases, people))
    longest = {ref: max(one.hours for one in pairings if one.consultant == ref) for ref in people}
    places = np.array([int((free[ref] + 1e-9) / longest[ref]) for ref in people])
    row = np.array([case_of[one.case] for one in pairings])
    col = np.array([person_of[one.consultant] for one in pairings])
    score = np.array([one.score for one in pairings])
    waiting = len(people)
    try:
        found = assign(
            np.append(row, np.arange(len(cases))),
            np.append(col, np.full(len(cases), waiting)),
            # One more placed case may move every other: waiting costs more than all they can lose by that.
            np.append(score, np.full(len(cases), -len(cases) * float(score.max() + 1))),
            demand=np.ones(len(cases), dtype=int),
            minimum=np.append([minimums.get(ref, 0) for ref in people], 0),
            maximum=np.append(places, len(cases)),
            locked=[(case_of[case], person_of[ref]) for case, ref in sorted(locked)],
        )
    except ImpossibleError:
        return None
    pairs = {(cases[r], people[c]) for r, c in zip(found.row, found.col, strict=True) if c != waiting}
    chosen = [one for one in pairings if (one.case, one.consultant) in pairs]
    left = dict(free)
    for one in chosen:
        left[one.consultant] -= one.hours
    waits = set(cases) - {one.case for one in chosen}
    return chosen + one_by_one([one for one in pairings if one.case in waits], left)
