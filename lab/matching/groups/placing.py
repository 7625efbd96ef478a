"""Seats in networks of one stage: the most organizations in the fewest networks, then the better mix."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from math import ceil

from lab.matching.groups.apart import apart
from lab.matching.groups.rules import Rules
from lab.matching.groups.seekers import Seeker

_MONTHS = 12  # a year apart is far apart; every other likeness counts as much as none apart
Conflicts = frozenset[tuple[int, int]]


def placed(pool: Sequence[Seeker], rules: Rules) -> list[tuple[Seeker, ...]]:
    """Groups within the sizes of the rules, none with two who are kept apart; as many seated as can be.

    Where not all can be seated, those who wait longer come first. The same pool gives the same groups.
    """
    people = sorted(pool, key=lambda one: one.ref)
    conflicts = frozenset(
        (a, b) for a, b in combinations(range(len(people)), 2) if apart(people[a], people[b]) is not None
    )
    best: list[set[int]] = []
    for number in _numbers(len(people), rules):
        # Even sizes where they seat as many as uneven ones.
        for most in (ceil(len(people) / number), rules.largest):
            found = _most_seated(people, conflicts, number, (rules.threshold, most))
            if sum(map(len, found)) > sum(map(len, best)):
                best = found
        if sum(map(len, best)) == len(people):
            break
    mixed = sorted(sorted(group) for group in _better_mixed(best, people, conflicts, rules))
    return [tuple(people[a] for a in group) for group in mixed]


def _numbers(count: int, rules: Rules) -> range:
    """How many networks there could be: first as many as the usual size asks for."""
    most = count // rules.threshold
    usual = max(1, ceil(count / rules.largest), round(count / rules.usual))
    return range(min(usual, most), most + 1) if most else range(0)


def _most_seated(
    people: Sequence[Seeker], conflicts: Conflicts, number: int, sizes: tuple[int, int]
) -> list[set[int]]:
    """The most seats in exactly this many networks of these sizes, by an integer program; none if it cannot be."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_array

    count = len(people)
    rows = count + number + len(conflicts) * number
    table = lil_array((rows, count * number))
    low, high = np.zeros(rows), np.ones(rows)
    for a in range(count):
        table[a, a * number : (a + 1) * number] = 1
    for group in range(number):
        table[count + group, group::number] = 1
        low[count + group], high[count + group] = sizes
    row = count + number
    for a, b in sorted(conflicts):
        for group in range(number):
            table[row, a * number + group] = table[row, b * number + group] = 1
            row += 1
    waited = np.array([one.days for one in people], dtype=float)
    worth = np.repeat(1 + waited / (waited.sum() + 1), number)
    answer = milp(
        -worth, integrality=np.ones(count * number), bounds=Bounds(0, 1),
        constraints=LinearConstraint(table.tocsr(), low, high),
    )  # fmt: skip
    if answer.x is None:
        return []
    chosen = answer.x.reshape(count, number) > 0.5
    return [{int(a) for a in np.flatnonzero(chosen[:, group])} for group in range(number)]


def _better_mixed(
    groups: list[set[int]], people: Sequence[Seeker], conflicts: Conflicts, rules: Rules
) -> list[set[int]]:
    """Let two of different networks change places, as long as the mix gets better."""
    groups = [set(group) for group in groups]
    every = combinations(range(len(people)), 2)
    liking = {pair: affinity(people[pair[0]], people[pair[1]], rules) for pair in every}
    for _ in range(10 * len(people)):
        if not _one_change(groups, liking, conflicts):
            break
    return groups


def _one_change(groups: list[set[int]], liking: Mapping[tuple[int, int], int], conflicts: Conflicts) -> bool:
    for one, other in combinations(range(len(groups)), 2):
        for gone, come in product(sorted(groups[one]), sorted(groups[other])):
            here, there = groups[one] - {gone} | {come}, groups[other] - {come} | {gone}
            if _has(here, conflicts) or _has(there, conflicts):
                continue
            gain = _worth(here, liking) + _worth(there, liking)
            if gain > _worth(groups[one], liking) + _worth(groups[other], liking):
                groups[one], groups[other] = here, there
                return True
    return False


def _worth(group: set[int], liking: Mapping[tuple[int, int], int]) -> int:
    return sum(liking[pair] for pair in combinations(sorted(group), 2))


def _has(group: set[int], conflicts: Conflicts) -> bool:
    return any(pair in conflicts for pair in combinations(sorted(group), 2))


def affinity(one: Seeker, other: Seeker, rules: Rules) -> int:
    """How well two go together: alike in stage and hours, different in sector, size and region."""
    weights = rules.weights
    points = 0
    if one.months is not None and other.months is not None:
        points += weights["months"] * max(0, _MONTHS - abs(one.months - other.months))
    points += weights["hours"] * (_MONTHS if one.zone == other.zone else 0)
    points += weights["sector"] * (_MONTHS if one.sector != other.sector else 0)
    points += weights["size"] * (_MONTHS if one.size and other.size and one.size != other.size else 0)
    points += weights["region"] * (_MONTHS if one.region != other.region else 0)
    return points
