"""The whole of a SQLite database as one file, taken while others write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lab.backups.sealed import BackupRefused


@contextmanager
def copied(database: Path, copy: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the database as it stands at one moment, open for reading."""
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(database, timeout=30)) as live, closing(sqlite3.connect(copy)) as into:
        live.backup(into)
        into.execute("PRAGMA journal_mode=DELETE")
        (found,) = into.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise BackupRefused(f"The database is damaged, so it was not backed up: {found}")
        yield into


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables that hold what people wrote; the queue has a file of its own."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name <> 'alembic_version' ORDER BY name"
    )
    return [name for (name,) in rows]


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 # nosec B608 - our own names
        for name in tables(connection)
    }


def is_empty(database: Path) -> bool:
    """Whether nobody's data would be written over."""
    if not database.exists():
        return True
    with closing(sqlite3.connect(database)) as connection:
        return not any(counts(connection).values())
