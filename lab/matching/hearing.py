"""Hearing a need by classes of words that stand together, whatever the phrase: a subject and a trouble."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product

from lab.matching.classes import may_stand_in, pattern, rules
from lab.matching.silence import Span, heard_in

# Words further apart than this belong to two thoughts, even in one sentence or in two neighbours.
REACH = 160
_AT_MOST = 6
# Troubles and wishes that go with many subjects.
GENERAL = frozenset({"lost", "help"})


def by_classes(sentence: str, after: str = "") -> Iterator[tuple[str, int, int]]:
    """The needs that a plain sentence tells, each with the place of the words in it.

    `after` is what follows up to the end of the next sentence: some troubles are told in two. There the
    words count only where the next sentence does not explain them by a subject of its own. What is
    refused, denied, well, over or other people's trouble tells no need.
    """
    here = _alone(sentence)
    yield from ((need, *_ends(spans)) for need, spans in here.told.items())
    if not after:
        return
    both = Words(sentence, after, taken=here.explained())
    for need, spans in both.told.items():
        start, end = _ends(spans)
        if need not in here.told and start < len(sentence) < end:
            yield need, start, end


def hinted(sentence: str) -> tuple[str, int, int] | None:
    """The one need that a plain sentence hints at: a subject that stands for itself, and something amiss.

    For sentences that tell nothing else. Where several are hinted at, the shortest way between the words counts.
    """
    here = Words(sentence)
    found = [
        (end - start, need, start, end)
        for need, every in rules("soft").items()
        if (spans := here.spans_of(every))
        for start, end in [_ends(spans)]
    ]
    return min(found)[1:] if found else None


class Words:
    """What a sentence tells by classes, also by words of the next one that nothing else explains."""

    def __init__(self, sentence: str, after: str = "", taken: Sequence[Span] = ()) -> None:
        shift = len(sentence)
        next_ones = _alone(after).explained() if after else ()
        taken = [*taken, *_moved(next_ones, shift)]
        here, there = _places_in(sentence), _places_in(after)
        every = {name: (*here.get(name, ()), *_moved(there.get(name, ()), shift)) for name in {*here, *there}}
        free = {name: [span for span in spans if _apart(span, taken)] for name, spans in every.items()}
        self._places = {name: spans[:_AT_MOST] for name, spans in free.items() if spans}
        self._classes = frozenset(self._places)
        self.told = self._told()

    def explained(self) -> list[Span]:
        """Every word that belongs to a need which is told here."""
        names = {name for need in self.told for rule in rules()[need] for name in rule}
        return [span for name in sorted(names) for span in self._places.get(name, ())]

    def _told(self) -> dict[str, tuple[Span, ...]]:
        """The needs with the places of their words; a general trouble belongs to what explains it best."""
        told: dict[str, tuple[Span, ...]] = {}
        for general in (False, True):
            special = [span for spans in told.values() for span in spans] if general else []
            for need, fitting in _rules(general).items():
                spans = () if need in told else self.spans_of(fitting, special)
                if spans:
                    told[need] = spans
        return told

    def spans_of(self, fitting: Sequence[tuple[str, ...]], special: Sequence[Span] = ()) -> tuple[Span, ...]:
        """One place for every class of a rule, near each other; empty where one is missing."""
        for rule in fitting:
            if not self._classes.issuperset(rule):
                continue
            places: list[list[Span]] = []
            for name in rule:
                free = [span for span in self._places[name] if name not in GENERAL or _apart(span, special)]
                if not free:
                    break
                places.append(free)
            else:
                for chosen in product(*places):
                    if _near(chosen):
                        return chosen
        return ()


@lru_cache(maxsize=4096)
def _places_in(sentence: str) -> dict[str, list[Span]]:
    """Where words of each class stand in a plain sentence and may tell a need."""
    found = {
        name: [match.span() for match in pattern(name).finditer(sentence)] for name in may_stand_in(sentence)
    }
    return {
        name: told
        for name, spans in found.items()
        if (told := [one for one in spans if heard_in(sentence, one)])
    }


def _moved(spans: Iterable[Span], shift: int) -> Iterator[Span]:
    return ((start + shift, end + shift) for start, end in spans)


@cache
def _rules(general: bool) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The rules with a general trouble or wish in them, or those without."""
    split = {
        need: tuple(rule for rule in every if bool(GENERAL & set(rule)) == general)
        for need, every in rules().items()
    }
    return {need: fitting for need, fitting in split.items() if fitting}


@lru_cache(maxsize=2048)
def _alone(sentence: str) -> Words:
    """What a sentence tells by itself."""
    return Words(sentence)


def _ends(spans: Sequence[Span]) -> Span:
    return min(start for start, _ in spans), max(end for _, end in spans)


def _apart(span: Span, others: Sequence[Span]) -> bool:
    return not any(start < span[1] and span[0] < end for start, end in others)


def _near(chosen: Sequence[Span]) -> bool:
    """Near each other, and no words twice."""
    ordered = sorted(chosen)
    apart = all(one[1] <= other[0] for one, other in pairwise(ordered))
    return apart and ordered[-1][1] - ordered[0][0] <= REACH
