"""A colleague is removed while they are saving: nothing of theirs is kept after that, on both databases."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lab.actions import intake, team
from lab.database import db, now
from lab.errors import NotFound
from lab.models import Event, Membership, Person, Section
from tests import factories
from tests.races.crew import ROUNDS, Crew, alone

TURNS = ROUNDS // 4


@dataclass(frozen=True)
class House:
    """A case with a lead and a colleague of theirs."""

    case_id: int
    section_id: int
    membership_id: int
    lead: Person
    colleague: Person

    def remove(self) -> None:
        team.remove(self.membership_id, by=self.lead)

    def save(self, text: str) -> int:
        typed = {"name": [text]}
        return intake.save(
            self.section_id, typed=typed, answers=None, read_version=0, by=self.colleague
        ).section_id


def a_house() -> House:
    lead, colleague = factories.a_person(), factories.a_person()
    case = intake.start(line="nonprofit", kind="employer", by=lead, key="")
    place = Membership(
        case_id=case.id, person_id=colleague.id, side="management", role="member", joined_at=now()
    )
    db.session.add(place)
    db.session.commit()
    part = sa.select(Section.id).where(Section.case_id == case.id, Section.topic == "organization")
    return House(case.id, db.session.scalars(part).one(), place.id, alone(lead), alone(colleague))


def test_who_was_removed_saves_nothing_any_more(crew: Crew) -> None:
    houses = [a_house() for _turn in range(TURNS)]

    found = crew.all(
        TURNS,
        lambda turn, number: houses[turn].remove() if number == 3 else houses[turn].save(f"text {number}"),
    )

    late, refused = [], 0
    for house, turn in zip(houses, found, strict=True):
        rows = (
            sa.select(Event.verb, Event.actor_id)
            .where(Event.case_id == house.case_id)
            .order_by(Event.sequence)
        )
        verbs = [(row.verb, row.actor_id) for row in db.session.execute(rows)]
        after = verbs[[verb for verb, _who in verbs].index("removed") + 1 :]
        late += [verb for verb, who in after if who == house.colleague.id]
        refused += sum(isinstance(one, NotFound) for one in turn)
    assert late == []
    assert 0 < refused < TURNS * 7, "Nobody was removed while somebody saved."
