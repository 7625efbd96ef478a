"""The whole of a PostgreSQL database, read in one snapshot with COPY and written back with it.

It needs no program of PostgreSQL's, only the driver, and works the same with every server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from lab.backups.sealed import BackupRefused

if TYPE_CHECKING:
    import psycopg

DRIVER = "postgresql+psycopg://"
PIECE = 4_000_000

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname NOT LIKE 'huey\\_%'
AND c.relname <> 'alembic_version' ORDER BY c.relname
"""
REFERS = """
SELECT c.relname, r.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND n.nspname = current_schema() AND c.oid <> r.oid
"""
HIDES_FROM_THE_PROGRAM = """
SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relrowsecurity AND NOT EXISTS
(SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'program' AND p.polcmd = '*')
"""
COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
COUNTERS = """
SELECT a.attname, pg_get_serial_sequence(quote_ident(%s), a.attname) FROM pg_attribute a
WHERE a.attrelid = quote_ident(%s)::regclass AND a.attnum > 0 AND NOT a.attisdropped
AND pg_get_serial_sequence(quote_ident(%s), a.attname) IS NOT NULL
"""


@contextmanager
def snapshot(url: str) -> Iterator[psycopg.Connection]:
    """A connection that sees the database as it is at this moment, for as long as it lasts."""
    import psycopg

    with psycopg.connect(plain(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(
            "SELECT set_config('lab.scope', 'program', false)"
        )  # as lab/row_security.py says it
        # Rows that the program may not see either are an error here and never silently left out.
        if connection.execute(HIDES_FROM_THE_PROGRAM).fetchone():
            connection.execute("SET row_security = off")
        yield connection
        connection.rollback()


@contextmanager
def writing(url: str) -> Iterator[psycopg.Connection]:
    """A connection that writes all or nothing."""
    import psycopg

    with psycopg.connect(plain(url)) as connection:
        connection.execute(
            "SELECT set_config('lab.scope', 'program', false)"
        )  # as lab/row_security.py says it
        yield connection


def plain(url: str) -> str:
    """The address as the driver itself knows it."""
    return url.replace(DRIVER, "postgresql://")


def beside(url: str, database: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def tables(connection: psycopg.Connection) -> list[str]:
    """The tables that hold what people wrote, each after those that it refers to."""
    from graphlib import TopologicalSorter

    names = [name for (name,) in connection.execute(TABLES)]
    order: TopologicalSorter[str] = TopologicalSorter({name: [] for name in names})
    for table, other in connection.execute(REFERS):
        order.add(table, other)
    return [name for name in order.static_order() if name in names]


def counts(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {name: _one(connection, "SELECT count(*) FROM {}", name) for name in tables(connection)}


def pieces(connection: psycopg.Connection, table: str) -> Iterator[bytes]:
    """The rows of a table in COPY's own text, in pieces that fit into memory."""
    import psycopg

    query = psycopg.sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
        _columns(connection, table), psycopg.sql.Identifier(table)
    )
    held = bytearray()
    try:
        with connection.cursor().copy(query) as rows:
            for row in rows:
                held += row
                if len(held) >= PIECE:
                    yield bytes(held)
                    held.clear()
    except psycopg.errors.InsufficientPrivilege as hidden:
        raise BackupRefused(
            f"This role may not read all of {table}. Set LAB_BACKUP_DATABASE_URL to one that may (docs/operations.md)."
        ) from hidden
    if held:
        yield bytes(held)


def columns(connection: psycopg.Connection, table: str) -> list[str]:
    """The columns of a table, in their order, without those that the database computes."""
    return [name for (name,) in connection.execute(COLUMNS, [f'"{table}"'])]


def fill(connection: psycopg.Connection, table: str, names: list[str], rows: Iterable[bytes]) -> None:
    """Write rows that `pieces` gave. They go through a table of the session: row security knows no COPY."""
    from psycopg.sql import SQL, Identifier

    into, listed = Identifier(table), SQL(", ").join(map(Identifier, names))
    through = Identifier(f"incoming_{table}"[:60])
    connection.execute(
        SQL(
            "CREATE TEMPORARY TABLE IF NOT EXISTS {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
        ).format(through, listed, into)
    )
    with connection.cursor().copy(SQL("COPY {} ({}) FROM STDIN").format(through, listed)) as copy:
        for piece in rows:
            copy.write(piece)
    connection.execute(
        SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
            into, listed, listed, through
        )
    )
    connection.execute(SQL("TRUNCATE {}").format(through))


def count_on(connection: psycopg.Connection, table: str) -> None:
    """Let new rows be numbered after the last one that was restored."""
    from psycopg.sql import SQL, Identifier, Literal

    for column, counter in connection.execute(COUNTERS, [table, table, table]).fetchall():
        connection.execute(
            SQL("SELECT setval({}, greatest(coalesce(max({}), 0), 1), max({}) IS NOT NULL) FROM {}").format(
                Literal(counter), Identifier(column), Identifier(column), Identifier(table)
            )
        )


def _columns(connection: psycopg.Connection, table: str) -> Any:
    from psycopg.sql import SQL, Identifier

    return SQL(", ").join(map(Identifier, columns(connection, table)))


def _one(connection: psycopg.Connection, query: str, table: str) -> int:
    from psycopg.sql import SQL, Identifier

    row = connection.execute(SQL(query).format(Identifier(table))).fetchone()
    return int(row[0]) if row else 0
