"""A worker says that it is alive, each time it goes its round."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

import sqlalchemy as sa

from lab.database import db, insert_if_new, now, transaction
from lab.models import WorkerBeat

FORGOTTEN_AFTER = timedelta(days=1)


def beat() -> None:
    """Note the moment for this process; processes that have been silent for a day are forgotten."""
    name = f"{socket.gethostname()[:60]}:{os.getpid()}"
    moment = now()
    with transaction():
        insert_if_new(
            WorkerBeat, values={"worker": name, "started_at": moment, "at": moment}, unique=["worker"]
        )
        db.session.execute(sa.update(WorkerBeat).where(WorkerBeat.worker == name).values(at=moment))
        db.session.execute(sa.delete(WorkerBeat).where(WorkerBeat.at < moment - FORGOTTEN_AFTER))
