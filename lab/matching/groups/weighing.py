"""What any two of a group are worth to each other, and what closes the way between them: all pairs at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab import vocabulary as words
from lab.matching.groups.apart import apart, may_be_near, to_look_at
from lab.matching.groups.experience import PEERS, has, in_force
from lab.matching.groups.rules import Rules
from lab.matching.groups.seekers import Seeker

Place = tuple[int, int]


@dataclass(frozen=True)
class Ways:
    """The pairs in which somebody asks, by their places: those that could be with their points, and the others.

    `closed` names the kind of reason: side, apart, language, refused, and host where nobody could be one.
    """

    points: dict[Place, int]
    closed: dict[Place, str]


def ways(
    kind: str,
    people: Sequence[Seeker],
    *,
    refused: frozenset[frozenset[str]],
    rules: Rules,
    needs_host: bool = False,
) -> Ways:
    """Every way between two of these in which one asks for this kind."""
    if not any(kind in one.needs for one in people):
        return Ways({}, {})
    import numpy as np

    table = _Table(people, rules)
    asks = np.array([kind in one.needs for one in people])
    hosting = asks[:, None] & table.hosting
    reasons = {
        "side": ~table.alike(lambda one: (one.line, one.side)),
        "apart": table.at(_too_close(people)),
        "language": ~table.share(lambda one: one.languages),
        "refused": table.at(_refused(people, refused)),
        "host": ~(hosting | hosting.T) & needs_host,
    }
    why = np.select(list(reasons.values()), list(reasons), default="")
    rows, columns = np.nonzero(np.triu(asks[:, None] | asks, 1))
    found = list(
        zip(
            zip(rows.tolist(), columns.tolist(), strict=True), why[rows, columns].tolist(),
            table.points[rows, columns].tolist(), strict=True,
        )
    )  # fmt: skip
    return Ways(
        points={pair: worth for pair, reason, worth in found if not reason},
        closed={pair: reason for pair, reason, _ in found if reason},
    )


class _Table:
    """A group as tables: a row for each guest, a column for each host."""

    def __init__(self, people: Sequence[Seeker], rules: Rules) -> None:
        import numpy as np

        self.people = people
        rank = np.array([one.rank for one in people])
        force = np.array([in_force(one, rules) for one in people])
        needs = [need for need in words.NEEDS if need not in PEERS]
        asked = np.array([[_weight(one, need) for need in needs] for one in people])
        behind = np.array([[has(one, need, rules) for need in needs] for one in people], dtype=int)
        takes = asked @ behind.T
        further = rank - rank[:, None]
        # There is something to see where the host stands further on, or has a need of the guest behind it.
        self.hosting = (further > 0) | (takes > 0)
        gains = 3 * takes + 2 * further.clip(0, 3) + 2 * (~force[:, None] & force)
        self.points: Any = gains + gains.T + ~self.alike(lambda one: one.sector)
        self.points += self.alike(lambda one: one.zone)
        self.points += self.alike(lambda one: one.size)

    def alike(self, say_of: Callable[[Seeker], Any]) -> Any:
        """Where this is one and the same for both."""
        return self.share(lambda one: (say_of(one),))

    def share(self, say_of: Callable[[Seeker], Sequence[Any]]) -> Any:
        """Where both have at least one of these in common."""
        import numpy as np

        told = [set(say_of(one)) for one in self.people]
        every = sorted(set().union(*told))
        each = np.array([[value in mine for value in every] for mine in told], dtype=int)
        return each @ each.T > 0

    def at(self, pairs: set[Place]) -> Any:
        """These pairs, from both their ends."""
        import numpy as np

        there = np.zeros((len(self.people), len(self.people)), dtype=bool)
        for a, b in pairs:
            there[a, b] = there[b, a] = True
        return there


def _weight(one: Seeker, need: str) -> int:
    return words.NEED_WEIGHTS[one.needs[need]].points if need in one.needs else 0


def _too_close(people: Sequence[Seeker]) -> set[Place]:
    """Who is kept apart, and who might have to be."""
    return {
        (a, b)
        for a, b in may_be_near(people)
        if apart(people[a], people[b]) is not None or to_look_at(people[a], people[b])
    }


def _refused(people: Sequence[Seeker], refused: frozenset[frozenset[str]]) -> set[Place]:
    places = {one.ref: place for place, one in enumerate(people)}
    both = (sorted(places[ref] for ref in refs if ref in places) for refs in refused)
    return {(found[0], found[1]) for found in both if len(found) == 2}
