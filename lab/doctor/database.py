"""The database: reachable, migrated, as strict as it should be; the worker, the clock, the history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from lab import version
from lab.database import db
from lab.doctor import FAIL, NOTE, PASS, Found
from lab.models import Event
from lab.queries import operations
from lab.settings import Settings

CLOCKS_APART = timedelta(seconds=5)
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}

ROLE = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
ROW_SECURITY = """
SELECT count(*) FILTER (WHERE c.relrowsecurity AND c.relforcerowsecurity), count(*) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'
"""


def database(_settings: Settings) -> Iterator[Found]:
    """Whether it answers and has the tables of this version."""
    try:
        revision = operations.schema_revision()
    except sa.exc.SQLAlchemyError as problem:
        db.session.rollback()
        yield Found(
            "database",
            FAIL,
            f"cannot be reached ({type(problem).__name__})",
            "Start it, or correct LAB_DATABASE_URL.",
        )
        return
    yield Found("database", PASS, f"{db.engine.dialect.name} answers")
    if version.is_behind(revision):
        yield Found("schema", FAIL, f"stands at {revision or 'nothing'}", "Run flask lab db upgrade.")
    elif revision != version.revisions()[-1]:
        yield Found(
            "schema", NOTE, f"{revision} is that of a newer version", "Bring this host to that version."
        )
    else:
        yield Found("schema", PASS, f"stands at {revision}, the newest")


def strictness(settings: Settings) -> Iterator[Found]:
    """What each engine has to be told, so that it keeps what was saved and shows nobody too much."""
    yield from _sqlite() if db.engine.dialect.name == "sqlite" else _postgresql(settings)


def _sqlite() -> Iterator[Found]:
    connection = db.session.connection()
    wrong = [
        name
        for name, wanted in PRAGMAS.items()
        if connection.exec_driver_sql(f"PRAGMA {name}").scalar() != wanted
    ]
    if wrong:
        yield Found(
            "SQLite", FAIL, f"is not set as it should be: {', '.join(wrong)}", "Start the program anew."
        )
    else:
        yield Found("SQLite", PASS, "waits for the disk, keeps references, erases what is deleted")
    # Whoever reads these findings may have ended the transaction in between, and with it the connection.
    connection = db.session.connection()
    found = connection.exec_driver_sql("PRAGMA quick_check").scalar()
    looked = connection.exec_driver_sql(
        "PRAGMA foreign_key_check"
    )  # gives no columns where there is no table
    lost = looked.first() if looked.returns_rows else None
    if found == "ok" and lost is None:
        yield Found("integrity", PASS, "nothing is damaged")
    else:
        yield Found("integrity", FAIL, "the file is damaged", "Stop the program and restore the last backup.")


def _postgresql(settings: Settings) -> Iterator[Found]:
    superuser, bypasses = db.session.connection().exec_driver_sql(ROLE).one()
    if superuser or bypasses:
        yield Found(
            "role", NOTE if settings.demo else FAIL, "the program's role stands above row security",
            "Give LAB_DATABASE_URL a role without SUPERUSER and BYPASSRLS (docs/operations.md).",
        )  # fmt: skip
    else:
        yield Found("role", PASS, "the program's role is a plain one")
    forced, tables = db.session.connection().exec_driver_sql(ROW_SECURITY).one()
    if forced:
        yield Found("row security", PASS, f"forced on {forced} of {tables} tables")
    else:
        yield Found("row security", FAIL, "is on no table", "Run flask lab db upgrade.")
    (kept,) = db.session.connection().exec_driver_sql("SHOW synchronous_commit").one()
    if kept in ("off", "local"):
        yield Found(
            "commits", FAIL, f"synchronous_commit is {kept}", "Set it to on: what was saved must stay saved."
        )
    else:
        yield Found("commits", PASS, "wait for the disk")


def worker(_settings: Settings) -> Iterator[Found]:
    """Whether mail goes out and deadlines are kept."""
    age = operations.worker_age()
    if age is None or operations.worker_is_late():
        said = (
            "never went a round"
            if age is None
            else f"was last seen {age.total_seconds() / 60:.0f} minutes ago"
        )
        yield Found("worker", FAIL, said, "Start flask lab worker.")
    else:
        yield Found("worker", PASS, f"was seen {age.total_seconds():.0f} seconds ago")
    given_up = operations.waiting()["outbox_given_up"]
    if given_up:
        yield Found(
            "outbox", NOTE, f"{given_up} mails were given up", "See the log for why the server refused them."
        )


def clock(_settings: Settings) -> Iterator[Found]:
    """Whether this machine's clock is that of the database, and has not gone back."""
    here = datetime.now(UTC)
    if db.engine.dialect.name == "postgresql":
        there = db.session.scalar(sa.text("SELECT clock_timestamp()"))
        if there is not None and abs(there - datetime.now(UTC)) > CLOCKS_APART:
            yield Found(
                "clock", FAIL, "is not that of the database", "Let both machines follow a time server."
            )
            return
    last = db.session.scalar(sa.select(sa.func.max(Event.at)))
    if last is not None and last > here + CLOCKS_APART:
        yield Found(
            "clock", FAIL, "stands before the last thing that happened", "Set the clock by a time server."
        )
    else:
        yield Found("clock", PASS, f"it is {here:%Y-%m-%d %H:%M} UTC")


def history(_settings: Settings) -> Iterator[Found]:
    """Whether the chain of deeds holds."""
    from lab.queries import audit

    found = audit.check()
    if found.breaks:
        yield Found(
            "history",
            FAIL,
            f"{len(found.breaks)} of {found.chains} chains do not hold",
            "Run flask lab audit verify.",
        )
    else:
        yield Found("history", PASS, f"{found.rows} rows hold")


CHECKS = (database, strictness, worker, clock, history)
