"""Eight threads at one offer, with a key each or with one for all: on both databases."""

from __future__ import annotations

import sqlalchemy as sa

from lab.database import db
from lab.models import Case, Engagement
from tests.races.crew import ROUNDS, Crew, open_offers


def test_one_offer_has_one_winner(crew: Crew) -> None:
    offers = [group[0] for group in open_offers(consultants=ROUNDS, cases_each=1)]

    found = crew.all(ROUNDS, lambda turn, number: offers[turn].accept(f"key-{turn}-{number}"))

    winners = [sum(isinstance(one, int) for one in turn) for turn in found]
    assert winners == [1] * ROUNDS
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Engagement)) == ROUNDS
    states = db.session.execute(sa.select(Case.state, sa.func.count()).group_by(Case.state)).all()
    assert [tuple(row) for row in states] == [("active", ROUNDS)]


def test_one_key_sends_one_acceptance(crew: Crew) -> None:
    """The same form, pressed eight times: one engagement, and everybody is led to it."""
    rounds = ROUNDS // 5  # the key itself has all its rounds in `test_keys`
    offers = [group[0] for group in open_offers(consultants=rounds, cases_each=1)]

    found = crew.all(rounds, lambda turn, number: offers[turn].accept(f"key-{turn}"))

    astray = [turn for turn in found if len({*map(str, turn)}) != 1 or not isinstance(turn[0], int)]
    assert astray == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Engagement)) == rounds
