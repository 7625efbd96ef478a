"""The threads, on an ordinary day, on a database that does not wait for the disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from lab.database import db
from tests.races.crew import TODAY, Crew

# Who wins does not hang on what outlives a power cut.
FASTER = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit = off"}


@pytest.fixture
def crew(app: Flask) -> Iterator[Crew]:
    engine = db.engine
    faster = FASTER[engine.dialect.name]

    def hurry(connection: Any, record: Any) -> None:
        connection.execute(faster)
        connection.commit()

    app.extensions["lab.clock"] = lambda: TODAY
    engine.dispose()
    event.listen(engine, "connect", hurry)
    yield Crew(app)
    event.remove(engine, "connect", hurry)
    db.session.remove()
