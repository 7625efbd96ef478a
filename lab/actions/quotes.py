"""What the program's own rows about others quote of a case: its name and those in it, taken out when it is deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from lab.columns import Document
from lab.database import changed, db
from lab.models import Case, tables

TAKEN_OUT = "—"
SHORTEST = 4
# A name within a longer text is taken out only if it could hardly be a word of ours.
SHORTEST_WITHIN = 6
# What other people wrote themselves stays theirs; the others hold no text about a case.
OWN_WORDS = frozenset(
    {"cases", "sections", "section_revisions", "questions", "tasks", "task_reports", "invitations", "events",
     "event_chains", "people", "outbox", "sign_in_tokens", "web_sessions", "kept_forms", "passkeys", "code_apps",
     "recovery_codes", "sign_in_attempts", "policy_versions", "text_indexes"}
)  # fmt: skip


def quoted(case: Case) -> list[str]:
    """The names by which rows about others could tell of this case, the longest first: those nobody else has told us."""
    document = case.document or {}
    organization = document.get("organization") or {}
    parts = [
        case.organization, organization.get("name"), organization.get("parents"), document.get("contact"),
        document.get("counsel"),
        [[unit.get("union"), unit.get("label")] for unit in document.get("bargaining_units") or ()],
    ]  # fmt: skip
    names = {text.strip() for text in _texts(parts)}
    return sorted(
        (name for name in names if len(name) >= SHORTEST and not _told_by_others(case, name)),
        key=lambda name: (-len(name), name),
    )


def take_out(names: Iterable[str]) -> int:
    """Take these names out of every row that quotes them; gives how many rows."""
    wanted = list(names)
    if not wanted:
        return 0
    rows = 0
    for table in tables().values():
        for column in () if table.name in OWN_WORDS else table.columns:
            if isinstance(column.type, (Document, sa.Text)) and not isinstance(column.type, sa.LargeBinary):
                rows += _from_column(table, column, wanted)
    db.session.expire_all()
    return rows


def _from_column(table: sa.Table, column: sa.Column[Any], names: list[str]) -> int:
    text = sa.cast(column, sa.Text)
    (key,) = table.primary_key.columns
    found = db.session.execute(sa.select(key, text).where(_names_one(text, names))).all()
    for ident, value in found:
        if isinstance(column.type, Document):
            kept: Any = sa.cast(
                sa.literal(json.dumps(_without(json.loads(value), names)), sa.Text), _json(column)
            )
        else:
            kept = _without(value, names)
        changed(sa.update(table).where(key == ident).values({column: kept}))
    return len(found)


def _json(column: sa.Column[Any]) -> Any:
    """The type a text is kept as: a document on PostgreSQL, the text itself on SQLite."""
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import JSONB

        return JSONB()
    return sa.Text()


def _names_one(text: sa.ColumnElement[str], names: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a text, or a document as it lies in the database, holds one of the names."""
    spelled = {
        form
        for name in names
        for form in (name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1])
    }
    return sa.or_(*(text.contains(form, autoescape=True) for form in sorted(spelled)))


def _without(value: Any, names: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, names) for one in value]
    if not isinstance(value, str):
        return value
    if value.strip() in names:
        return TAKEN_OUT
    for name in names:
        if len(name) >= SHORTEST_WITHIN and name in value:
            value = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", TAKEN_OUT, value)
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _told_by_others(case: Case, name: str) -> bool:
    """Whether another case tells the same name, as of one union; then it says nothing about this one."""
    told = sa.cast(Case.document, sa.Text)
    return bool(db.session.scalar(sa.select(sa.exists().where(Case.id != case.id, _names_one(told, [name])))))
