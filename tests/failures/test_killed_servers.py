"""The web is killed in the middle of saves, again and again, and nothing that was acknowledged is lost (T5)."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing

from lab.queries.audit import check
from tests.failures.processes import Fragile, meanwhile
from tests.failures.writers import Writers, drafts
from tests.operations.served import environment
from tests.soak import soaking, times

WRITERS = 4
SAVES_BETWEEN = times(12, soak=55)


def kills(url: str) -> int:
    """More often on SQLite, whose writer dies with the server."""
    return times(3 if url.startswith("sqlite") else 2, soak=100)


def integrity(url: str) -> list[str]:
    """What SQLite says of its own file; PostgreSQL itself was not killed."""
    if not url.startswith("sqlite"):
        return ["ok"]
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check")]


def test_saves_survive_kills_of_the_server(app, database, tmp_path):
    chance = random.Random(5)
    writing = drafts(app, WRITERS)
    env = environment(database, tmp_path, LAB_WEB_WORKERS="2" if soaking() else "1")
    web = Fragile(env, tmp_path / "log")
    try:
        with Writers(writing, web.port) as writers:
            for _turn in range(kills(database)):
                web.start()
                goal = writers.acknowledged + SAVES_BETWEEN
                meanwhile(
                    web.process, web.log, lambda goal=goal: writers.acknowledged >= goal, "The next saves"
                )
                time.sleep(chance.uniform(0, 0.03))
                web.kill()
                assert integrity(database) == ["ok"]
            web.start()  # so that nobody waits for an answer that never comes
    finally:
        web.close()
    for draft in writing:
        assert not draft.refusals
        draft.check()
    assert check().breaks == ()
    unanswered = sum(len(one.sent) - len(one.acknowledged) for one in writing)
    print(f"{kills(database)} kills, {writers.acknowledged} saves acknowledged, {unanswered} unanswered")
