"""What could be made of many who wait: `.venv/bin/python -m benchmarks.groups [--waiting 300]`.

The page is looked at twice in a fresh process: the first look works everything out and reads what does,
the second finds it kept. Every organization has another name, place, union and text.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import world
from lab import vocabulary as words
from lab.actions.sign_in import sign_in_as
from lab.database import db, transaction
from lab.matching.groups import KINDS, usual_rules
from lab.models import Case, Person, RoleGrant

PLACES = ("North", "Lake", "Elm", "Cedar", "River", "Hill", "Bay", "Pine", "Stone", "Grand")
WORK = ("Arts Project", "Legal Services", "Housing Trust", "Food Fund", "Youth Council", "Media Center")
UNIONS = ("UAW", "CWA", "SEIU", "OPEIU", "AFSCME")


def main() -> None:
    """Measure two looks and print them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--waiting", type=int, default=300)
    count = options.parse_args().waiting
    with tempfile.TemporaryDirectory() as folder:
        looks = list(two_looks(Path(folder), count))
    for name, clock, processor in looks:
        print(
            f"{f'groups with {count} waiting, {name} look':<58} {clock:.2f} s, processor {processor:.2f} s",
            flush=True,
        )


def two_looks(folder: Path, count: int) -> Iterator[tuple[str, float, float]]:
    """The page with so many waiting, the first and the second time: by the clock and on the processor."""
    app = world.application(folder)
    with app.app_context():
        director = fill(count)
        secret = sign_in_as(director.id).secret
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = secret
    client.get("/networks/")  # what every page reads is read
    for name in ("first", "second"):
        began = time.perf_counter(), time.process_time()
        answer = client.get("/groups/")
        assert answer.status_code == 200, answer.status_code
        yield name, time.perf_counter() - began[0], time.process_time() - began[1]


def fill(count: int) -> Person:
    """So many cases under way that ask for a network and for peers; gives a director."""
    chance = random.Random(1)
    with transaction():
        director = Person(email="director@example.org", name="Dana", created_at=world.START)
        owner = Person(email="owner@example.org", name="Omar", created_at=world.START)
        db.session.add_all([director, owner])
        db.session.flush()
        db.session.add(RoleGrant(person_id=director.id, role="director", granted_at=world.START))
        texts = [row["description"] for row in world.told("applications")]
        base = next(row for row in world.told("applications") if row["line"] == "nonprofit")
        for number in range(count):
            document = _document(base, number, texts, chance)
            db.session.add(_case(document, owner, number))
    return director


def _document(base: dict[str, Any], number: int, texts: list[str], chance: random.Random) -> dict[str, Any]:
    needs = ("peer_learning", *chance.sample((*KINDS, "first_contract_prep", "relationship_repair"), 2))
    sentences = [part for text in texts for part in text.split(". ")]
    unit = {
        "headcount": 20, "stage": chance.choice(usual_rules().stages),
        "union": f"{chance.choice(UNIONS)} Local {chance.randint(1, 150)}",
    }  # fmt: skip
    name = f"{chance.choice(PLACES)}{chance.choice(PLACES).lower()} {chance.choice(WORK)}"
    return {
        **base,
        "ref": f"G{number:06}",
        "organization": {
            **base["organization"], "name": name, "state": chance.choice(list(words.STATES)),
            "sector": chance.choice(list(words.SECTORS)), "staff_count": chance.randint(5, 900),
        },
        "bargaining_units": [{**base["bargaining_units"][0], **unit}],
        "needs": [{"need": need, "weight": chance.choice(list(words.NEED_WEIGHTS))} for need in needs],
        "description": f"We are number {number}. {'. '.join(chance.sample(sentences, 5))}.",
    }  # fmt: skip


def _case(document: dict[str, Any], owner: Person, number: int) -> Case:
    submitted = world.START + timedelta(hours=number)
    organization = document["organization"]
    return Case(
        line="nonprofit", kind="employer", state="active", owner_id=owner.id, created_at=submitted,
        submitted_at=submitted, document=document, organization=organization["name"],
        sector=organization["sector"], place_state=organization["state"],
        stage=document["bargaining_units"][0]["stage"], next_action="check_in",
    )  # fmt: skip


if __name__ == "__main__":
    main()
