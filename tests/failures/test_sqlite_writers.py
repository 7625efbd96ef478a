"""Eight people write at once into one SQLite file, and nobody is told that it is locked (T8)."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa

from lab.actions import intake
from lab.database import db
from lab.models import Event, Section
from tests import databases
from tests.clients import somebody
from tests.conftest import url_of
from tests.races.crew import alone
from tests.soak import times

THREADS = 8
WRITES = times(50, soak=1250)  # of each


@pytest.fixture
def database():
    url = url_of("sqlite")
    yield url
    databases.clear(url)


def test_eight_writers_at_once_all_get_their_turn(app):
    assert db.session.scalar(sa.text("PRAGMA synchronous")) == 2, "Not as it is run."
    parts = []
    for number in range(THREADS):
        writer = somebody()
        case = intake.start(line="nonprofit", kind="employer", by=writer, key=f"w{number}")
        section = db.session.query(Section).filter_by(case_id=case.id, topic="needs").one()
        parts.append((section.id, section.version, writer))
    writers = [(ident, version, alone(writer)) for ident, version, writer in parts]
    db.session.remove()
    took: list[float] = []
    problems: list[BaseException] = []

    def write(ident, version, writer):
        try:
            for turn in range(WRITES):
                started = time.perf_counter()
                # Reading first and writing later, as every deed does.
                with app.app_context():
                    saved = intake.save(
                        ident,
                        typed={"description": [f"{turn}"]},
                        answers=None,
                        read_version=version,
                        by=writer,
                    )
                took.append(time.perf_counter() - started)
                version = saved.version
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write, args=one) for one in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(took) == THREADS * WRITES
    assert db.session.query(Event).filter_by(verb="section_saved").count() == THREADS * WRITES
    assert {row.version for row in db.session.query(Section).filter_by(topic="needs")} == {WRITES + 1}
    took.sort()
    shown = {part: f"{took[int(len(took) * part) - 1] * 1000:.0f} ms" for part in (0.5, 0.99)}
    print(f"{len(took)} writes by {THREADS} at once, 0 locked, p50 and p99: {shown}")
