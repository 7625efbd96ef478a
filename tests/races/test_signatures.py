"""Eight answers to one wish at once: one counts, and what was agreed to happens once."""

from __future__ import annotations

import sqlalchemy as sa

from lab.actions import signatures
from lab.database import db
from lab.errors import NotNow
from lab.models import Event, RoleGrant, SecondSignature
from tests import factories
from tests.races.crew import THREADS, Crew, alone
from tests.soak import times

TURNS = times(4, soak=200)


def test_of_eight_answers_one_counts(crew: Crew) -> None:
    asker = factories.a_person("administrator")
    others = [alone(factories.a_person("director")) for _ in range(THREADS)]
    rows = []
    for _turn in range(TURNS):
        person = factories.a_person()
        rows.append(signatures.ask_grant(person.id, "director", reason="Needed", by=asker).ref)

    def answer(turn: int, number: int) -> str:
        way = signatures.approve if number % 2 else signatures.refuse
        way(rows[turn], by=others[number])
        return way.__name__

    found = crew.all(TURNS, answer)

    said = [[one for one in turn if isinstance(one, str)] for turn in found]
    assert [len(one) for one in said] == [1] * TURNS
    assert all(isinstance(one, (str, NotNow)) for turn in found for one in turn)
    approved = sum(one == ["approve"] for one in said)
    granted = sa.select(sa.func.count(RoleGrant.id)).where(RoleGrant.role == "director")
    assert db.session.scalar(granted) == approved + THREADS
    answered = sa.select(sa.func.count(Event.id)).where(
        Event.verb.in_(["signature_approved", "signature_refused"])
    )
    assert db.session.scalar(answered) == TURNS
    assert not db.session.query(SecondSignature).filter_by(state="waiting").count()
