"""Bringing the database to another revision while the version before goes on serving.

One at a time: an advisory lock on PostgreSQL, a lock on a file beside the data on SQLite. A migration that cannot have
a table within a third of a second (a second on SQLite) gives way and tries again, so that nobody waits long for it.
"""

from __future__ import annotations

import fcntl
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import current_app

from lab.database import db
from lab.settings import Settings

MIGRATIONS = Path(__file__).parent.parent / "migrations"
TRIES = 60


class Busy(Exception):
    """The tables were in use all the time; nothing was changed."""


def alembic_config() -> Config:
    """Alembic, pointed at our folder; env.py takes the database from the application."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(revision: str = "head", config: Config | None = None) -> int:
    """Bring the database to a revision; gives how many tries it took. Raises `Busy`."""
    return _again_and_again(lambda: command.upgrade(config or alembic_config(), revision))


def downgrade(revision: str, config: Config | None = None) -> int:
    """Take the database back to a revision; gives how many tries it took. Raises `Busy`."""
    return _again_and_again(lambda: command.downgrade(config or alembic_config(), revision))


def _again_and_again(migrate: Callable[[], None]) -> int:
    with _alone():
        for turn in range(1, TRIES + 1):
            try:
                migrate()
            except sa.exc.OperationalError as problem:
                if not _was_in_use(problem):
                    raise
                # Those who waited behind us go first; not at the same beat as others who try.
                time.sleep(0.2 + random.random() * min(turn, 10) / 5)  # noqa: S311 # nosec B311 - no secret
            else:
                return turn
    raise Busy(
        "The tables were in use all the time, so the database was not migrated. Try again at a quieter hour."
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Keep others on this machine from migrating the same file; on PostgreSQL the server does that (env.py)."""
    settings: Settings = current_app.config["SETTINGS"]
    if db.engine.dialect.name != "sqlite":
        yield
        return
    with (settings.data_dir / "migrating.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _was_in_use(problem: sa.exc.OperationalError) -> bool:
    told = getattr(problem.orig, "sqlstate", None)
    return told in ("55P03", "40P01") or "database is locked" in str(problem.orig)
