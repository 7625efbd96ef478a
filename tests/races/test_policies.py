"""Eight people sign the same policy at once: one signature counts as the second, and one policy is in force."""

from __future__ import annotations

import sqlalchemy as sa

from lab.actions import policies
from lab.database import db
from lab.errors import NotNow
from lab.models import Event, PolicyVersion
from lab.queries.policies import in_force
from tests import factories
from tests.a_policy import a_draft, reread, tried
from tests.races.crew import THREADS, Crew, alone

TURNS = 12


def test_two_second_signers_have_one_effect(crew: Crew) -> None:
    first = factories.a_person("director")
    signers = [alone(factories.a_person("administrator")) for _ in range(THREADS)]
    first = alone(first)

    for _ in range(TURNS):
        row = a_draft(first, floor=in_force().floor + 1)
        ref = row.ref
        tried(row, first)
        policies.sign(ref, edition=reread(ref).edition, by=first)
        edition = reread(ref).edition

        def deed(_turn: int, number: int, ref: str = ref, edition: int = edition) -> str:
            return policies.sign(ref, edition=edition, by=signers[number])

        (told,) = crew.all(1, deed)
        assert told.count("in_force") == 1
        assert sum(isinstance(one, NotNow) for one in told) == THREADS - 1

    states = db.session.execute(sa.select(PolicyVersion.state, sa.func.count()).group_by(PolicyVersion.state))
    assert dict(map(tuple, states)) == {"in_force": 1, "retired": TURNS - 1}
    signed = sa.select(sa.func.count()).where(Event.verb == "policy_in_force")
    assert db.session.scalar(signed) == TURNS
    names = db.session.scalars(sa.select(PolicyVersion.version)).all()
    assert len(set(names)) == TURNS


def test_two_policies_signed_at_once_leave_one_in_force(crew: Crew) -> None:
    first = factories.a_person("director")
    signers = [alone(factories.a_person("administrator")) for _ in range(THREADS)]
    first = alone(first)
    asked = []
    for number in range(THREADS):
        row = a_draft(first, floor=40.0 + number)
        ref = row.ref
        tried(row, first)
        policies.sign(ref, edition=reread(ref).edition, by=first)
        asked.append((ref, reread(ref).edition))

    def deed(_turn: int, number: int) -> str:
        ref, edition = asked[number]
        return policies.sign(ref, edition=edition, by=signers[number])

    (told,) = crew.all(1, deed)
    assert told.count("in_force") == 1
    assert sum(isinstance(one, NotNow) for one in told) == THREADS - 1
    assert in_force().floor == 40.0 + told.index("in_force")
