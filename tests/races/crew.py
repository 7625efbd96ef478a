"""Eight threads that start together, and what they race for: offers in bulk, ready to be accepted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lab.actions import answers_to_offers
from lab.database import db, new_reference, now
from lab.errors import LabError
from lab.models import Case, Consultant, Membership, Offer, Person, Recommendation
from tests import factories
from tests.soak import times

THREADS = 8
ROUNDS = times(80, soak=500)
CAPACITY = 30
HOURS = 10
TODAY = datetime(2026, 11, 23, 18, tzinfo=UTC)
STARTS, ENDS = date(2026, 12, 1), date(2027, 2, 28)


def alone(person: Person) -> Person:
    """The person outside any session, so that all threads may read them."""
    if sa.inspect(person).expired:
        db.session.refresh(person)
    db.session.expunge(person)
    return person


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


@dataclass(frozen=True)
class Asked:
    """One open offer and who was asked."""

    ref: str
    person: Person

    def accept(self, key: str) -> int:
        """Accept as the one who was asked; gives the engagement's number."""
        return answers_to_offers.accept(self.ref, version=1, key=key, by=self.person).id


def open_offers(*, consultants: int, cases_each: int) -> list[list[Asked]]:
    """So many consultants with thirty hours a month, each asked for so many cases; gives their offers in order."""
    ids, people = _consultants(consultants)
    owner = factories.a_person()
    count = consultants * cases_each
    refs = [new_reference(12) for _ in range(count)]
    cases = _cases(count, owner)
    proposals = _rows(Recommendation, [
        {"case_id": case_id, "state": "approved", "computed_at": now(), "policy": "p", "inputs_hash": "h",
         "inputs": {}, "result": {}, "version": 1}
        for case_id in cases
    ])  # fmt: skip
    _rows(Offer, [
        {
            "ref": refs[number], "case_id": cases[number], "recommendation_id": proposals[number],
            "consultant_id": ids[number // cases_each], "hours_low": 20, "hours_high": 30,
            "hours_month": HOURS, "starts_on": STARTS, "ends_on": ENDS, "summary": {}, "sent_by_id": owner.id,
            "sent_at": now(), "reply_by": now() + timedelta(days=3), "identity_shown_at": now(),
            "conflict_answer": "none", "version": 1,
        }
        for number in range(count)
    ])  # fmt: skip
    db.session.commit()
    return [
        [Asked(refs[number * cases_each + place], person) for place in range(cases_each)]
        for number, person in enumerate(people)
    ]


def _rows(model: Any, values: list[dict[str, Any]]) -> list[int]:
    """Many rows at once; gives their numbers, in order."""
    return list(
        db.session.scalars(sa.insert(model).returning(model.id, sort_by_parameter_order=True), values)
    )


def _cases(count: int, owner: Person) -> list[int]:
    """No two names alike, so that no case stands in another's way."""
    document = factories.an_application("O10")
    cases = _rows(Case, [
        {
            "line": "nonprofit", "kind": "employer", "state": "offering", "owner_id": owner.id,
            "director_id": owner.id, "created_at": now(), "document": document,
            "organization": f"House {new_reference()}", "version": 1,
        }
        for _ in range(count)
    ])  # fmt: skip
    _rows(Membership, [
        {"case_id": case_id, "person_id": owner.id, "side": "management", "role": "lead", "joined_at": now()}
        for case_id in cases
    ])  # fmt: skip
    return cases


def _consultants(count: int) -> tuple[list[int], list[Person]]:
    """With the same profile."""
    told = factories.a_consultant("C02", capacity=CAPACITY)
    person_ids = _rows(Person, [
        {"email": f"c{number}@example.net", "name": f"Consultant {number}", "created_at": now()}
        for number in range(count)
    ])  # fmt: skip
    ids = _rows(Consultant, [
        {
            "ref": f"X{number}", "person_id": person_id, "name": f"Consultant {number}", "profile": told.profile,
            "capacity_hours_month": CAPACITY, "available_from": date(2026, 1, 1), "version": 1,
        }
        for number, person_id in enumerate(person_ids)
    ])  # fmt: skip
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)).all()
    return ids, [alone(person) for person in people]
