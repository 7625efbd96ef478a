"""Whether two written names mean one organization: by their words, not by their spelling."""

import re
import unicodedata
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache

_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an the of for and in at de del la el los las y inc llc incorporated corp corporation "
        "co ltd llp pc pllc ",
    )
)
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "association center centre services service foundation institute society council "
        "organization group national american program project network agency alliance office "
        "offices firm partners associates law school district university county city community "
        "health unified education public ",
    )
)


_SHORT = {
    "st": "saint",
    "ctr": "center",
    "centre": "center",
    "assn": "association",
    "assoc": "association",
    "org": "organization",
    "fdn": "foundation",
    "inst": "institute",
    "univ": "university",
    "dept": "department",
    "natl": "national",
    "usd": "unified",
    "coe": "office",
}


class Sameness(Enum):
    """Whether two names mean one body."""

    SAME = "same"
    LIKE = "like"
    OTHER = "other"


@lru_cache(maxsize=65536)
def same_organization(one: str, other: str) -> Sameness:
    """SAME where the words agree, LIKE where a person must look, OTHER where they do not."""
    mine, theirs = words_of(one), words_of(other)
    if not mine or not theirs:
        return Sameness.OTHER
    if mine == theirs:
        return Sameness.SAME
    if _initials(one, other) or _initials(other, one):
        return Sameness.LIKE
    if _elsewhere(one, other):
        return Sameness.OTHER
    shared, every = mine & theirs, mine | theirs
    telling = shared - _GENERIC
    left = every - shared
    if not telling:
        return Sameness.OTHER
    if len(shared) / len(every) >= 0.8 or (len(shared) >= 2 and left <= _GENERIC and len(left) <= 1):
        return Sameness.SAME
    spelled = SequenceMatcher(None, " ".join(sorted(mine)), " ".join(sorted(theirs))).ratio()
    if spelled >= 0.93:
        return Sameness.SAME
    contained = mine <= theirs or theirs <= mine
    if len(shared) / len(every) >= 0.6 or (contained and len(shared) >= 2) or spelled >= 0.85:
        return Sameness.LIKE
    return Sameness.OTHER


@lru_cache(maxsize=65536)
def words_of(name: str) -> frozenset[str]:
    """The words of a name that carry meaning; what stands in brackets is a remark."""
    bare = re.sub(r"\([^)]*\)", " ", name)
    return frozenset(_SHORT.get(word, word) for word in simple(bare).split() if word not in _LITTLE)


def _elsewhere(one: str, other: str) -> bool:
    """Whether one common name stands for two places: "Legal Aid Society of" here and there."""
    here, _, this_place = simple(one).rpartition(" of ")
    there, _, that_place = simple(other).rpartition(" of ")
    if not here or words_of(here) != words_of(there):
        return False
    return not words_of(this_place) & words_of(that_place)


def _initials(short: str, long: str) -> bool:
    """Whether one name is the first letters of the other."""
    plain = simple(short)
    every = simple(re.sub(r"\([^)]*\)", " ", long)).split()
    if " " in plain or len(plain) < 3 or len(every) < 3:
        return False
    telling = "".join(word[0] for word in every if word not in _LITTLE)
    return plain in (telling, "".join(word[0] for word in every))


@lru_cache(maxsize=65536)
def simple(name: str) -> str:
    """Lower case, no accents, words and numbers only."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"['’.]", "", plain)))
