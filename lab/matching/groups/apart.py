"""Who is kept apart: one organization twice, the two sides of one table, two who face one local."""

from enum import Enum
from functools import lru_cache
from itertools import combinations

from lab.matching.groups.seekers import Seeker
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


@lru_cache(maxsize=131072)
def apart(one: Seeker, other: Seeker) -> Apart | None:
    """Why these two are kept apart, None where nothing is known that speaks against them."""
    if one.ref == other.ref:
        return Apart.SAME
    if not one.traces.meet(other.traces):
        return None  # most of a large group: names are compared only where something in them agrees
    if _one_body(one, other):
        return Apart.SAME
    if _across(one, other) or _across(other, one):
        return Apart.COUNTERPART
    if any(
        _near(mine, theirs, one, other, {Nearness.SAME}) for mine in one.unions for theirs in other.unions
    ):
        return Apart.RIVAL
    return None


def to_look_at(one: Seeker, other: Seeker) -> bool:
    """Whether these two may face one local: they name one union in one state, and a local is missing."""
    if one.state != other.state or not one.traces.meet(other.traces):
        return False
    return any(
        _near(mine, theirs, one, other, {Nearness.UNKNOWN}) for mine in one.unions for theirs in other.unions
    )


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


def _one_body(one: Seeker, other: Seeker) -> bool:
    same_place = not one.state or not other.state or one.state == other.state
    return same_place and same_organization(one.name, other.name) is Sameness.SAME


def _across(employer: Seeker, union: Seeker) -> bool:
    """Whether one may be, or be part of, the union that the other bargains with."""
    for name in (union.name, *union.parents):
        for written in employer.unions:
            if same_organization(name, written) is not Sameness.OTHER:
                return True
            if nearness(name, written, employer.state, union.state) in _NEAR:
                return True
    return False


def _near(mine: str, theirs: str, one: Seeker, other: Seeker, kinds: set[Nearness]) -> bool:
    # Asked both ways, since the nearness of a part to its whole depends on who asks.
    return (
        nearness(theirs, mine, one.state, other.state) in kinds
        or nearness(mine, theirs, other.state, one.state) in kinds
    )
