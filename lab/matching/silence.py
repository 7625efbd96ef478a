"""The parts of a sentence that tell no need: all is well, it is over, refused or denied, or done for others."""

import re
from functools import cache, lru_cache

from lab.matching.classes import pattern

Span = tuple[int, int]
# Between two of these stands one thought; a trouble in one is not settled by the other.
_JOINT = re.compile(r",|\b(?:and|but|because|while|though|although|y|pero|porque|aunque|sino)\b")
# Where a refusal ends: what comes next speaks of something else, or of what is wanted instead.
_TURN = re.compile(
    r",\s*(?=(?:and |y )?(?:we|i|our|my|they|he|she|it|there|what|just|only|nosotr[oa]s|lo que|solo|nuestr[oa]s?|"
    r"quer\w+|busc\w+|necesit\w+)\b)|\b(?:but|pero|sino|because|porque|and (?=(?:we|i|our) )|y (?=(?:nuestr|mi)))"
)


@lru_cache(maxsize=4096)
def silent(sentence: str) -> tuple[Span, ...]:
    """The ranges of a plain sentence in which words tell no need."""
    if pattern("other_people", "silence").search(sentence):
        return ((0, len(sentence)),)
    ranges = [
        part
        for part in _parts(sentence)
        if any(pattern(name, "silence").search(sentence, *part) for name in ("well", "done", "past"))
    ]
    ranges += [found.span() for found in pattern("denied", "silence").finditer(sentence)]
    for name in ("refused", "for_others"):
        ranges += [
            (found.start() if name == "for_others" else found.end(), _turn(sentence, found.end()))
            for found in pattern(name, "silence").finditer(sentence)
        ]
    ranges += [(found.end(), _turn(sentence, found.end())) for found in _begun_with_not().finditer(sentence)]
    return tuple(ranges)


def is_silent(sentence: str) -> bool:
    """Whether the whole of a sentence is no need, or a refusal: nothing more is guessed from it."""
    return bool(silent(sentence))


def heard_in(sentence: str, span: Span) -> bool:
    """Whether words at this place of a sentence may tell a need."""
    return not any(start < span[1] and span[0] < end for start, end in silent(sentence))


def _parts(sentence: str) -> list[Span]:
    ends = [found.start() for found in _JOINT.finditer(sentence)]
    return list(zip([0, *ends], [*ends, len(sentence)], strict=True))


def _turn(sentence: str, at: int) -> int:
    found = _TURN.search(sentence, at)
    return found.start() if found else len(sentence)


@cache
def _begun_with_not() -> re.Pattern[str]:
    """ "Not a template": a sentence that begins so refuses what comes next."""
    return re.compile(
        r"^\s*not\b(?! (?:one|only|sure|just|knowing|a single|a soul|a clue|everyone|everybody|all)\b)"
    )
