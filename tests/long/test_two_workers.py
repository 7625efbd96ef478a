"""Two workers before one database for some minutes: what falls due is done once, and every mail is sent once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lab.actions import intake
from lab.database import db, now
from lab.models import Case, OutboxMessage, Timer
from tests.clients import somebody
from tests.failures.mail_server import MailServer
from tests.failures.processes import kill, worker
from tests.operations.served import environment

DRAFTS, MINUTES = 200, 3


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_timers_fire_once(app, database, tmp_path):
    writer = somebody(name="Writer")
    for number in range(DRAFTS):
        intake.start(line="nonprofit", kind="employer", by=writer, key=f"d{number}")
    db.session.execute(sa.update(Case).values(created_at=now() - timedelta(days=61)))
    db.session.execute(sa.update(Timer).values(due_at=now() - timedelta(days=1)))
    db.session.execute(sa.delete(OutboxMessage))  # what each beginning said
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
    asked = list(db.session.scalars(sa.select(OutboxMessage.event)))
    assert len(asked) == len(set(asked)) == DRAFTS and all(event.startswith("idle ") for event in asked)
    print(f"{len(asked)} reminders, {len(server.received)} mails")
    assert len(server.received) == DRAFTS
