"""The database: one base class, one transaction per deed, and the settings of each engine."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import PoolProxiedConnection

from lab import row_security, turns
from lab.columns import JSON, UTCDateTime
from lab.errors import NotNow

# Read aloud over a telephone without a mistake: no I, L, O, U, 0 or 1.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

# Jobs that a deed may ask for; `lab.jobs` says what they do, and without it they do nothing.
SEND_MAIL, LOOK_AGAIN, RUN_PORTFOLIOS = "lab.send_mail", "lab.look_again", "lab.run_portfolios"
RUN_POLICY_EFFECTS = "lab.run_policy_effects"
# Leaves no trace of what was deleted in the log of SQLite; nothing to do elsewhere.
WIPE = "lab.wipe"
JOBS_AFTERWARDS = "jobs afterwards"

_writing: ContextVar[bool] = ContextVar("writing", default=False)
BUSY_SECONDS = 5  # that SQLite waits for another writer, and PostgreSQL is waited for


NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: the naming of constraints and the types of columns."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UTCDateTime, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def unique_where(name: str, *columns: str, where: str) -> sa.Index:
    """A unique index over the rows that meet a condition.

    The condition stands in `info`, not in SQLAlchemy's arguments by dialect: those would read the
    types and drivers of PostgreSQL also where SQLite is the database. Migrations read it there.
    """
    return sa.Index(name, *columns, unique=True, info={"where": where})


def now() -> datetime:
    """The present moment in UTC; tests replace it through `app.extensions["lab.clock"]`."""
    clock = current_app.extensions.get("lab.clock")
    return clock() if clock else datetime.now(UTC)


def new_reference(length: int = 8) -> str:
    """A random reference that says nothing about order or number."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(length))


@contextmanager
def transaction() -> Iterator[Any]:
    """One deed: everything in it is written together or not at all.

    Gives the session. A row that somebody else changed meanwhile raises `NotNow`. An inner
    transaction joins the outer one.
    """
    if _writing.get():
        yield db.session
        return
    db.session.rollback()  # what was read before must not hold the deed to an old picture
    mark = _writing.set(True)
    try:
        with _turn(), row_security.as_the_program():
            yield db.session
            db.session.commit()
    except StaleDataError as stale:
        db.session.rollback()
        raise NotNow("Somebody changed this while you were reading it. Look again, then decide.") from stale
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(mark)
    for job in sorted(db.session.info.pop(JOBS_AFTERWARDS, set())):
        current_app.extensions[job]()


def _turn() -> AbstractContextManager[None]:
    """On SQLite deeds are written one after the other; PostgreSQL needs no help with that."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return nullcontext()
    return turns.turn(url.database, patience=BUSY_SECONDS)


def afterwards(job: str) -> None:
    """Let this job (`SEND_MAIL`, `LOOK_AGAIN` or another of them) start once the deed is written. Call it inside `transaction()`."""
    db.session.info.setdefault(JOBS_AFTERWARDS, set()).add(job)


def insert_if_new(model: type[Any], *, values: dict[str, Any], unique: list[str]) -> bool:
    """Insert one row unless the unique columns are taken; True if it was inserted."""
    dialect = db.session.get_bind().dialect.name
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    # What was inserted is asked back: the count of rows tells nothing on PostgreSQL.
    statement = insert(model.__table__).values(**values).on_conflict_do_nothing(index_elements=unique)
    returned = statement.returning(model.__table__.c[unique[0]])
    return db.session.execute(returned).first() is not None


def values_of(
    statement: sa.Executable, values: dict[str, Any] | None = None
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """What a statement that asks for columns finds, as plain values.

    The session would read them as well, at twice the price: it prepares for rows that may be written.
    """
    row_security.reader()  # somebody has said for whom this is read
    session = db.session()
    if session.autoflush:
        session.flush()  # what the deed has changed so far is there to be found
    return session.connection().execute(statement, values or {}).all()


def changed(statement: sa.Executable) -> int:
    """Carry out an insert, update or delete; how many rows it touched."""
    result = db.session.execute(statement)
    if not isinstance(result, sa.CursorResult):
        raise TypeError("Only an insert, an update or a delete can be counted.")
    return result.rowcount


def key_of(row: Any) -> int:
    """The primary key of a row that was read or written; unlike `row.id` it never asks the database again.

    A deed begins with a rollback, after which every attribute of what was read before is out of date, the key too.
    """
    return int(sa.inspect(row).identity[0])


def lock(model: type[Any], ident: Any) -> Any:
    """Load one row for writing and hold it until the deed is done.

    On SQLite the deed already holds the only write lock.
    """
    # Not `get`: that refuses a row which this deed has read before and somebody changed since,
    # while here the row as it is now is what is asked for.
    statement = sa.select(model).where(model.id == ident).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def init_app(app: Flask, url: str) -> None:
    """Connect the application to its database at `url`."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url)
    db.init_app(app)
    for job in (SEND_MAIL, LOOK_AGAIN, RUN_PORTFOLIOS, RUN_POLICY_EFFECTS):
        app.extensions.setdefault(job, lambda: None)
    with app.app_context():
        row_security.init_app(db.session, db.engine)
    app.extensions[WIPE] = lambda: None
    if url.startswith("sqlite"):
        with app.app_context():
            _prepare_sqlite(db.engine)
        app.extensions[WIPE] = _empty_the_log


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        # BEGIN is sent where a transaction begins (below), so the driver must not.
        return {
            "connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False}
        }
    # A server that does not answer at all is an outage like one that refuses, and is told as soon.
    return {
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 8,
        "connect_args": {"connect_timeout": BUSY_SECONDS},
    }


def _empty_the_log() -> None:
    """Write the log into the file, where deleted content is overwritten, and cut it to nothing."""
    db.session.rollback()
    with closing(db.engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _prepare_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def settings(connection: Any, record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        # A deferred transaction that reads first and writes later fails at once under
        # contention, in spite of the busy timeout; so deeds take the write lock up front.
        dbapi_connection.cursor().execute("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")

    # Not an event: as soon as an engine has one, every connection asks for all the others.
    engine.dialect.do_begin = begin  # type: ignore[method-assign]
