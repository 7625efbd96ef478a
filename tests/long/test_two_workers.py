"""Two workers before one database for some minutes: what falls due is done once, and every mail is sent once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lab.actions import intake
from lab.database import db, now
from lab.models import OutboxMessage, Timer
from tests.clients import somebody
from tests.failures.mail_server import MailServer
from tests.failures.processes import kill, worker
from tests.operations.served import environment

DRAFTS, MINUTES = 200, 3


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_timers_fire_once(app, database, tmp_path):
    writer = somebody(name="Writer")
    for number in range(DRAFTS):
        case = intake.start(line="nonprofit", kind="employer", by=writer, key=f"d{number}")
        case.created_at = now() - timedelta(days=61)
    due = sa.update(Timer).where(Timer.kind == "draft_idle").values(due_at=now() - timedelta(days=1))
    db.session.execute(due)
    db.session.commit()
    with MailServer() as server:
        running = []
        for number in range(2):
            folder = tmp_path / f"worker{number}"
            folder.mkdir()
            env = environment(database, folder, LAB_SMTP_URL=server.url)
            running.append(worker(env, tmp_path / f"log{number}"))
        try:
            time.sleep(MINUTES * 60)
        finally:
            for process in running:
                kill(process)
    db.session.rollback()
    asked = Counter(db.session.scalars(sa.select(OutboxMessage.message_id)))
    assert len(asked) == DRAFTS and max(asked.values()) == 1
    assert len(server.received) == DRAFTS
