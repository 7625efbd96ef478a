"""What grows with what: `.venv/bin/python -m benchmarks.scaling [--sizes 1000 10000 100000] [--consultants 10000] [--database URL]`.

The same pages at each size, in turns of one run: queries and milliseconds (medians), answered in this
process. SQLite, or the empty PostgreSQL database of the address. Nine of ten cases have ended, as in an old
program; consultants beyond sixty are people and profiles that nobody has asked yet.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import world
from benchmarks.report import counted
from lab.actions import reviews
from lab.actions.sign_in import sign_in_as
from lab.clock import program_day
from lab.database import db, new_reference
from lab.models import Case, Consultant, Membership, Person, RoleGrant

LIVE = ("submitted", "in_review", "info_requested")
ROUNDS = 15
CHUNK = 2000


def main() -> None:
    """Fill, measure and print, size after size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options.add_argument("--consultants", type=int, default=10_000, help="at the largest size")
    options.add_argument("--database", default="", help="an empty PostgreSQL database")
    chosen = options.parse_args()
    kind = "PostgreSQL" if chosen.database else "SQLite"
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {kind}\n")
    with tempfile.TemporaryDirectory() as folder:
        grow(Path(folder), chosen)


def grow(folder: Path, chosen: argparse.Namespace) -> None:
    """One database that grows from size to size, asked the same at each."""
    app = world.application(folder, url=chosen.database or "")
    with app.app_context():
        director = world.fill(cases=60, experts=60)
        administrator = Person(email="a@example.org", name="Alma", created_at=world.START)
        db.session.add(administrator)
        db.session.flush()
        db.session.add(RoleGrant(person_id=administrator.id, role="administrator", granted_at=world.START))
        db.session.commit()
        case = db.session.scalars(sa.select(Case).where(Case.state == "in_review").limit(1)).one()
        reviews.compute(case.id)
        secrets = {
            "director": sign_in_as(director.id).secret,
            "administrator": sign_in_as(administrator.id).secret,
        }
        director_id, review = director.id, f"/reviews/{case.ref}"
        db.session.remove()
    cases, people = 60, 60
    for size in chosen.sizes:
        wanted = max(60, chosen.consultants * size // max(chosen.sizes))
        with app.app_context():
            began = time.perf_counter()
            add_cases(size - cases, director_id, cases)
            add_consultants(wanted - people, people)
            db.session.execute(sa.text("ANALYZE"))
            db.session.commit()
            filled = time.perf_counter() - began
            db.session.remove()
        cases, people = size, wanted
        print(f"{size:,} cases, {wanted:,} consultants (written in {filled:.0f} s)")
        ask(app, secrets, review)


def add_cases(count: int, director_id: int, begin: int) -> None:
    """That many more cases in bulk: one of ten is live."""
    owner_id = db.session.scalar(sa.select(Person.id).where(Person.email == "owner@example.org"))
    documents = world.applications(12)
    today = program_day(world.START)
    for chunk in _chunks(count):
        rows = []
        for number in chunk:
            at = begin + number
            document = documents[at % 12]
            name = f"Organization {at:06} of Everywhere"
            live = at % 10 == 0
            submitted = world.START - timedelta(hours=at % 9000)
            rows.append({
                "ref": "LL-" + new_reference(8), "line": document["line"], "kind": document["case_kind"],
                "state": LIVE[at // 10 % 3] if live else "closed", "version": 1, "owner_id": owner_id,
                "director_id": director_id, "created_at": submitted, "submitted_at": submitted,
                "submitted_on": program_day(submitted), "folded_name": name.casefold(), "document": document,
                "organization": name, "sector": "", "place_state": "CA", "tier": "", "decision": "",
                "stage": (document["bargaining_units"] or [{"stage": "before_organizing"}])[0]["stage"],
                "next_action": "decide", "due_on": today, "clock_kind": "vote_scheduled",
                "clock_on": today + timedelta(days=at % 400) if at % 3 == 0 else None,
                "urgent_rank": at % 3, "budget_rank": at % 5,
            })  # fmt: skip
        ids = db.session.scalars(sa.insert(Case).returning(Case.id), rows).all()
        db.session.execute(
            sa.insert(Membership),
            [
                {"case_id": ident, "person_id": owner_id, "side": "management", "role": "lead", "seat": "", "joined_at": world.START}
                for ident in ids
            ],
        )  # fmt: skip
        db.session.commit()


def add_consultants(count: int, begin: int) -> None:
    """That many more people with a consultant's profile in bulk."""
    profiles = world.consultants(8)
    for chunk in _chunks(count):
        people = [
            {
                "ref": new_reference(10), "email": f"more{begin + number}@example.net",
                "name": f"Consultant {begin + number:05}", "created_at": world.START, "locale": "en",
                "time_zone": "America/Los_Angeles", "ties": [],
            }
            for number in chunk
        ]  # fmt: skip
        ids = db.session.scalars(sa.insert(Person).returning(Person.id), people).all()
        db.session.execute(
            sa.insert(RoleGrant),
            [{"person_id": ident, "role": "consultant", "granted_at": world.START} for ident in ids],
        )
        db.session.execute(
            sa.insert(Consultant),
            [
                {
                    "ref": f"M{begin + number:06}", "person_id": ident, "name": f"Consultant {begin + number:05}",
                    "profile": profiles[number % 8] | {"ref": f"M{begin + number:06}"}, "capacity_hours_month": 20,
                    "available_from": program_day(world.START), "reviewed_at": world.START, "version": 1,
                    "paused_at": world.START,
                }
                for number, ident in zip(chunk, ids, strict=True)
            ],
        )  # fmt: skip
        db.session.commit()


def _chunks(count: int) -> Iterator[range]:
    for first in range(0, max(0, count), CHUNK):
        yield range(first, min(first + CHUNK, count))


def ask(app: Any, secrets: dict[str, str], review: str) -> None:
    """Every page with its queries and milliseconds."""
    clients = {}
    for role, secret in secrets.items():
        clients[role] = app.test_client()
        with clients[role].session_transaction() as cookie:
            cookie["sid"], cookie["browser"] = secret, "benchmarks"
    director, administrator = clients["director"], clients["administrator"]
    late = _walk(director, "/reviews/", 20)
    pages = [
        ("queue, first page", director, "/reviews/"),
        ("queue, page 20", director, late),
        ("queue, all, ended ones too", director, "/reviews/?state=all"),
        ("queue, filtered by stage", director, "/reviews/?stage=bargaining_first_contract"),
        ("queue, looked up by name", director, "/reviews/?state=all&text=organization+000450"),
        ("match review", director, review),
        ("people, first page", administrator, "/people/"),
        ("people, looked up", administrator, "/people/?words=consultant+00044"),
        ("roster of consultants", director, "/consultants/"),
    ]
    with app.app_context():
        engine = db.engine
    for name, client, path in pages:
        with counted(engine) as statements:
            answer = client.get(path)
        if answer.status_code != 200:
            print(f"  {name:<32} answered {answer.status_code}")
            continue
        rounds = 3 if "roster" in name else ROUNDS
        spent = sorted(_time(client, path) for _ in range(rounds))
        print(
            f"  {name:<32} {len(statements):3} queries, {statistics.median(spent) * 1000:8.1f} ms", flush=True
        )


def _walk(client: Any, path: str, pages: int) -> str:
    """The address of a page far on, or of the last one."""
    for _ in range(pages - 1):
        found = re.search(r'href="(\S+after=[^"&]+)"', client.get(path).text)
        if found is None:
            break
        path = found[1].replace("&amp;", "&")
    return path


def _time(client: Any, path: str) -> float:
    began = time.perf_counter()
    client.get(path)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
