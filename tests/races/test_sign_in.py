"""Eight threads at one way in: on both databases, one session for a link, and none after it was ended."""

from __future__ import annotations

from importlib import import_module

import pytest
import sqlalchemy as sa

from lab.actions import second_factor, sessions, sign_in, throttle
from lab.database import db, now, transaction
from lab.errors import BadInput, LabError
from lab.models import CodeApp, OutboxMessage, Person, RecoveryCode, SignInAttempt, WebSession
from lab.sealing import sealed
from tests import factories
from tests.races.crew import THREADS, Crew, alone
from tests.soak import times

TURNS = times(10, soak=500)
REVIVALS = times(10, soak=200)


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_link_opens_one_session(crew: Crew) -> None:
    tokens = []
    for turn in range(TURNS):
        sign_in.ask(f"p{turn}@example.org", browser="one browser")
        path = db.session.scalar(sa.select(OutboxMessage.path).order_by(OutboxMessage.id.desc()).limit(1))
        tokens.append(str(path).rpartition("/")[2])

    found = crew.all(
        TURNS, lambda turn, _number: sign_in.spend_link(tokens[turn], browser="one browser").secret
    )

    assert [sum(isinstance(one, str) for one in turn) for turn in found] == [1] * TURNS
    assert all(isinstance(one, (str, BadInput)) for turn in found for one in turn)
    assert count(WebSession) == count(Person) == TURNS


def test_of_all_guesses_at_a_code_none_fits_and_five_are_looked_at(crew: Crew) -> None:
    """From everywhere at once, so that no network is slowed down."""
    sign_in.ask("ana@example.org", browser="hers")
    right = db.session.scalars(sa.select(OutboxMessage.secret)).one()["code"]

    def guess(turn: int, number: int) -> str:
        return sign_in.spend_code("ana@example.org", f"AAAA{turn:03}{number}").secret

    found = crew.all(times(8, soak=125), guess)

    assert all(isinstance(one, BadInput) for turn in found for one in turn)
    with pytest.raises(BadInput):
        sign_in.spend_code("ana@example.org", right)
    assert count(WebSession) == 0


def test_a_session_that_was_ended_is_never_revived(crew: Crew) -> None:
    person = alone(factories.a_person("consultant"))
    secrets = []
    for _ in range(REVIVALS):
        with transaction():
            secrets.append(sessions.open_session(db.session.get_one(Person, person.id)))

    def deed(turn: int, number: int) -> None:
        secret = secrets[turn]
        match number:
            case 0:
                sessions.sign_out(secret)
            case 1 | 2:
                sessions.touch(secret)
            case 3 | 4:
                sessions.renew_for_roles(secret, person.id)
            case 5:
                sessions.strengthen(secret)
            case _:
                sessions.renew(secret, last_seen_at=now())

    crew.all(REVIVALS, deed)
    assert count(WebSession) == 0


def test_eight_who_try_at_once_are_counted_one_after_the_other(crew: Crew) -> None:
    def deed(turn: int, _number: int) -> str:
        throttle.attempt(f"name {turn}", address=f"10.{turn}.0.1")
        return "tried"

    turns = times(5, soak=200)
    found = crew.all(turns, deed)
    assert [turn.count("tried") for turn in found] == [throttle.TRIES_OF_ONE] * turns
    assert count(SignInAttempt) == throttle.TRIES_OF_ONE * turns


def test_eight_who_ask_at_once_get_three_mails(crew: Crew) -> None:
    turns = times(5, soak=200)
    crew.all(turns, lambda turn, _number: sign_in.ask(f"p{turn}@example.org", browser="one"))
    assert count(OutboxMessage) == 3 * turns


def test_digits_and_recovery_codes_count_once(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyotp

    monkeypatch.setitem(vars(import_module("lab.actions.second_factor")), "COST", 16)
    person, told = alone(factories.a_person("director")), pyotp.random_base32()
    with transaction():
        db.session.add(
            CodeApp(
                person_id=person.id, sealed=sealed(told, purpose=second_factor.PURPOSE), created_at=now(),
                confirmed_at=now(),
            )
        )  # fmt: skip
        codes = second_factor.factor_added(db.session.get_one(Person, person.id), "app")
        secrets = [sessions.open_session(db.session.get_one(Person, person.id)) for _ in range(THREADS)]
    digits = pyotp.TOTP(told).at(now())
    (found,) = crew.all(1, lambda _turn, number: second_factor.show_code(secrets[number], digits, by=person))
    assert sum(isinstance(one, str) for one in found) == 1
    fresh = [one if isinstance(one, str) else secrets[number] for number, one in enumerate(found)]
    (found,) = crew.all(1, lambda _turn, number: second_factor.show_code(fresh[number], codes[0], by=person))
    assert sum(isinstance(one, str) for one in found) == 1
    assert all(isinstance(one, (str, LabError)) for one in found)
    spent = sa.select(sa.func.count()).where(RecoveryCode.spent_at.is_not(None))
    assert db.session.scalar(spent) == 1
