"""Reading words of the field in a free text: phrases by their stems, in English and in Spanish."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest

from lab import vocabulary as words
from lab.matching.hearing import by_classes, hinted
from lab.matching.silence import heard_in, is_silent

_WORD = re.compile(r"[a-z0-9$%]+(?:['’][a-z]+)?")
_WORD_OR_COMMA = re.compile(rf"{_WORD.pattern}|,")
SENTENCE = re.compile(r"[^.!?;:\n]+")
_SMALL = frozenset(
    re.findall(
        r"\S+",
        "a an the of to in on at by for with and or our your my their his her its this that these those each "
        "every any some is are was were be been it we i you they he she us them me as so just very more "
        "el la los las lo un una unos unas de del al y o u en con por para nuestro nuestra nuestros nuestras "
        "su sus mi mis cada este esta estos estas eso esto que es son se nos les le",
    )
)
_ASKS = re.compile(
    r"\b(need|needs|help|want|wants|wanted|looking for|look for|lack|lacks|someone|somebody|anyone|anybody|"
    r"would like|d like|d love|could use|how do|how to|how you|where to|do you have|is there|don't know|"
    r"dont know|do not know|not sure|knows what|figure out|hoping|ready to|pick|"
    r"prepare|learn|train|coach|guide|before|between now|support|idea|"
    r"necesit\w*|ayuda\w*|quer\w+|quisi\w+|busc\w*|falta\w*|como se|como podemos|no sab\w+|nunca|"
    r"alguien|apoyo|aprender|prepar\w*|miedo)\b"
)
_FOCUS = re.compile(
    r"\b(what (?:i|we) (?:lack|need)\b|most of all|above all|more than anything|the (?:main|biggest|real|"
    r"first|one) (?:thing|problem|need|trouble|worry)|first of all|urgent\w*|badly need|"
    r"lo que (?:nos )?(?:falta|necesitamos)|sobre todo|lo mas importante|lo primero|urge\w*)\b"
)


@dataclass(frozen=True)
class Heard:
    """What a text says about one need: the words, how often, and how plainly it asks."""

    need: str
    words: str
    times: int
    asks: bool
    focus: bool


@dataclass(frozen=True)
class _Token:
    stem: str
    start: int
    end: int


def hear(text: str, line: str) -> dict[str, Heard]:
    """The needs of this line that the text speaks of, in other words or the same."""
    return {need: heard for need, heard in _hear(text).items() if line in words.NEEDS[need].lines}


@lru_cache(maxsize=4096)
def _hear(text: str) -> dict[str, Heard]:
    found: dict[str, list[tuple[str, bool, bool]]] = defaultdict(list)
    lowered = plain(text)
    previous_asks = False
    sentences = list(SENTENCE.finditer(lowered))
    for match, following in zip_longest(sentences, sentences[1:]):
        sentence, offset = match.group(), match.start()
        wished, focus = asks(sentence), bool(_FOCUS.search(sentence))
        hits = [hit for hit in _phrases_in(sentence) if heard_in(sentence, hit[1:])]
        said = {need for need, _, _ in hits}
        after = lowered[match.end() : following.end()] if following else ""
        # What a phrase has told is not told a second time by its words, but told as a trouble or a wish.
        every = list(by_classes(sentence, after))
        plainly = {need for need, _, _ in every}
        by_words = [hit for hit in every if hit[0] not in said]
        if not hits and not by_words and not is_silent(sentence) and (hint := hinted(sentence)):
            hits, wished = [hint], False
        for need, start, end in (*hits, *by_words):
            heard = text[offset + start : offset + end]
            found[need].append((heard, wished or previous_asks or need in plainly, focus))
        # A list after a colon or in brackets still belongs to the question before it.
        previous_asks = asks(sentence) and lowered[match.end() : match.end() + 1] in (":", ";")
    return {need: _together(need, hits) for need, hits in found.items()}


def asks(sentence: str) -> bool:
    """Whether a plain sentence asks for something or says what is missing."""
    return bool(_ASKS.search(sentence))


def _together(need: str, hits: list[tuple[str, bool, bool]]) -> Heard:
    said = dict.fromkeys(" ".join(hit[0].split()) for hit in hits)
    return Heard(
        need=need,
        words="; ".join(list(said)[:3]),
        times=len(said),
        asks=any(hit[1] for hit in hits),
        focus=any(hit[2] for hit in hits),
    )


def _phrases_in(sentence: str) -> list[tuple[str, int, int]]:
    # A comma counts as a word, so that a phrase seldom runs from one thought into the next.
    tokens = [(match.group(), match.start(), match.end()) for match in _WORD_OR_COMMA.finditer(sentence)]
    said = [(word, _one(word)) for word, _, _ in tokens]
    whole, begun = _phrases()
    hits: list[tuple[str, int, int]] = []
    for at, (word, start, _) in enumerate(tokens):
        starting = [entry for entry in begun.get(word[:2], ()) if word.startswith(entry[1][0][0])]
        for need, phrase in (*whole.get(said[at][1], ()), *starting):
            end = _end_of(phrase, said, at)
            if end is not None:
                hits.append((need, start, tokens[end][2]))
    return hits


def _end_of(phrase: "_Phrase", said: list[tuple[str, str]], at: int) -> int | None:
    """The index of the last word of the phrase, with at most two others between one and the next."""
    for text, any_ending in phrase[1:]:
        for place in range(at + 1, min(at + 4, len(said))):
            word, one = said[place]
            if word.startswith(text) if any_ending else one == text:
                at = place
                break
        else:
            return None
    return at


def _one(word: str) -> str:
    """Singular and plural are the same word."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


_Phrase = tuple[tuple[str, bool], ...]
_Index = dict[str, list[tuple[str, _Phrase]]]


@cache
def _phrases() -> tuple[_Index, _Index]:
    """The phrases by their first word: the whole word, or its first two letters where it has a star."""
    whole: _Index = defaultdict(list)
    begun: _Index = defaultdict(list)
    for need, phrases in words.LEXICON.items():
        for phrase in phrases:
            parts = tuple(
                (part[:-1], True) if part.endswith("*") else (_one(part), False)
                for part in plain(phrase).split()
            )
            if parts:
                text, any_ending = parts[0]
                (begun if any_ending else whole)[text[:2] if any_ending else text].append((need, parts))
    return dict(whole), dict(begun)


def tokens_of(lowered: str) -> list[_Token]:
    """The words that carry meaning, by stem, with their places."""
    return [
        _Token(_stem(match.group()), match.start(), match.end())
        for match in _WORD.finditer(lowered)
        if match.group() not in _SMALL
    ]


def plain_words(text: str) -> list[str]:
    """The stems of a text in order."""
    return [token.stem for token in tokens_of(plain(text))]


def plain(text: str) -> str:
    """Lower case without accents, of the same length, so that places stay."""
    if text.isascii():
        return text.lower()
    return "".join(_bare(sign) for sign in text.lower()) if len(text.lower()) == len(text) else _by_sign(text)


def _by_sign(text: str) -> str:
    return "".join(_bare(sign.lower()[:1] or " ") for sign in text)


@lru_cache(maxsize=4096)
def _bare(sign: str) -> str:
    if sign == "’":
        return "'"
    return unicodedata.normalize("NFD", sign)[0]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    word = re.sub(r"['’](s|d|ll|re|ve|m)$", "", word)
    if len(word) >= 5:
        for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
            if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
                word = word[: -len(ending)] + instead
                break
        if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lse":
            word = word[:-1]
    elif len(word) == 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word[:-1] if len(word) >= 4 and word[-1] in "eao" else word
