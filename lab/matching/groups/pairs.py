"""Peer pairs: who asks is paired with somebody who has it behind them, everybody who can be."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lab.matching import labels
from lab.matching.groups.apart import looks_among
from lab.matching.groups.experience import behind, in_force
from lab.matching.groups.networks import LeftOut
from lab.matching.groups.pairing import best_matching
from lab.matching.groups.rules import Rules, usual_rules
from lab.matching.groups.seekers import Seeker
from lab.matching.groups.weighing import ways
from lab.said import Said, listed, say, say_many

COACHING, SHADOWING = "peer_coaching", "shadowing"
KINDS = (COACHING, SHADOWING)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two organizations; `one` asked, and where both did the one that stands less far along comes first.

    `gives` and `takes` are the needs of the one that the other has behind it, and the other way round.
    """

    kind: str
    one: Seeker
    other: Seeker
    points: int
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    reasons: tuple[str, ...]
    looks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """The pairs, and who asked and has nobody."""

    pairs: tuple[Pair, ...]
    left_out: tuple[LeftOut, ...]


def peer_pairs(
    kind: str,
    group: Iterable[Seeker],
    *,
    refused: frozenset[frozenset[str]] = frozenset(),
    rules: Rules | None = None,
) -> Pairing:
    """The pairs of this kind that serve the most who asked, and among those the best pairs.

    Only who asked for this kind is served. For shadowing, others of the group may be hosts; for
    coaching both have asked. `refused`: pairs of references that did not come about before.
    """
    rules = rules or usual_rules()
    every = sorted({one.ref: one for one in group}.values(), key=lambda one: one.ref)
    people = [one for one in every if kind in one.needs or (kind == SHADOWING and one.agrees)]
    every_way = ways(kind, people, refused=refused, rules=rules, needs_host=kind == SHADOWING)
    asks = [kind in one.needs for one in people]
    chosen = _matching(_enough(every_way.points, asks), asks)
    paired = {place for pair in chosen for place in pair}
    left = [
        LeftOut(seeker=one, reason=_why_alone(place, people, every_way.closed))
        for place, one in enumerate(people)
        if kind in one.needs and place not in paired
    ]
    pairs = [_pair(kind, people[a], people[b], every_way.points[a, b], rules) for a, b in chosen]
    return Pairing(pairs=tuple(pairs), left_out=tuple(left))


def _enough(points: Mapping[tuple[int, int], int], asks: Sequence[bool]) -> dict[tuple[int, int], int]:
    """The pairs that a best matching needs: of hosts that did not ask, as many for each guest as there are guests.

    With so many of its best hosts, one of them is always free, so no other could do better.
    """
    hosts: dict[int, list[tuple[int, tuple[int, int]]]] = defaultdict(list)
    for (a, b), worth in sorted(points.items()):
        if not (asks[a] and asks[b]):
            hosts[a if asks[a] else b].append((-worth, (a, b)))
    kept = {pair for found in hosts.values() for _, pair in sorted(found)[: sum(asks)]}
    return {
        pair: worth for pair, worth in points.items() if pair in kept or (asks[pair[0]] and asks[pair[1]])
    }


def _matching(points: Mapping[tuple[int, int], int], asks: Sequence[bool]) -> list[tuple[int, int]]:
    """A matching over the whole group: the most who asked, then the most points."""
    served = 1 + sum(points.values())
    weights = {(a, b): served * (asks[a] + asks[b]) + worth for (a, b), worth in points.items()}
    return best_matching(weights)


def _pair(kind: str, one: Seeker, other: Seeker, points: int, rules: Rules) -> Pair:
    first, second = sorted((one, other), key=lambda each: (kind not in each.needs, each.rank, each.ref))
    takes, gives = behind(second, first, rules), behind(first, second, rules)
    return Pair(
        kind=kind, one=first, other=second, points=points, takes=takes, gives=gives,
        reasons=tuple(reason for reason in _reasons(first, second, takes, gives, rules) if reason),
        looks=looks_among((first, second)),
    )  # fmt: skip


def _reasons(
    one: Seeker, other: Seeker, takes: tuple[str, ...], gives: tuple[str, ...], rules: Rules
) -> list[str]:
    found: list[str] = []
    for guest, host, needs in ((one, other, takes), (other, one, gives)):
        if needs:
            found.append(
                say(
                    "%(host)s has behind it what %(guest)s asks for: %(needs)s.",
                    host=host.name,
                    guest=guest.name,
                    needs=labels.needs(needs),
                )
            )
        if host.rank > guest.rank:
            found.append(
                say(
                    "%(host)s stands further on: %(there)s; %(guest)s stands at: %(here)s.",
                    host=host.name,
                    there=host.here,
                    guest=guest.name,
                    here=guest.here,
                )
            )
    found += _around(one, other, rules)
    if not takes and not gives and one.rank == other.rank:
        found.insert(
            0,
            say("Both stand at the same point: %(here)s. They can think it through together.", here=one.here),
        )
    return found


def _around(one: Seeker, other: Seeker, rules: Rules) -> list[Said]:
    found = []
    for host, guest in ((one, other), (other, one)):
        if in_force(host, rules) and not in_force(guest, rules):
            found.append(say("At %(host)s a contract is in force.", host=host.name))
    if one.sector != other.sector:
        found.append(say("They work in different sectors and do not compete."))
    if one.zone == other.zone:
        found.append(say("They keep the same hours."))
    return found


def _why_alone(place: int, people: Sequence[Seeker], closed: Mapping[tuple[int, int], str]) -> str:
    """Why somebody who asked has nobody: from what closes the way to everybody else."""
    others = [other for other in range(len(people)) if other != place]
    why = Counter(closed.get((min(place, other), max(place, other)), "open") for other in others)
    open_to = [other for other in others if (min(place, other), max(place, other)) not in closed]
    if open_to:
        return say_many(
            "The one organization that could be its partner has another; a change would only leave somebody else "
            "alone.",
            "The %(num)s organizations that could be its partner have others; a change would only leave somebody "
            "else alone.",
            len(open_to),
        )
    if len(others) == why["side"]:
        return say("Nobody else on its line and side is there for this.")
    causes = [
        say_many("one stands too close to it", "%(num)s stand too close to it", why["apart"]),
        say_many("one shares no language with it", "%(num)s share no language with it", why["language"]),
        say_many(
            "with one it did not come about before",
            "with %(num)s it did not come about before",
            why["refused"],
        ),
        say_many("one stands no further on", "%(num)s stand no further on", why["host"]),
    ]
    told = [
        cause for cause, key in zip(causes, ("apart", "language", "refused", "host"), strict=True) if why[key]
    ]
    return say("Nobody fits: %(causes)s.", causes=listed(told, ", "))
