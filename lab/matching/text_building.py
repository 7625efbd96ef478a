"""Building a text index: scikit-learn weighs the words, or a model of its own says how alike texts are."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from lab.matching.text_index import Document, Index, Vectors, fingerprint
from lab.matching.text_part import BEST, Part, mean
from lab.matching.texts import APART, LANGUAGES, field_texts, language_of, seen_plain, terms_of


def built(
    documents: Iterable[Document],
    *,
    model: str = "",
    vectors: Vectors | None = None,
    compared_with: Sequence[str] = (),
) -> Index:
    """What `text_index.build` promises."""
    listed = sorted(documents, key=lambda one: one.ref)
    prints = [fingerprint(APART.join((*one.written, "", *one.told))) for one in listed]
    found = {language: _part(listed, language) for language in LANGUAGES}
    known = _known(listed, vectors, compared_with) if vectors else {}
    return Index(
        [one.ref for one in listed], prints, {language: part for language, part in found.items() if part},
        model=model, known=known,
    )  # fmt: skip


def reader_of(documents: Sequence[Document], language: str) -> Any:
    """The vectorizer that gives the index of one language its weights; None without any text.

    What is told in words of the vocabulary does not change how rare a word is: somebody who adds a
    need to a profile changes nobody else's weights.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    written = tuple(text for one in documents for text in one.written if language_of(text) == language)
    fixed = field_texts(language)
    vocabulary = sorted(seen_plain((*written, *fixed), language))
    reader = TfidfVectorizer(
        analyzer=lambda text: terms_of(text, language), vocabulary=vocabulary, sublinear_tf=True
    )
    return reader.fit([*written, *fixed])


def _part(documents: Sequence[Document], language: str) -> Part | None:
    texts = [
        (owner, text)
        for owner, one in enumerate(documents)
        for text in (*one.written, *one.told)
        if language_of(text) == language
    ]
    if not texts:
        return None
    reader = reader_of(documents, language)
    matrix = reader.transform([text for _owner, text in texts]).tocsc()
    matrix.sort_indices()
    return Part(
        ids={term: at for at, term in enumerate(reader.get_feature_names_out().tolist())},
        idf=array("f", reader.idf_.tolist()),
        starts=array("i", matrix.indptr.tolist()),
        items=array("i", matrix.indices.tolist()),
        weights=array("f", matrix.data.tolist()),
        owners=array("i", [owner for owner, _text in texts]),
    )


def _known(
    documents: Sequence[Document], vectors: Vectors, texts: Sequence[str]
) -> dict[str, list[float | None]]:
    """What a model says of these texts and everybody, by the fingerprint of the text."""
    import numpy as np

    theirs = [[*one.written, *one.told] for one in documents]
    flat = [text for one in theirs for text in one]
    wanted = sorted({text for text in texts if text.strip()})
    if not flat or not wanted:
        return {}
    cosines = _of_length_one(vectors(wanted)) @ _of_length_one(vectors(flat)).T
    ends = np.cumsum([len(one) for one in theirs]).tolist()
    found: dict[str, list[float | None]] = {}
    for text, row in zip(wanted, cosines, strict=True):
        values = [
            sorted(row[a:b].tolist(), reverse=True)[:BEST] for a, b in zip([0, *ends], ends, strict=False)
        ]
        found[fingerprint(text)] = [
            round(min(1.0, max(0.0, mean(one))), 6) if one else None for one in values
        ]
    return found


def _of_length_one(rows: Sequence[Sequence[float]]) -> Any:
    import numpy as np

    found = np.asarray(rows, dtype=float)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return found / np.where(lengths > 0, lengths, 1.0)
