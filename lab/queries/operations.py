"""How the house runs, in numbers: schema, worker, queues. No content, no references."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab.database import db, now
from lab.models import Offer, OutboxMessage, Timer, WorkerBeat

# A round takes a minute; a large portfolio may hold up a few.
LATE_AFTER = timedelta(minutes=5)


def schema_revision() -> str:
    """The revision that the database stands at; empty if it was never migrated. Raises what the driver raises."""
    if not sa.inspect(db.session.connection()).has_table("alembic_version"):
        return ""
    found = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return str(found or "")


def worker_age() -> timedelta | None:
    """How long ago a worker last went its round; None if none ever did."""
    last = db.session.scalar(sa.select(sa.func.max(WorkerBeat.at)))
    return None if last is None else max(now() - last, timedelta(0))


def worker_is_late() -> bool:
    """Whether mail and deadlines wait because no worker goes its rounds."""
    age = worker_age()
    return age is None or age > LATE_AFTER


def waiting() -> dict[str, int]:
    """How much waits: mail to send, mail given up, timers that are due, offers without an answer."""
    counts = {
        "outbox": sa.select(sa.func.count()).select_from(OutboxMessage).where(
            OutboxMessage.sent_at.is_(None), OutboxMessage.failed_at.is_(None)
        ),
        "outbox_given_up": sa.select(sa.func.count()).select_from(OutboxMessage).where(
            OutboxMessage.failed_at.is_not(None)
        ),
        "timers_due": sa.select(sa.func.count()).select_from(Timer).where(
            Timer.done_at.is_(None), Timer.due_at <= now()
        ),
        "offers_waiting": sa.select(sa.func.count()).select_from(Offer).where(Offer.state == "offered"),
    }  # fmt: skip
    return {name: db.session.scalar(query) or 0 for name, query in counts.items()}
