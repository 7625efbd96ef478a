"""The watch over deeds: no function of lab/actions writes to a table of the program without a row of history."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import lab
from lab.database import db

ACTIONS = str(Path(lab.__file__).parent / "actions")
# What a deed may change without a row: the house's own bookkeeping, and what has a record of its own.
BOOKKEEPING = {
    "access_receipts", "event_chains", "events", "idempotency_keys", "kept_forms", "outbox", "policy_cases", "policy_effects",
    "portfolio_cases", "portfolio_runs", "sign_in_attempts", "sign_in_tokens", "text_indexes", "timers",
    "web_sessions", "worker_beats",
}  # fmt: skip


@contextmanager
def watched() -> Iterator[list[tuple[str, set[str]]]]:
    """The deeds that changed tables without a row of history, by name."""
    told: list[tuple[str, set[str]]] = []
    tables: set[str] = set()

    def changed(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        words = statement.replace('"', "").split(None, 3)
        if words[0] in ("INSERT", "UPDATE", "DELETE") and cursor.rowcount != 0:
            tables.add(words[1] if words[0] == "UPDATE" else words[2])

    def written(connection: Any) -> None:
        if "events" not in tables and tables - BOOKKEEPING and (deed := _deed()):
            told.append((deed, tables - BOOKKEEPING))
        tables.clear()

    def undone(connection: Any) -> None:
        tables.clear()

    heard = {"after_cursor_execute": changed, "commit": written, "rollback": undone}
    for name, listener in heard.items():
        sa.event.listen(db.engine, name, listener)
    try:
        yield told
    finally:
        for name, listener in heard.items():
            sa.event.remove(db.engine, name, listener)


def _deed() -> str:
    """Which function of lab/actions is being carried out; empty where a test prepares something."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith(ACTIONS):
            return frame.f_code.co_name
        frame = frame.f_back  # type: ignore[assignment]
    return ""
