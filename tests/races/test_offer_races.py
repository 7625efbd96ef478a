"""Eight threads at one offer, at one consultant's hours, and at one key: on both databases."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lab import history
from lab.actions import answers_to_offers
from lab.database import db, new_reference, now, transaction
from lab.errors import LabError
from lab.models import (
    Case,
    Consultant,
    Engagement,
    Event,
    IdempotencyKey,
    Membership,
    Offer,
    Person,
    Recommendation,
)
from tests import factories

THREADS = 8
# Every round is a race of its own: a hundred find what is broken, five hundred is the goal that was set.
ROUNDS = 500 if os.environ.get("LAB_SOAK") else 100
CAPACITY = 30
HOURS = 10
FITTING = CAPACITY // HOURS
STARTS, ENDS = date(2026, 12, 1), date(2027, 2, 28)


class Crew:
    """Eight threads, each with its own application context and connection, that start together."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.barrier = threading.Barrier(THREADS)

    def all(self, rounds: int, deed: Callable[[int, int], Any]) -> list[list[Any]]:
        """`deed(round, thread)` by every thread in every round; what each gave, or its refusal."""
        found: list[list[Any]] = [[None] * THREADS for _ in range(rounds)]
        broken: list[BaseException] = []

        def work(number: int) -> None:
            try:
                with self.app.app_context():
                    for turn in range(rounds):
                        self.barrier.wait(60)
                        try:
                            found[turn][number] = deed(turn, number)
                        except LabError as refusal:
                            found[turn][number] = refusal
                        finally:
                            db.session.remove()
            except BaseException as problem:
                broken.append(problem)
                self.barrier.abort()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if broken:
            raise broken[0]
        db.session.rollback()  # what this thread had read before is old
        return found


@pytest.fixture
def crew(app: Flask, database: str) -> Iterator[Crew]:
    """The threads; a test's own durability is not what is measured, so SQLite need not wait for the disk."""
    yield Crew(app)
    db.session.remove()


def rows(model: Any, values: list[dict[str, Any]]) -> list[int]:
    """Many rows at once; gives their numbers, in order."""
    return list(
        db.session.scalars(sa.insert(model).returning(model.id, sort_by_parameter_order=True), values)
    )


