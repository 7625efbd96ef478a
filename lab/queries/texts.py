"""How alike texts are, from the index that the worker keeps in the database. It never loads scikit-learn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lab import answers, exchange
from lab.database import db
from lab.matching.texts import APART, as_one
from lab.models import Case, TextIndexRow
from lab.queries.matching import pool

if TYPE_CHECKING:
    from lab.matching.text_index import Document, Index

OPEN = ("submitted", "in_review", "offered")
_read: dict[str, Index] = {}
_reading = Lock()


def current() -> Index | None:
    """The index in force, read once for each time it is built; None where there is none that fits."""
    made_from = db.session.scalar(sa.select(TextIndexRow.made_from).order_by(TextIndexRow.id).limit(1))
    if made_from is None:
        return None
    with _reading:
        if made_from not in _read:
            index = _kept(made_from)
            if index is None:
                return None
            _read.clear()
            _read[made_from] = index
        return _read[made_from]


def _kept(made_from: str) -> Index | None:
    from lab.matching.text_index import Index

    content = db.session.scalar(sa.select(TextIndexRow.content).where(TextIndexRow.made_from == made_from))
    try:
        return None if content is None else Index.from_bytes(content)
    except ValueError:  # of another version: the worker builds the one that fits
        return None


def likeness_of(description: str, consultants: Iterable[answers.Consultant]) -> dict[str, float]:
    """How alike a description is to the texts of each consultant, where that is known."""
    index = current()
    if index is None:
        return {}
    found = {one.ref: index.compare(description, as_one(one)) for one in consultants}
    return {ref: value for ref, value in found.items() if value is not None}


def as_was_found(
    values: Mapping[str, float], consultants: Iterable[answers.Consultant]
) -> Callable[[str, str], float | None]:
    """The likeness that was found, by a consultant's texts; needs tried out in a profile leave it as it is."""
    found: dict[str, float | None] = {}
    for one in consultants:
        texts = as_one(one)
        found[texts] = values.get(one.ref)
        found.setdefault(_written(texts), values.get(one.ref))
    return lambda _description, texts: found[texts] if texts in found else found.get(_written(texts))


def _written(texts: str) -> str:
    return texts.partition(APART * 2)[0]


def documents() -> list[Document]:
    """The texts of every consultant, as an index is built from."""
    from lab.matching.text_index import document_of

    return [
        document_of(replace(exchange.consultant_from(row.profile), ref=row.ref, name=row.name))
        for row in pool()
    ]


def descriptions() -> list[str]:
    """What the open cases ask for, in their words."""
    rows = db.session.scalars(
        sa.select(Case.document).where(Case.state.in_(OPEN), Case.document.is_not(None)).order_by(Case.id)
    )
    return [text for row in rows if (text := (row or {}).get("description") or "")]


def made_from(listed: Iterable[Document], *, code: str, model: str, compared_with: Iterable[str]) -> str:
    """A fingerprint of what an index is built from: the same one, the same index."""
    plain: list[Any] = [code, model, sorted([one.ref, one.written, one.told] for one in listed)]
    told = json.dumps([*plain, sorted(set(compared_with))])
    return hashlib.sha256(told.encode()).hexdigest()
