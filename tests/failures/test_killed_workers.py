"""The worker is killed in the middle of mail, again and again: every mail arrives, a few of them twice (T25)."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lab import notices
from lab.actions.outbox import drain
from lab.database import SEND_MAIL, db, now, transaction
from lab.jobs import Jobs
from lab.models import OutboxMessage
from lab.settings import Settings
from tests.failures.mail_server import MailServer
from tests.failures.processes import kill, meanwhile, worker
from tests.operations.served import environment
from tests.soak import times

BETWEEN = 8
MAILS_EACH = 20  # more than are sent until a kill


def kills(url: str) -> int:
    """How often; the worker is the same on both databases, only its queue is not."""
    return times(3 if url.startswith("sqlite") else 1, soak=100)


@pytest.fixture
def house(app, database, tmp_path, monkeypatch):
    """A mail server, what a worker needs to know of it, and the queue that the web asks."""
    with MailServer() as server:
        env = environment(database, tmp_path, LAB_SMTP_URL=server.url)
        settings = Settings.from_environment(env)
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        jobs = Jobs(app, settings)
        yield server, env, jobs
        jobs.huey.storage.close()


def queue(count: int) -> None:
    with transaction():
        for number in range(count):
            notices.queue(
                "offer-sent", about=f"offer {number}", to=f"c{number}@example.net", path=f"/offers/{number}"
            )


def a_minute_passes() -> None:
    """The lease of the worker that was killed runs out."""
    with transaction():
        past = now() - timedelta(seconds=1)
        db.session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.leased_until.is_not(None), OutboxMessage.sent_at.is_(None))
            .values(leased_until=past)
        )


def unsent() -> int:
    db.session.rollback()
    waiting = sa.select(sa.func.count()).select_from(OutboxMessage).where(OutboxMessage.sent_at.is_(None))
    return db.session.scalar(waiting) or 0


def test_every_mail_survives_kills_of_the_worker(house, database, tmp_path):
    server, env, jobs = house
    chance = random.Random(30)
    log = tmp_path / "log"
    mails = (kills(database) + 1) * MAILS_EACH
    queue(mails)
    for _turn in range(kills(database)):
        jobs.ask(SEND_MAIL)
        process = worker(env, log)
        try:
            goal = len(server.received) + BETWEEN
            meanwhile(process, log, lambda goal=goal: len(server.received) >= goal, "The next mails")
            time.sleep(chance.uniform(0, 0.015))
        finally:
            kill(process)
        a_minute_passes()
    drain()
    ids = server.ids()
    assert set(ids) == {f"c{number}@example.net" for number in range(mails)}, "A mail was lost."
    assert all(len(of_one) == 1 for of_one in ids.values()), "A mail came twice under two names."
    twice = len(server.received) - mails
    # Only what was under way at the moment of a kill can come again.
    assert 0 <= twice <= kills(database)
    assert unsent() == 0
    print(f"{kills(database)} kills, {mails} mails, 0 lost, {twice} twice with the same Message-ID")
