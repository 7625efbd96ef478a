"""Union names: usual names, locals by number, and what is part of what."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from lab import vocabulary as words
from lab.matching.names import Sameness, same_organization, simple
from lab.vocabulary import UnionName

_LOCAL = re.compile(
    r"\b(?:local|chapter|council|lodge|district|branch|unit|no|number)\s+(?:union\s+)?(?:no\s+|number\s+)?"
    r"(\d+[a-z]*)\b"
)
_LOOSE_NUMBER = re.compile(r"\b(\d+[a-z]*)\b")
_BELONGING = frozenset(
    re.findall(
        r"\w+",
        "local affiliate affiliated chapter council unit lodge branch union section division "
        "district charter the of and afl cio no number international ",
    )
)


class Nearness(Enum):
    """How near a tie is to a union of the case."""

    SAME = "same"
    PARENT = "parent"
    UNKNOWN = "unknown"
    SIBLING = "sibling"
    OTHER = "other"


@dataclass(frozen=True)
class Union:
    """A union as it was written: who it may be, which local, and the words left over."""

    bodies: frozenset[str]
    local: str | None
    rest: str
    written: str


@lru_cache(maxsize=65536)
def nearness(party: str, union: str, state: str, party_state: str = "") -> Nearness:
    """How near a declared party is to the union of a unit in a state.

    SAME is the local itself, PARENT a body it is part of, UNKNOWN where a local is not named,
    SIBLING another local of one body, OTHER no relation.
    """
    mine, theirs = read_union(union, state), read_union(party, party_state)
    if not mine.bodies or not theirs.bodies:
        return _by_words(party, union)
    shared = mine.bodies & theirs.bodies
    if shared:
        near = _within_one_body(mine, theirs)
        certain = mine.bodies == theirs.bodies or len(theirs.bodies) == 1
        return near if certain or near in (Nearness.SIBLING,) else Nearness.UNKNOWN
    if any(theirs.bodies & ancestors(body) for body in mine.bodies):
        if theirs.local is None:
            return Nearness.PARENT
        return Nearness.UNKNOWN if theirs.local == mine.local else Nearness.SIBLING
    if any(mine.bodies & ancestors(body) for body in theirs.bodies):
        # The tie is to something inside the body that the unit names: it may be this very local.
        return Nearness.UNKNOWN if mine.local in (None, theirs.local) else Nearness.SIBLING
    return Nearness.OTHER


def _within_one_body(mine: Union, theirs: Union) -> Nearness:
    if mine.local and theirs.local:
        return Nearness.SAME if mine.local == theirs.local else Nearness.SIBLING
    if all(is_local(body) for body in mine.bodies & theirs.bodies):
        # A council is one body; a numbered local inside it belongs to it and is not the same.
        if mine.local:
            return Nearness.PARENT
        return Nearness.UNKNOWN if theirs.local else Nearness.SAME
    if mine.rest and mine.rest == theirs.rest and mine.local == theirs.local:
        return Nearness.SAME
    if theirs.local is None and not theirs.rest:
        return Nearness.PARENT
    if theirs.local is None and mine.local is None and mine.rest and theirs.rest:
        return Nearness.SIBLING
    return Nearness.UNKNOWN


@lru_cache(maxsize=65536)
def without_local(written: str) -> str:
    """A name without the number of its local."""
    return _LOCAL.sub(" ", simple(written))


def _by_words(party: str, union: str) -> Nearness:
    mine, theirs = _LOCAL.search(simple(union)), _LOCAL.search(simple(party))
    # Locals are compared by number and what is left by its words, so that initials are seen too.
    bare = same_organization(without_local(party), without_local(union))
    if mine and theirs and mine.group(1) != theirs.group(1):
        return Nearness.SIBLING if bare is Sameness.SAME else Nearness.OTHER
    if bare is Sameness.SAME and bool(mine) != bool(theirs):
        return Nearness.PARENT if mine else Nearness.UNKNOWN
    return {
        Sameness.SAME: Nearness.SAME,
        Sameness.LIKE: Nearness.UNKNOWN,
        Sameness.OTHER: Nearness.OTHER,
    }[bare]


@lru_cache(maxsize=65536)
def read_union(written: str, state: str = "") -> Union:
    """Read a written union name; a short name that several share counts in its state."""
    plain = simple(written)
    best: list[tuple[str, UnionName]] = []
    for known, union in _known_names():
        if known in plain and re.search(rf"\b{re.escape(known)}\b", plain):
            if best and len(known) < len(best[0][0]):
                break
            best.append((known, union))
    if not best:
        found = _LOCAL.search(plain)
        return Union(frozenset(), found.group(1) if found else None, plain, written)
    known = best[0][0]
    unions = [union for _, union in best]
    here = [union for union in unions if state and state in union.states]
    unions = here or unions
    rest = re.sub(rf"\b{re.escape(known)}\b", " ", plain, count=1)
    number = _LOCAL.search(rest) or (_LOOSE_NUMBER.search(rest))
    local = number.group(1) if number else None
    if any(_LOCAL.search(known) for known in (known,)):
        local = None
    left = " ".join(
        word for word in rest.split() if word not in _BELONGING and word != local and not _is_alias(word)
    )
    if all(is_local(union.name) for union in unions):
        inside = _LOCAL.search(rest)
        own = {number for union in unions for number in _own_numbers(union)}
        local = inside.group(1) if inside and inside.group(1) not in own else None
    return Union(frozenset(union.name for union in unions), local, left, written)


def _own_numbers(union: UnionName) -> set[str]:
    return {number for known in (union.name, *union.aliases) for number in re.findall(r"\d+", known)}


def _is_alias(word: str) -> bool:
    return word in _aliases()


@cache
def _aliases() -> frozenset[str]:
    return frozenset(known for known, _ in _known_names())


@cache
def _known_names() -> tuple[tuple[str, UnionName], ...]:
    """Every usual name, the longest first, so that a local wins over its parent."""
    found = [
        (simple(name), union)
        for union in words.UNION_ALIASES
        for name in (union.name, union.name.removeprefix("The "), *union.aliases)
    ]
    unique = {(known, union.name): (known, union) for known, union in found}
    return tuple(sorted(unique.values(), key=lambda pair: (-len(pair[0]), pair[0], pair[1].name)))


@cache
def is_local(name: str) -> bool:
    """Whether a known name is itself a local: it has a number, or the name of one."""
    union = next((union for union in words.UNION_ALIASES if union.name == name), None)
    if union is None:
        return False
    every = [simple(known) for known in (union.name, *union.aliases)]
    return any(_LOCAL.search(known) or known[:1].isdigit() for known in every)


@cache
def ancestors(name: str) -> frozenset[str]:
    """Every body that a known union is part of, also by way of another."""
    found: set[str] = set()
    left = [name]
    while left:
        here = left.pop()
        for union in words.UNION_ALIASES:
            if union.name == here:
                left += [parent for parent in union.part_of if parent not in found]
                found |= set(union.part_of)
    return frozenset(found)
