"""Who is kept apart: one organization twice, the two sides of one table, two who face one local."""

from collections.abc import Sequence
from enum import Enum
from itertools import combinations

from lab.matching.groups.seekers import Seeker
from lab.matching.groups.traces import meeting
from lab.matching.names import Sameness, same_organization
from lab.matching.unions import Nearness, nearness
from lab.said import say


class Apart(Enum):
    """Why two organizations do not sit in one group."""

    SAME = "same"
    COUNTERPART = "counterpart"
    RIVAL = "rival"


# A name that comes near to that of a union is enough here: a person may look, a group never tries.
_NEAR = frozenset({Nearness.SAME, Nearness.PARENT, Nearness.UNKNOWN})


def may_be_near(people: Sequence[Seeker]) -> list[tuple[int, int]]:
    """The places of those that leave a trace in common: of all others nothing speaks against a group."""
    own, unions = [one.traces for one in people], [one.union_traces for one in people]
    locals_ = [one.local_traces for one in people]
    return sorted(meeting(own, own) | meeting(own, unions) | meeting(locals_, locals_))


def kept_apart(people: Sequence[Seeker]) -> dict[tuple[int, int], Apart]:
    """Who of these is kept apart from whom, by their places."""
    found = {(a, b): apart(people[a], people[b]) for a, b in may_be_near(people)}
    return {pair: why for pair, why in found.items() if why is not None}


def apart(one: Seeker, other: Seeker) -> Apart | None:
    """Why these two are kept apart, None where nothing is known that speaks against them."""
    if one.ref == other.ref or _one_body(one, other):
        return Apart.SAME
    if _across(one, other) or _across(other, one):
        return Apart.COUNTERPART
    return Apart.RIVAL if _face_one_local(one, other, {Nearness.SAME}) else None


def to_look_at(one: Seeker, other: Seeker) -> bool:
    """Whether these two may face one local: they name one union in one state, and a local is missing."""
    return one.state == other.state and _face_one_local(one, other, {Nearness.UNKNOWN})


def why_apart(reason: Apart, other: Seeker) -> str:
    """The sentence for a director; it names the other organization."""
    if reason is Apart.SAME:
        return say("It is the same organization as %(other)s, which has the place.", other=other.name)
    if reason is Apart.COUNTERPART:
        return say(
            "It may be across the table from %(other)s, so they never share a group.", other=other.name
        )
    return say(
        "It faces the same union local as %(other)s, so only a director could seat them together.",
        other=other.name,
    )


def looks_among(members: tuple[Seeker, ...]) -> tuple[str, ...]:
    """What a director looks at before these are asked."""
    return tuple(
        say(
            "%(one)s and %(other)s name the same union and no local: ask which local before you go on.",
            one=one.name,
            other=other.name,
        )
        for one, other in combinations(members, 2)
        if to_look_at(one, other)
    )


# Each of these compares names only where they leave a trace in common.
def _one_body(one: Seeker, other: Seeker) -> bool:
    if one.state and other.state and one.state != other.state:
        return False
    return one.traces.meet(other.traces) and same_organization(one.name, other.name) is Sameness.SAME


def _across(employer: Seeker, union: Seeker) -> bool:
    """Whether one may be, or be part of, the union that the other bargains with."""
    if not union.traces.meet(employer.union_traces):
        return False
    return any(
        same_organization(name, written) is not Sameness.OTHER
        or nearness(name, written, employer.state, union.state) in _NEAR
        for name in (union.name, *union.parents)
        for written in employer.unions
    )


def _face_one_local(one: Seeker, other: Seeker, kinds: set[Nearness]) -> bool:
    # Asked both ways, since the nearness of a part to its whole depends on who asks.
    return one.local_traces.meet(other.local_traces) and any(
        nearness(theirs, mine, one.state, other.state) in kinds
        or nearness(mine, theirs, other.state, one.state) in kinds
        for mine in one.unions
        for theirs in other.unions
    )
