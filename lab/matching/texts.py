"""What of a text is compared: the language it is in, and its words by their stems, without anybody's name."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from lab import vocabulary as words
from lab.answers import Consultant
from lab.matching.lexicon import plain

LANGUAGES = {"en": "english", "es": "spanish"}
# Between the texts of one person where they travel as one.
APART = "\x1e"

_SPANISH = re.compile(
    r"\b(?:el|la|los|las|que|de|del|una|para|con|por|nuestro|nuestra|somos|es|en|y|no)\b", re.I
)
_ENGLISH = re.compile(r"\b(?:the|of|and|to|is|are|we|our|with|for|that|in|who|she|he|they|have|it)\b", re.I)
_ACCENT = re.compile(r"[áéíóúñ¿¡]", re.I)
_WORD = re.compile(r"[a-z0-9]{2,}")
# A capital in the middle of a sentence: a person, a place, an organization. Sentences begin otherwise.
_NAMED = re.compile(r"(?<=[a-z0-9,áéíóúñ'’)] )[A-ZÁÉÍÓÚÑ][a-záéíóúñ][\w'’-]*")
_SMALL = frozenset(
    (
        "an the of to in on at by for with and or our your my their his her hers its this that these those "
        "each every any some is are was were be been being it we you they he she us them me him as so just "
        "very more most also has have had do does did not no but if than then there here from into about "
        "when where what which who whom how why all can could would should will may might over under "
        "el la los las lo un una unos unas de del al en con por para nuestro nuestra nuestros nuestras su "
        "sus mi mis cada este esta estos estas eso esto que es son se nos les le ya mas muy como cuando "
        "donde pero si sin sobre entre desde hasta ha han he hemos fue ser estar esta hay ella ellos ellas"
    ).split()
)


def items_of(one: Consultant) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A consultant's separate texts: what is written (bio, each engagement), and each need by its level."""
    written = tuple(text for text in (one.bio, *one.items) if text.strip())
    levels = tuple(
        text
        for skill in one.skills
        if skill.level > 0 and skill.need in words.CONSULTANT_SKILLS
        for text in _told(skill.need, deep=skill.level >= 2)
    )
    return written, levels


def as_one(one: Consultant) -> str:
    """All texts of a consultant as one, from which `apart` makes them again."""
    written, levels = items_of(one)
    return APART.join((*written, "", *levels))


def apart(texts: str) -> list[str]:
    """The separate texts of what `as_one` made."""
    return [text for text in texts.split(APART) if text]


@cache
def _told(need: str, *, deep: bool) -> tuple[str, ...]:
    """A need in both languages: by its name, where it is known well also by its hint."""
    term = words.CONSULTANT_SKILLS[need]
    return tuple(
        f"{term.label.in_(language)}. {term.hint.in_(language)}" if deep else term.label.in_(language)
        for language in LANGUAGES
    )


@lru_cache(maxsize=8192)
def language_of(text: str) -> str:
    """The language of a text, English where nothing speaks for Spanish."""
    spanish, english = len(_SPANISH.findall(text)), len(_ENGLISH.findall(text))
    return "es" if spanish > english or (spanish == english and _ACCENT.search(text)) else "en"


def terms_of(text: str, language: str) -> list[str]:
    """The stems of a text in order, without small words, pronouns and names."""
    stems = _stems(language)
    bare = plain(_NAMED.sub(_unless_of_the_field, text))
    return [stems[word] for word in _WORD.findall(bare) if word not in _SMALL]


class _Stems(dict[str, str]):
    """The stem of each word of a language, found once."""

    def __init__(self, language: str) -> None:
        import snowballstemmer

        self._stem: Any = snowballstemmer.stemmer(LANGUAGES[language]).stemWord

    def __missing__(self, word: str) -> str:
        stem: str = self._stem(word)
        if len(self) < 200_000:
            self[word] = stem
        return stem


@cache
def _stems(language: str) -> _Stems:
    return _Stems(language)


def _unless_of_the_field(match: re.Match[str]) -> str:
    return match.group() if plain(match.group()) in _words_of_the_field() else ""


@cache
def _words_of_the_field() -> frozenset[str]:
    return frozenset(
        word
        for language in LANGUAGES
        for text in field_texts(language)
        for word in _WORD.findall(plain(text))
    )


@cache
def field_texts(language: str) -> tuple[str, ...]:
    """The words of the field in one language: each a short text, and nobody's name among them."""
    kinds = (words.CONSULTANT_SKILLS, words.STAGES, words.CONDITIONS, words.SECTORS)
    return tuple(
        f"{term.label.in_(language)}. {term.hint.in_(language)}" for kind in kinds for term in kind.values()
    )


def seen_plain(texts: tuple[str, ...], language: str) -> set[str]:
    """The stems that are written somewhere without a capital: what always has one is a name."""
    stems = _stems(language)
    found: set[str] = set()
    for text in texts:
        small = re.sub(r"\b[A-ZÁÉÍÓÚÑ][a-záéíóúñ][\w'’-]*", " ", text)
        found.update(stems[word] for word in _WORD.findall(plain(small)) if word not in _SMALL)
    return found
