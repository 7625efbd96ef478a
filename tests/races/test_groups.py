"""Eight directors launch one network, and both sides of a pair answer, all at once: one effect each."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lab.actions import group_answers, groups
from lab.database import db
from lab.errors import NotNow
from lab.matching.groups import COACHING
from lab.models import Event, Network, NetworkMembership, PairSeat, PeerPair
from tests import factories
from tests.group_world import a_house, five_houses
from tests.races.crew import THREADS, Crew, alone
from tests.soak import times


def test_many_directors_launch_one_network_once(crew: Crew) -> None:
    refs = [case.ref for case in five_houses()]
    directors = [alone(factories.a_person("director")) for _ in range(THREADS)]

    def deed(turn: int, number: int) -> str:
        network = groups.launch_network(
            refs, name="First contracts", by=directors[number], key=f"{turn}-{number}"
        )
        return network.code

    for turn in range(times(4, soak=60)):
        (told,) = crew.all(1, lambda _turn, number, turn=turn: deed(turn, number))
        assert sum(isinstance(one, str) for one in told) == 1
        assert sum(isinstance(one, NotNow) for one in told) == THREADS - 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Network)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(NetworkMembership)) == len(refs)
        # As before the launch, for the next turn.
        db.session.execute(sa.delete(NetworkMembership))
        db.session.execute(sa.delete(Network))
        db.session.commit()


@pytest.mark.parametrize("mixed", [False, True], ids=["both say yes", "one says no"])
def test_answers_to_a_pair_at_once_have_one_outcome(crew: Crew, mixed: bool) -> None:
    director = factories.a_person("director")
    one = a_house(0, needs=(COACHING, "costing_budget"))
    other = a_house(1, stage="established", needs=(COACHING,))
    owners = [one.owner, other.owner]
    pair = groups.propose_pair(COACHING, [one.ref, other.ref], by=director)
    pair_id, seats = pair.id, [seat.id for seat in pair.seats]
    people = [alone(person) for person in owners]

    def deed(_turn: int, number: int) -> str:
        side = number % 2
        return group_answers.answer_pair(seats[side], yes=not (mixed and side), by=people[side])

    for _ in range(times(12, soak=500)):
        before = db.session.scalar(sa.select(sa.func.max(Event.id)))
        db.session.rollback()
        (told,) = crew.all(1, deed)
        state = db.session.scalars(sa.select(PeerPair.state)).one()
        answers = db.session.scalars(sa.select(PairSeat.answer).order_by(PairSeat.id)).all()
        assert state == ("ended" if mixed else "agreed")
        verbs = sa.select(Event.verb, sa.func.count()).where(Event.id > before).group_by(Event.verb)
        counted = dict(map(tuple, db.session.execute(verbs)))
        if mixed:
            assert "agreed" not in told
            assert counted["pair_no"] == 1 and counted.get("pair_yes", 0) <= 1
            assert "pair_agreed" not in counted
        else:
            assert answers == ["yes", "yes"]
            # One line in the history of each case, however many pressed the button.
            assert (counted["pair_yes"], counted["pair_agreed"]) == (2, 2)
        db.session.execute(
            sa.update(PairSeat).values(answer="", answered_at=None, answered_by_id=None, ended_at=None)
        )
        db.session.execute(
            sa.update(PeerPair)
            .where(PeerPair.id == pair_id)
            .values(state="asked", agreed_at=None, ended_at=None)
        )
        db.session.commit()
