"""The demo, made once in a test process and put back wherever it is wanted again."""

from __future__ import annotations

import atexit
import sqlite3
from contextlib import closing

from lab.cli.demo import fill_if_empty
from lab.database import db

_pictures: list[tuple[sqlite3.Connection, list[str]]] = []


def filled() -> list[str]:
    """Fill the empty database of this application with the demo; gives what was said meanwhile.

    On SQLite the second one in a process is a picture of the first: making it takes longer than most tests that read it.
    """
    path = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if path is None or not _pictures:
        said: list[str] = []
        fill_if_empty(said.append)
        db.session.rollback()
        if path is not None:
            _keep(path, said)
        return said
    picture, said = _pictures[0]
    db.session.rollback()
    with closing(sqlite3.connect(path, timeout=10)) as file:
        picture.backup(file)
    return list(said)


def _keep(path: str, said: list[str]) -> None:
    picture = sqlite3.connect(":memory:", check_same_thread=False)
    atexit.register(picture.close)
    with closing(sqlite3.connect(path)) as file:
        file.backup(picture)
    _pictures.append((picture, said))
