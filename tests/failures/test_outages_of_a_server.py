"""Under a server that people write at, its database goes away and comes back; the server is never started again (T41)."""

from __future__ import annotations

import random
import resource
import sqlite3
import time
from contextlib import closing, contextmanager

import psutil
import psycopg
import sqlalchemy as sa

from lab.outages import start_afresh
from lab.queries.audit import check
from tests.failures.processes import Fragile, meanwhile
from tests.failures.writers import Writers, drafts
from tests.operations.served import environment
from tests.soak import times

OUTAGES = times(2, soak=50)


@contextmanager
def no_room(url, web):
    """Not a byte more may be written into any file: what a full disk does to a database."""
    process = psutil.Process(web.process.pid)
    pids = [process.pid, *(child.pid for child in process.children(recursive=True))]
    before = resource.prlimit(pids[0], resource.RLIMIT_FSIZE)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(url, web):
    """Another process writes for longer than anybody waits."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@contextmanager
def stopped(url, web):
    """PostgreSQL ends every connection to the database and takes no new one."""
    address = sa.make_url(url)
    server = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS false')
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [address.database]
        )
        try:
            yield
        finally:
            other.execute(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS true')


def refusals(writing):
    return [answer for draft in writing for answer in draft.refusals]


def test_people_are_told_and_their_saves_go_on_when_it_is_back(app, database, tmp_path):
    chance = random.Random(41)
    faults = [no_room, locked] if database.startswith("sqlite") else [stopped]
    writing = drafts(app, 3)
    web = Fragile(environment(database, tmp_path, LAB_WEB_WORKERS="1"), tmp_path / "log")
    slowest = 0.0
    try:
        web.start()
        with Writers(writing, web.port) as writers:

            def more_saves(number):
                goal = writers.acknowledged + number
                meanwhile(web.process, web.log, lambda: writers.acknowledged >= goal, "The next saves")

            for turn in range(OUTAGES):
                more_saves(5)
                told = len(refusals(writing))
                with (faults[turn] if turn < len(faults) else chance.choice(faults))(database, web):
                    meanwhile(
                        web.process, web.log, lambda told=told: len(refusals(writing)) > told, "A refusal"
                    )
                back = time.monotonic()
                more_saves(1)
                slowest = max(slowest, time.monotonic() - back)
            more_saves(5)
    finally:
        web.close()
    start_afresh()  # what this process had open was ended too
    for answer in refusals(writing):
        assert answer.status_code == 503 and answer.headers["Retry-After"]
        assert "Traceback" not in answer.text
    for draft in writing:
        draft.check()
    assert check().breaks == ()
    print(
        f"{OUTAGES} outages, {len(refusals(writing))} refusals, {writers.acknowledged} saves, "
        f"back after {slowest:.1f} s at most"
    )
