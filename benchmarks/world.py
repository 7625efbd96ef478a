"""A large invented world, made on the spot from the told cases: names, places and dates vary."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from flask import Flask

from lab import vocabulary as words
from lab.database import db, transaction
from lab.migrating import alembic_config
from lab.models import Case, Consultant, Convening, Membership, Network, Person, RoleGrant
from lab.settings import Settings
from lab.web import create_app

TOLD = Path(__file__).parent.parent / "tests" / "cases"
START = datetime(2026, 9, 1, 16, tzinfo=UTC)


def application(
    folder: Path, *, url: str = "", base_url: str = "http://localhost", secret: str = "x" * 40
) -> Flask:
    """The application with its data in this folder and its tables made; on SQLite there, unless `url` names a database."""
    app = create_app(
        Settings(
            data_dir=folder, database_url=url or f"sqlite:///{folder / 'bench.sqlite'}", secret_key=secret,
            base_url=base_url, demo=False, testing=True,
        )
    )  # fmt: skip
    with app.app_context():
        command.upgrade(alembic_config(), "head")
    return app


def told(name: str) -> Any:
    """The told applications, consultants or supports."""
    return json.loads((TOLD / f"{name}.json").read_text())


def applications(count: int) -> list[dict[str, Any]]:
    """This many applications: the twelve in turn, each with a name, a size and a state of its own."""
    originals, states = told("applications"), list(words.STATES)
    made = []
    for number in range(count):
        one = copy.deepcopy(originals[number % len(originals)])
        one["ref"] = f"A{number:06}"
        one["organization"]["name"] = f"Organization {number:06}"
        one["organization"]["staff_count"] = 5 + number * 37 % 900
        if one["line"] == "nonprofit":
            one["organization"]["state"] = states[number % len(states)]
        made.append(one)
    return made


def consultants(count: int) -> list[dict[str, Any]]:
    """This many consultants: the eight in turn, with other hours and states."""
    originals, states = told("consultants"), list(words.STATES)
    made = []
    for number in range(count):
        one = copy.deepcopy(originals[number % len(originals)])
        one |= {
            "ref": f"K{number:04}",
            "name": f"Consultant {number:04}",
            "email": f"k{number}@example.net",
            "capacity_hours_month": 8 + number * 7 % 40,
        }
        one["states"] = sorted({*one["states"], states[number % len(states)]})
        made.append(one)
    return made


def fill(*, cases: int, experts: int) -> Person:
    """Write that many submitted cases and consultants in bulk; gives a director who is on the first case."""
    with transaction():
        director = Person(email="director@example.org", name="Dana", created_at=START)
        owner = Person(email="owner@example.org", name="Omar", created_at=START)
        db.session.add_all([director, owner])
        db.session.flush()
        db.session.add(RoleGrant(person_id=director.id, role="director", granted_at=START))
        _consultants(experts)
        _supports()
        rows = [
            _case(number, document, owner, director) for number, document in enumerate(applications(cases))
        ]
        db.session.add_all(rows)
        db.session.flush()
        db.session.add_all(
            Membership(case_id=case.id, person_id=owner.id, side="management", role="lead", joined_at=START)
            for case in rows
        )
    return director


def _case(number: int, document: dict[str, Any], owner: Person, director: Person) -> Case:
    submitted = START + timedelta(hours=number % 1500)
    return Case(
        line=document["line"], kind=document["case_kind"], state="in_review" if number % 3 == 0 else "submitted",
        owner_id=owner.id, director_id=director.id if number % 3 == 0 else None, created_at=submitted,
        submitted_at=submitted, document=document, organization=document["organization"]["name"],
        sector=document["organization"]["sector"], place_state=document["organization"]["state"],
        stage=(document["bargaining_units"] or [{"stage": "before_organizing"}])[0]["stage"],
        next_action="decide" if number % 3 == 0 else "start_review",
        due_on=submitted.date() + timedelta(days=5), urgent_rank=number % 3,
    )  # fmt: skip


def _consultants(count: int) -> None:
    for profile in consultants(count):
        person = Person(email=profile["email"], name=profile["name"], created_at=START)
        db.session.add(person)
        db.session.flush()
        db.session.add(RoleGrant(person_id=person.id, role="consultant", granted_at=START))
        db.session.add(
            Consultant(
                ref=profile["ref"], person_id=person.id, name=profile["name"], profile=profile,
                capacity_hours_month=profile["capacity_hours_month"],
                available_from=date.fromisoformat(profile["available_from"]), reviewed_at=START,
            )
        )  # fmt: skip


def _supports() -> None:
    supports = told("supports")
    for kind, key in (("peer", "peer_networks"), ("regional", "regional_networks")):
        db.session.add_all(
            Network(
                code=row["network"], kind=kind, line=row["line"], name=row["name"], side=row["side"],
                status=row["status"], capacity=row.get("capacity"), profile=row,
            )
            for row in supports[key]
        )  # fmt: skip
    db.session.add_all(
        Convening(
            code=row["convening"], line=row["line"], name=row["name"], starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]), profile=row,
        )
        for row in supports["convenings"]
    )  # fmt: skip
