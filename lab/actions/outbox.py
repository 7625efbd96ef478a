"""Sending what waits in the outbox: leased, sent outside any transaction, at least once."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from lab import mail
from lab.database import db, now, transaction
from lab.models import OutboxMessage
from lab.settings import Settings

LEASE = timedelta(seconds=60)
BATCH = 20
GIVE_UP_AFTER = 12


def drain() -> int:
    """Send everything that waits; gives how many were sent. A mail that fails is tried again later.

    A server that does not answer ends the round: nobody waits for it with each mail in turn.
    """
    settings: Settings = current_app.config["SETTINGS"]
    sent = 0
    while batch := _lease():
        for place, message in enumerate(batch):
            try:
                sent += _send(message, settings)
            except _NoServer:
                _give_back([later.id for later in batch[place + 1 :]])
                return sent
    return sent


class _NoServer(Exception):
    """The mail server cannot be reached, or it has stopped answering."""


def _lease() -> list[OutboxMessage]:
    """Take a batch for a minute, so that two workers do not send the same and a dead one's comes back."""
    moment = now()
    with transaction():
        waiting = (
            sa.select(OutboxMessage)
            .where(
                OutboxMessage.sent_at.is_(None),
                OutboxMessage.failed_at.is_(None),
                sa.or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < moment),
                sa.or_(OutboxMessage.next_try_at.is_(None), OutboxMessage.next_try_at <= moment),
            )
            .order_by(OutboxMessage.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        batch = list(db.session.scalars(waiting))
        for message in batch:
            message.leased_until = moment + LEASE
    return batch


def _send(message: OutboxMessage, settings: Settings) -> int:
    written = mail.written(message, settings)
    message_id = message.id
    db.session.rollback()  # no transaction is open while the mail server thinks
    import smtplib

    try:
        mail.deliver(written, settings)
    except (OSError, smtplib.SMTPException) as problem:
        current_app.logger.warning("mail %s was not taken: %s", message_id, type(problem).__name__)
        _try_later(message_id)
        # An answer of the server is about this one mail; silence is about the server.
        if isinstance(problem, smtplib.SMTPServerDisconnected) or not isinstance(
            problem, smtplib.SMTPException
        ):
            raise _NoServer from None
        return 0
    with transaction():
        message = db.session.get_one(OutboxMessage, message_id)
        message.sent_at = now()
        if not settings.demo:
            message.secret = None
    return 1


def _give_back(ids: list[int]) -> None:
    """These were leased and not tried: whoever comes next may send them."""
    with transaction():
        db.session.execute(
            sa.update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(leased_until=None)
        )


def _try_later(message_id: int) -> None:
    with transaction():
        message = db.session.get_one(OutboxMessage, message_id)
        message.attempts += 1
        message.leased_until = None
        message.next_try_at = now() + timedelta(minutes=min(2**message.attempts, 240))
        if message.attempts >= GIVE_UP_AFTER:
            message.failed_at = now()
