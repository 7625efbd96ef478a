"""Eight threads with one key: on both databases, one effect."""

from __future__ import annotations

import sqlalchemy as sa

from lab import history
from lab.database import db, transaction
from lab.models import Event, IdempotencyKey
from tests import factories
from tests.races.crew import ROUNDS, Crew, alone


def test_one_key_has_one_effect(crew: Crew) -> None:
    by = alone(factories.a_person())

    def deed(turn: int, number: int) -> bool:
        with transaction():
            if not history.claim(f"key-{turn}", purpose="race", by=by):
                return False
            history.record("raced", about=f"turn {turn}", by=by)
            history.remember_result(f"key-{turn}", f"{number}")
        return True

    found = crew.all(ROUNDS, deed)

    assert [sum(turn) for turn in found] == [1] * ROUNDS
    effects = db.session.execute(sa.select(Event.about, sa.func.count()).group_by(Event.about)).all()
    assert len(effects) == ROUNDS
    assert {count for _, count in effects} == {1}
    kept = db.session.execute(sa.select(IdempotencyKey.key, IdempotencyKey.result))
    first = {row.key: row.result for row in kept}
    assert [first[f"key-{turn}"] for turn in range(ROUNDS)] == [str(turn.index(True)) for turn in found]
