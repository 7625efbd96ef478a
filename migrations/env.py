"""Alembic's environment: the database and the tables are those of the application."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from lab.columns import Document, UTCDateTime
from lab.database import Base, db
from lab.models import tables


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Moments are written as plain time-zone-aware columns."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Document):
        return "JSON"
    return False


def say_where() -> None:
    """Tell each partial index its condition in the words of both dialects."""
    for table in tables().values():
        for index in table.indexes:
            if condition := index.info.get("where"):
                for dialect in ("sqlite", "postgresql"):
                    index.dialect_options[dialect]["where"] = sa.text(condition)


say_where()
with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    with context.begin_transaction():
        if connection.dialect.name == "sqlite":
            # The lock on writing is taken before anything is read, so that what was read still holds.
            connection.exec_driver_sql("PRAGMA busy_timeout = 1000")
            connection.exec_driver_sql("ROLLBACK")
            # A table that is made anew is dropped first; whether all references hold is looked at below.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        if connection.dialect.name == "postgresql":
            # Shorter than the second after which the server ends one of two that wait for each other: whoever gives
            # way is the migration, which tries again, and never somebody's deed.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '300ms'")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261122)")
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            looked = connection.exec_driver_sql("PRAGMA foreign_key_check")
            lost = looked.first() if looked.returns_rows else None
            if lost is not None:
                raise RuntimeError(f"The migration leaves a row of {lost[0]} that refers to nothing.")
    connection.commit()
    if connection.dialect.name == "sqlite":
        connection.invalidate()  # its settings are those of a migration