def the_offers(*, consultants: list[Consultant], cases_each: int) -> list[list[str]]:
    """For each consultant so many cases with one open offer each, ready to be accepted; gives their references."""
    document = factories.an_application("O10")
    owner = factories.a_person()
    moment = now()
    count = len(consultants) * cases_each
    case_ids = rows(Case, [
        {
            "line": "nonprofit", "kind": "employer", "state": "offering", "owner_id": owner.id,
            "director_id": owner.id, "created_at": moment, "document": document,
            # No two names alike, so that no case stands in another's way.
            "organization": f"House {new_reference()}", "version": 1,
        }
        for _ in range(count)
    ])  # fmt: skip
    rows(Membership, [
        {"case_id": case_id, "person_id": owner.id, "side": "management", "role": "lead", "joined_at": moment}
        for case_id in case_ids
    ])  # fmt: skip
    row_ids = rows(Recommendation, [
        {"case_id": case_id, "state": "approved", "computed_at": moment, "policy": "p", "inputs_hash": "h",
         "inputs": {}, "result": {}, "version": 1}
        for case_id in case_ids
    ])  # fmt: skip
    refs = [new_reference(12) for _ in range(count)]
    rows(Offer, [
        {
            "ref": refs[number], "case_id": case_ids[number], "recommendation_id": row_ids[number],
            "consultant_id": consultants[number // cases_each].id, "hours_low": 20, "hours_high": 30,
            "hours_month": HOURS, "starts_on": STARTS, "ends_on": ENDS, "summary": {}, "sent_by_id": owner.id,
            "sent_at": moment, "reply_by": moment + timedelta(days=3), "identity_shown_at": moment,
            "conflict_answer": "none", "version": 1,
        }
        for number in range(count)
    ])  # fmt: skip
    db.session.commit()
    return [refs[start : start + cases_each] for start in range(0, count, cases_each)]


def the_consultants(count: int) -> list[Consultant]:
    """So many consultants with the same profile and thirty hours a month."""
    told = factories.a_consultant("C02", capacity=CAPACITY)
    person_ids = rows(Person, [
        {"email": f"c{number}@example.net", "name": f"Consultant {number}", "created_at": now()}
        for number in range(count)
    ])  # fmt: skip
    made = rows(Consultant, [
        {
            "ref": f"X{number}", "person_id": person_id, "name": f"Consultant {number}", "profile": told.profile,
            "capacity_hours_month": CAPACITY, "available_from": date(2026, 1, 1), "version": 1,
        }
        for number, person_id in enumerate(person_ids)
    ])  # fmt: skip
    db.session.commit()
    return list(
        db.session.scalars(sa.select(Consultant).where(Consultant.id.in_(made)).order_by(Consultant.id))
    )


def accept(ref: str, key: str) -> int:
    """Accept as the consultant of the offer; gives the engagement's number."""
    person = db.session.scalar(
        sa.select(Person)
        .join(Consultant, Consultant.person_id == Person.id)
        .join(Offer, Offer.consultant_id == Consultant.id)
        .where(Offer.ref == ref)
    )
    assert person is not None
    return answers_to_offers.accept(ref, version=1, key=key, by=person).id


def test_one_offer_has_one_winner(crew: Crew) -> None:
    consultants = the_consultants(ROUNDS)
    refs = [group[0] for group in the_offers(consultants=consultants, cases_each=1)]

    found = crew.all(ROUNDS, lambda turn, number: accept(refs[turn], f"key-{turn}-{number}"))

    winners = [sum(isinstance(one, int) for one in turn) for turn in found]
    assert winners == [1] * ROUNDS
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Engagement)) == ROUNDS
    states = db.session.execute(sa.select(Case.state, sa.func.count()).group_by(Case.state)).all()
    assert [tuple(row) for row in states] == [("active", ROUNDS)]


def test_hours_are_never_promised_twice_and_never_left(crew: Crew) -> None:
    consultants = the_consultants(ROUNDS)
    refs = the_offers(consultants=consultants, cases_each=THREADS)

    found = crew.all(ROUNDS, lambda turn, number: accept(refs[turn][number], f"key-{turn}-{number}"))

    winners = [sum(isinstance(one, int) for one in turn) for turn in found]
    assert winners == [FITTING] * ROUNDS
    promised = db.session.execute(
        sa.select(Engagement.consultant_id, sa.func.sum(Engagement.hours_month)).group_by(
            Engagement.consultant_id
        )
    )
    assert {hours for _, hours in promised} == {CAPACITY}


def test_one_key_has_one_effect(crew: Crew) -> None:
    person = factories.a_person()
    person_id = person.id

    def deed(turn: int, number: int) -> bool:
        with transaction():
            by = db.session.get_one(Person, person_id)
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


def test_one_key_sends_one_acceptance(crew: Crew) -> None:
    """The same form, pressed eight times: one engagement, and everybody is led to it."""
    rounds = ROUNDS // 5
    consultants = the_consultants(rounds)
    refs = [group[0] for group in the_offers(consultants=consultants, cases_each=1)]

    found = crew.all(rounds, lambda turn, number: accept(refs[turn], f"key-{turn}"))

    astray = [turn for turn in found if len({*map(str, turn)}) != 1 or not isinstance(turn[0], int)]
    assert astray == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Engagement)) == rounds


@pytest.fixture(autouse=True)
def day(app: Flask) -> None:
    """It is an ordinary day."""
    app.extensions["lab.clock"] = lambda: datetime(2026, 11, 23, 18, tzinfo=UTC)
