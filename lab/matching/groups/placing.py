"""Seats in networks of one stage: the most organizations in the fewest networks, then the better mix."""

from collections.abc import Sequence
from itertools import combinations
from math import ceil
from typing import Any

from lab.matching.groups.apart import kept_apart
from lab.matching.groups.rules import Rules
from lab.matching.groups.seekers import Seeker

_MONTHS = 12  # a year apart is far apart; every other likeness counts as much as none apart
Conflicts = frozenset[tuple[int, int]]


def placed(pool: Sequence[Seeker], rules: Rules) -> list[tuple[Seeker, ...]]:
    """Groups within the sizes of the rules, none with two who are kept apart; as many seated as can be.

    Where not all can be seated, those who wait longer come first. The same pool gives the same groups.
    """
    people = sorted(pool, key=lambda one: one.ref)
    conflicts = frozenset(kept_apart(people))
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
    """Let the two of different networks change places whose change does most for the mix, until none does."""
    import numpy as np

    here = sorted(a for group in groups for a in group)
    seat = np.array(
        [next(number for number, group in enumerate(groups) if a in group) for a in here], dtype=int
    )
    liking, against = np.zeros((2, len(here), len(here)), dtype=int)
    for (one, a), (other, b) in combinations(enumerate(here), 2):
        liking[one, other] = liking[other, one] = affinity(people[a], people[b], rules)
        against[one, other] = against[other, one] = (a, b) in conflicts
    for _ in range(10 * len(here)):
        pair = _best_change(seat, liking, against, len(groups))
        if pair is None:
            break
        seat[list(pair)] = seat[list(reversed(pair))]
    return [
        {a for a, place in zip(here, seat, strict=True) if place == number} for number in range(len(groups))
    ]


def _best_change(seat: Any, liking: Any, against: Any, count: int) -> tuple[int, int] | None:
    """The two whose change of places adds most liking and brings no conflict; None where nothing adds any."""
    import numpy as np

    if len(seat) == 0:
        return None
    members = np.eye(count, dtype=int)[seat]
    there, opposed = (liking @ members)[:, seat], (against @ members)[:, seat]
    own = np.diagonal(there)
    gain = there + there.T - own[:, None] - own[None, :] - 2 * liking
    free = (opposed == against) & (against == opposed.T) & (seat[:, None] != seat[None, :])
    gain = np.where(free, gain, 0)
    best = int(gain.argmax())
    one, other = divmod(best, len(seat))
    return (one, other) if gain[one, other] > 0 else None


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
