"""Eight threads at the hours of one consultant: on both databases."""

from __future__ import annotations

import sqlalchemy as sa

from lab.database import db
from lab.models import Engagement
from tests.races.crew import CAPACITY, HOURS, ROUNDS, THREADS, Crew, open_offers

FITTING = CAPACITY // HOURS


def test_hours_are_never_promised_twice_and_never_left(crew: Crew) -> None:
    offers = open_offers(consultants=ROUNDS, cases_each=THREADS)

    found = crew.all(ROUNDS, lambda turn, number: offers[turn][number].accept(f"key-{turn}-{number}"))

    winners = [sum(isinstance(one, int) for one in turn) for turn in found]
    assert winners == [FITTING] * ROUNDS
    promised = db.session.execute(
        sa.select(Engagement.consultant_id, sa.func.sum(Engagement.hours_month)).group_by(
            Engagement.consultant_id
        )
    ).all()
    assert len(promised) == ROUNDS
    assert {hours for _, hours in promised} == {CAPACITY}
