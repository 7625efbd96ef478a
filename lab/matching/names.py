"""Whether two written names mean one organization: by their words, not by their spelling."""

import re
import unicodedata
from collections.abc import Sequence
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


_WITHOUT_REMARK = re.compile(r"\([^)]{0,300}\)")
_WHOLE = {"intl": "international", "natl": "national"}


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
    if initials(one, other) or initials(other, one):
        return Sameness.LIKE
    shared, every = mine & theirs, mine | theirs
    telling = shared - _GENERIC
    left = every - shared
    if not telling or _elsewhere(one, other):
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
    bare = _WITHOUT_REMARK.sub(" ", name)
    return frozenset(_SHORT.get(word, word) for word in simple(bare).split() if word not in _LITTLE)


def telling_words(name: str) -> frozenset[str]:
    """The words by which a name can agree with another: those that are not said of many."""
    return words_of(name) - _GENERIC


def _elsewhere(one: str, other: str) -> bool:
    """Whether one common name stands for two places: "Legal Aid Society of" here and there."""
    here, _, this_place = simple(one).rpartition(" of ")
    there, _, that_place = simple(other).rpartition(" of ")
    if not here or words_of(here) != words_of(there):
        return False
    return not words_of(this_place) & words_of(that_place)


def initials(short: str, long: str) -> bool:
    """Whether a word of one name is the first letters of the other, and what is left of both agrees.

    So "ACLU of Ohio" may be the "American Civil Liberties Union of Ohio"; a name alone may be any part.
    """
    rows, mine = first_letters(long), written_words(short)
    if not any(len(word) >= 3 and word in row for word in mine for row in rows):
        return False  # most names: a look at the letters alone is quick
    every = written_words(long)
    telling = [word for word in every if word not in _LITTLE]
    return any(
        _stands_for(word, run, {*mine} - {word})
        for word in mine
        if len(word) >= 3
        for run in (every, telling)
    )


@lru_cache(maxsize=65536)
def written_words(name: str) -> tuple[str, ...]:
    """The words of a name in their order, without remarks."""
    return tuple(simple(_WITHOUT_REMARK.sub(" ", name)).split())


@lru_cache(maxsize=65536)
def first_letters(name: str) -> tuple[str, str]:
    """The first letters of the words of a name, and of those that carry meaning."""
    every = written_words(name)
    return "".join(word[0] for word in every), "".join(word[0] for word in every if word not in _LITTLE)


def _stands_for(letters: str, run: Sequence[str], beside: set[str]) -> bool:
    """Whether letters are the beginnings of words that follow each other, and the other words agree."""
    mine = {_SHORT.get(word, word) for word in beside - _LITTLE}
    for at in range(len(run) - len(letters) + 1):
        if "".join(word[0] for word in run[at : at + len(letters)]) == letters:
            left = {_SHORT.get(word, word) for word in (*run[:at], *run[at + len(letters) :])} - _LITTLE
            if mine == left or (not mine & left and not (mine and left)):
                return True
    return False


@lru_cache(maxsize=65536)
def simple(name: str) -> str:
    """Lower case, no accents, words and numbers only; "&" is "and", "Int'l" is "International"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    found = re.findall(r"[a-z0-9]+", re.sub(r"['.]", "", plain.replace("&", " and ")))
    return " ".join(_WHOLE.get(word, word) for word in found)
