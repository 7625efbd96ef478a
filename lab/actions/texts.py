"""Building the index of texts. For the worker: it loads a large library, and no page waits for it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from lab import text_model
from lab.database import db, now, transaction
from lab.models import TextIndexRow
from lab.queries import recommendations
from lab.queries import texts as queries


def refresh() -> bool:
    """Build the index of texts if there is none, or none of these texts, this model and this code.

    Gives whether it was built. Raises `text_model.BrokenModel` where LAB_TEXT_MODEL cannot be used.
    """
    model = text_model.load(current_app.config["SETTINGS"].text_model)
    listed, compared_with = queries.documents(), queries.descriptions() if model else []
    made_from = queries.made_from(
        listed,
        code=recommendations.code_version(),
        model=model.name if model else "",
        compared_with=compared_with,
    )
    if db.session.scalar(sa.select(TextIndexRow.made_from).order_by(TextIndexRow.id).limit(1)) == made_from:
        return False
    db.session.rollback()  # nothing is held while the words are weighed
    from lab.matching.text_index import build

    index = build(
        listed,
        model=model.name if model else "",
        vectors=model.vectors if model else None,
        compared_with=compared_with,
    )
    with transaction():
        db.session.execute(sa.delete(TextIndexRow))
        db.session.add(TextIndexRow(made_from=made_from, content=index.to_bytes(), built_at=now()))
    return True
