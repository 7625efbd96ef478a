"""The demo, made once in a test process and put back wherever it is wanted again."""

from __future__ import annotations

import atexit
import sqlite3
from contextlib import closing

from lab.cli.demo import fill_if_empty
from lab.database import db

Picture = tuple[sqlite3.Connection, list[str]]  # the database, and what was said while it was filled
_kept: list[Picture] = []


def filled() -> list[str]:
    """Fill the empty database of this application with the demo; gives what was said meanwhile.

    On SQLite the second one in a process is a picture of the first: making it takes longer than most tests that read it.
    """
    if db.engine.dialect.name != "sqlite":
        return _made()
    path = str(db.engine.url.database)
    if not _kept:
        _kept.append(_picture_of(path, _made()))
    picture, said = _kept[0]
    db.session.rollback()
    with closing(sqlite3.connect(path, timeout=10)) as file:
        picture.backup(file)
    return list(said)


def _made() -> list[str]:
    said: list[str] = []
    fill_if_empty(said.append)
    db.session.rollback()
    return said


def _picture_of(path: str, said: list[str]) -> Picture:
    picture = sqlite3.connect(":memory:", check_same_thread=False)
    atexit.register(picture.close)
    with closing(sqlite3.connect(path)) as file:
        file.backup(picture)
    return picture, said
