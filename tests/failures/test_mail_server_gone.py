"""The mail server refuses, hangs, hangs up or is gone: nothing is lost, nothing comes twice, nobody waits long (T41)."""

from __future__ import annotations

import random
import socket
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lab import mail, notices
from lab.actions.outbox import drain
from lab.database import db, transaction
from lab.models import OutboxMessage
from tests.conftest import settings_for
from tests.failures.mail_server import BUSY, HANGS, HANGS_UP, MOODS, REFUSES, TAKES, MailServer
from tests.soak import times

ROUNDS = times(6, soak=50)


@pytest.fixture
def server(app, clock, database, monkeypatch):
    with MailServer() as server:
        settings = settings_for(database)
        object.__setattr__(settings, "smtp_url", server.url)
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        monkeypatch.setattr(mail, "SMTP_SECONDS", 3)  # longer than a busy machine takes
        yield server


def queue(first: int, count: int) -> None:
    with transaction():
        for number in range(first, first + count):
            notices.queue("offer-sent", about=f"o{number}", to=f"c{number}@example.net", path="/offers/X")


def rows() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.mark.parametrize("mood", [BUSY, REFUSES])
def test_what_a_server_does_not_take_is_tried_again_later(server, clock, mood):
    queue(0, 3)
    server.mood = mood
    assert drain() == 0
    assert [(row.attempts, row.leased_until, row.sent_at) for row in rows()] == [(1, None, None)] * 3
    server.mood = TAKES
    assert drain() == 0, "It is too early to try again."
    clock.go(minutes=3)
    assert drain() == 3
    assert [mail.message_id for mail in server.received] == [row.message_id for row in rows()]


@pytest.mark.parametrize("mood", [HANGS, HANGS_UP])
def test_a_silent_server_holds_up_one_mail_and_not_all(server, clock, mood):
    queue(0, 20)
    server.mood = mood
    assert drain() == 0
    assert [row.attempts for row in rows()] == [1] + [0] * 19
    assert not any(row.leased_until for row in rows())
    server.mood = TAKES
    assert drain() == 19
    clock.go(minutes=3)
    assert drain() == 1
    assert all(sum(ids.values()) == 1 for ids in server.ids().values())


def test_a_server_that_is_gone_is_found_again(server, clock, app):
    queue(0, 2)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = f"smtp://127.0.0.1:{probe.getsockname()[1]}"
    settings = app.config["SETTINGS"]
    object.__setattr__(settings, "smtp_url", nobody)
    assert drain() == 0
    object.__setattr__(settings, "smtp_url", server.url)
    clock.go(minutes=3)
    assert drain() == 2


def test_with_a_server_of_changing_moods_every_mail_arrives_once(server, clock):
    chance = random.Random(41)
    for turn in range(ROUNDS):
        queue(turn * 3, 3)
        server.mood = chance.choice(MOODS)
        drain()
        clock.go(minutes=chance.randrange(1, 30))
    server.mood = TAKES
    clock.go(hours=5)
    for _again in range(2):
        drain()
    assert all(row.sent_at and row.failed_at is None for row in rows())
    ids = server.ids()
    assert set(ids) == {f"c{number}@example.net" for number in range(ROUNDS * 3)}
    assert all(list(of_one.values()) == [1] for of_one in ids.values())


def test_a_mail_that_nobody_takes_is_given_up_and_kept(server, clock):
    queue(0, 1)
    server.mood = REFUSES
    for _day in range(14):
        drain()
        clock.go(hours=5)
    (row,) = rows()
    assert row.failed_at is not None and row.sent_at is None and row.attempts == 12
    assert clock.moment - row.failed_at >= timedelta(hours=5)
