"""Mail leaves the outbox by itself, without anybody's request."""

from __future__ import annotations

import sqlalchemy as sa

from lab import notices
from lab.actions.outbox import drain
from lab.database import db, transaction
from lab.models import OutboxMessage


def test_mail_is_written_and_sent_by_the_queue_alone(app, capsys):
    with transaction():
        notices.queue(
            "sign-in",
            about="sign-in-1",
            to="ana@example.org",
            path="/sign-in/abc",
            secret={"code": "ABCD2345"},
        )
        notices.queue("offer-sent", about="offer-1", to="bo@example.org", path="/offers/OF-1")

    assert drain() == 2

    told = capsys.readouterr().err
    assert "--- mail to ana@example.org: Your sign-in code" in told and "ABCD-2345" in told
    assert "http://localhost/offers/OF-1" in told
    rows = db.session.scalars(sa.select(OutboxMessage)).all()
    assert all(row.sent_at and row.secret is None for row in rows)
    assert drain() == 0
