"""Likeness of two texts in the words of the field, within one language, by scikit-learn."""

import re
from functools import cache, lru_cache
from typing import Any

from lab import vocabulary as words
from lab.matching.lexicon import plain_words

# Two texts of some hundred words that speak of the same thing reach about this cosine.
PLAINLY_ALIKE = 0.35
_SPANISH = re.compile(
    r"\b(?:el|la|los|las|que|de|del|una|para|con|por|nuestro|nuestra|somos|es|en|y|no)\b", re.I
)
_ENGLISH = re.compile(r"\b(?:the|of|and|to|is|are|we|our|with|for|that|in|who|she|he|they|have|it)\b", re.I)


def likeness(one: str, other: str) -> float | None:
    """How alike two texts are, 0 to 1; None where one is empty or they are in two languages."""
    if not one.strip() or not other.strip():
        return None
    language = _language(one)
    if language != _language(other):
        return None
    mine, theirs = _vector(one, language), _vector(other, language)
    cosine = float((mine @ theirs.T).toarray()[0, 0])
    return round(min(1.0, max(0.0, cosine / PLAINLY_ALIKE)), 6)


@lru_cache(maxsize=8192)
def _language(text: str) -> str:
    return "es" if len(_SPANISH.findall(text)) > len(_ENGLISH.findall(text)) else "en"


@lru_cache(maxsize=8192)
def _vector(text: str, language: str) -> Any:
    return _reader(language).transform([" ".join(plain_words(text))])


@cache
def _reader(language: str) -> Any:
    """A reader fitted on the vocabulary: it knows the words of the field and nobody's name."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    terms = [
        *words.NEEDS.values(),
        *words.STAGES.values(),
        *words.CONDITIONS.values(),
        *words.SECTORS.values(),
    ]
    texts = [f"{term.label.in_(language)} {term.hint.in_(language)}" for term in terms]
    heard = words.LEXICON
    texts += [" ".join(phrase.replace("*", "") for phrase in heard.get(code, ())) for code in words.NEEDS]
    reader = TfidfVectorizer(sublinear_tf=True, token_pattern=r"[a-z0-9$%]{3,}")
    reader.fit([" ".join(plain_words(text)) for text in texts])
    return reader
