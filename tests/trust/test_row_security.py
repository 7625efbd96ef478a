"""The query that forgot whose it is: PostgreSQL gives nothing to who has no right, and nobody reads unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from lab import row_security
from lab.database import Base, db
from lab.models import Case, Person, SecondSignature, Section, tables
from lab.queries.viewers import viewer_of
from lab.row_security import HELD, NobodyReads, as_the_program, read_as
from lab.viewer import NOBODY, Viewer
from tests.clients import somebody
from tests.databases import plain_role
from tests.trust.world import World

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
# What holds nothing of a case, or is read before it is known who looks; a new table stands here or in HELD.
OPEN = {
    "people": "read before anybody is known; an address is shown by pages alone",
    "role_grants": "read before anybody is known",
    "sign_in_tokens": "hashes, read before anybody is known",
    "web_sessions": "hashes, read before anybody is known",
    "consultants": "the roster is no secret of a case",
    "networks": "offered to everybody of a line",
    "convenings": "offered to everybody of a line",
    "text_indexes": "numbers by fingerprint of a text",
    "policy_versions": "weights",
    "policy_effects": "when and by whom an effect was asked for",
    "weight_proposals": "weights, and counts",
    "rate_reasons": "counts, and a director's words about them",
    "event_chains": "seals",
    "worker_beats": "when the worker was last heard of",
    "sign_in_attempts": "hashes, counted before anybody is known",
    "organization_accounts": "names of accounts, read before anybody is known",
    "passkeys": "public keys, read before anybody is known",
    "code_apps": "sealed, read before the second factor is shown",
    "recovery_codes": "hashes, read before the second factor is shown",
    "kept_forms": "sealed for their writer",
}


@contextmanager
def reading_as(app: Flask, viewer: Viewer) -> Iterator[None]:
    """As a request of this viewer reads."""
    db.session.rollback()
    with app.test_request_context():
        read_as(viewer)
        yield
        db.session.rollback()


def viewer_named(world: World, who: str) -> Viewer:
    return NOBODY if who == "nobody" else viewer_of(world.people[who])


def counted(what: Callable[[], Any]) -> int:
    return len(what().all())


def by_text(table: sa.Table) -> int:
    return counted(lambda: db.session.execute(sa.text(f'SELECT * FROM "{table.name}"')))


def by_core(table: sa.Table) -> int:
    return counted(lambda: db.session.execute(sa.select(table)))


def by_statement(table: sa.Table) -> int:
    model: Any = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)
    written = sa.select(model).from_statement(sa.text(f'SELECT * FROM "{table.name}"'))
    return counted(lambda: db.session.scalars(written))


def by_connection(table: sa.Table) -> int:
    with db.engine.connect() as connection:
        return len(connection.execute(sa.select(table)).all())


def held_tables() -> list[sa.Table]:
    return [table for table in tables().values() if table.name in HELD]


@on_postgresql
@pytest.mark.parametrize("way", [by_text, by_core, by_statement, by_connection])
def test_no_way_of_asking_gives_a_row_to_who_has_no_right(
    app: Flask, world: World, way: Callable[[sa.Table], int]
) -> None:
    strangers = {"nobody": NOBODY, "stranger": viewer_of(somebody()), "lead": viewer_of(somebody("network_lead")),
                 "consultant": viewer_of(somebody("consultant")), "administrator": viewer_of(somebody("administrator"))}  # fmt: skip
    there = {table.name: way(table) for table in held_tables()}
    assert sum(there.values()) > 100, "The world holds too little for this to be a test."
    for name, viewer in strangers.items():
        with reading_as(app, viewer):
            read = {table.name: number for table in held_tables() if (number := way(table))}
            # Administrators answer what waits for a second signature; the one of this world is about a reference.
            assert read == ({"second_signatures": 1} if name == "administrator" else {}), name


@on_postgresql
def test_what_was_read_for_somebody_else_is_forgotten(app: Flask, world: World) -> None:
    case = world.cases["joint"].id
    member = viewer_named(world, "union of the joint case")
    with reading_as(app, member):
        assert db.session.get(Case, case) is not None
        read_as(viewer_of(somebody()))
        assert db.session.get(Case, case) is None
        with as_the_program():
            notes = db.session.scalars(sa.select(Section).where(Section.topic == "notes_management")).all()
            assert notes
        read_as(member)
        assert all(db.session.get(Section, note.id) is None for note in notes)


@on_postgresql
def test_each_reads_what_is_theirs_and_no_more(app: Flask, world: World) -> None:
    joint = world.cases["joint"].id
    topics = sa.select(Section.topic).where(Section.case_id == joint, Section.topic.like("notes_%"))
    refs = sa.select(Case.ref)
    read: dict[str, tuple[set[str], int]] = {}
    sent = sum(case.state != "draft" for case in world.cases.values())
    for who in ("management of the joint case", "union of the joint case", "consultant at work", "removed colleague",
                "consultant who declined", "network lead", "director on the cases", "other director"):  # fmt: skip
        with reading_as(app, viewer_named(world, who)):
            read[who] = set(db.session.scalars(topics)), len(db.session.scalars(refs).all())
    assert read == {
        "management of the joint case": ({"notes_management"}, 1),
        "union of the joint case": ({"notes_union"}, 1),
        "consultant at work": (set(), 1),
        "removed colleague": (set(), 0),
        "consultant who declined": (set(), 0),
        "network lead": (set(), 1),
        "director on the cases": ({"notes_management", "notes_union"}, sent),
        "other director": (set(), sent),
    }


@on_postgresql
def test_a_tie_hides_the_case_from_its_director(app: Flask, world: World) -> None:
    director = world.people["director on the cases"]
    for tie in ("HOUSE", "100% _house\\", ""):
        director.ties = [tie]
        db.session.commit()
        with reading_as(app, viewer_of(director)):
            found = len(db.session.scalars(sa.select(Case.id)).all())
        assert (found == 0) is (tie == "HOUSE"), tie


@on_postgresql
def test_a_case_that_two_people_opened_is_read_with_all_its_sides_and_no_other_is(
    app: Flask, world: World
) -> None:
    joint = world.cases["joint"].id
    plain = viewer_of(somebody("administrator"))
    with reading_as(app, plain):
        assert db.session.scalars(sa.select(Section.id)).all() == []
    with reading_as(app, replace(plain, glass_case_ids=frozenset({joint}))):
        topics = set(db.session.scalars(sa.select(Section.topic)))
        assert {"notes_management", "notes_union"} <= topics
        assert set(db.session.scalars(sa.select(Section.case_id))) == {joint}
        assert db.session.scalars(sa.select(Case.id)).all() == [joint]


@on_postgresql
def test_what_waits_for_a_signature_is_read_by_staff_alone(app: Flask, world: World) -> None:
    asked = sa.select(SecondSignature.about)
    case = world.cases["joint"]
    director = world.people["other director"]
    for viewer, read in ((viewer_of(somebody()), []), (viewer_named(world, "union of the joint case"), []),
                         (viewer_of(somebody("administrator")), [case.ref]), (viewer_of(director), [case.ref])):  # fmt: skip
        with reading_as(app, viewer):
            assert db.session.scalars(asked).all() == read
    director.ties = ["house"]
    db.session.commit()
    with reading_as(app, viewer_of(director)):
        assert db.session.scalars(asked).all() == []


@on_postgresql
def test_a_page_writes_nothing_whoever_reads_it(app: Flask, world: World) -> None:
    director = viewer_named(world, "director on the cases")
    with reading_as(app, director):
        assert db.session.execute(sa.update(Case).values(stage="changed")).rowcount == 0  # type: ignore[attr-defined]
        assert db.session.execute(sa.delete(Section)).rowcount == 0  # type: ignore[attr-defined]
        case = db.session.scalars(sa.select(Case).limit(1)).one()
        copied = {"case_id": case.id, "topic": "x", "audience": "joint", "state": "done", "version": 1,
                  "typed": {}, "shared_with_consultant": False}  # fmt: skip
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.execute(sa.insert(Section).values(**copied))


@on_postgresql
def test_nothing_said_gives_nothing_and_what_was_said_ends_with_the_transaction(
    app: Flask, world: World, database: str
) -> None:
    plain = "postgresql://" + database.partition("://")[2]
    with psycopg.connect(plain) as connection:
        for table in held_tables():
            assert connection.execute(f'SELECT 1 FROM "{table.name}"'.encode()).fetchall() == []
        connection.execute("SELECT set_config('lab.scope', 'program', true)")
        assert connection.execute("SELECT 1 FROM cases").fetchall()
        connection.rollback()
        assert connection.execute("SELECT 1 FROM cases").fetchall() == []
        mine = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert mine.fetchone() == (plain_role(), False, False)


@on_postgresql
def test_a_savepoint_that_is_undone_does_not_take_the_reader_along(app: Flask, world: World) -> None:
    with reading_as(app, viewer_of(somebody())):
        saved = db.session.begin_nested()
        with as_the_program():
            assert db.session.scalars(sa.select(Case.id)).all()
        saved.rollback()
        assert db.session.scalars(sa.select(Case.id)).all() == []
        with as_the_program():
            assert db.session.scalars(sa.select(Case.id)).all()


@on_postgresql
def test_every_table_is_held_or_open_for_a_reason(app: Flask) -> None:
    rows = db.session.execute(
        sa.text(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
        )
    )
    held = {name: held for name, held in rows if name in tables()}
    assert {name for name, forced in held.items() if forced} == HELD
    assert {name for name, forced in held.items() if not forced} == set(OPEN)
    of_a_case = {name for name, table in tables().items() if "case_id" in table.c}
    assert of_a_case <= HELD, "What speaks of a case is held."


def test_nobody_reads_unknown(app: Flask, database: str) -> None:
    db.session.rollback()
    with app.test_request_context():
        for ask in (lambda: db.session.scalars(sa.select(Case)), lambda: db.session.get(Person, 1),
                    lambda: db.session.query(Case).count()):  # fmt: skip
            with pytest.raises(NobodyReads):
                ask()
        if database.startswith("postgresql"):
            with pytest.raises(NobodyReads):
                db.session.execute(sa.text("SELECT 1"))
            with pytest.raises(NobodyReads), db.engine.connect() as connection:
                connection.execute(sa.select(sa.literal(1)))


def test_a_page_that_lost_its_reader_breaks_instead_of_telling(
    app: Flask, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_security, "read_as", lambda viewer: None)
    monkeypatch.setattr(
        "lab.recognizing._recognize", lambda secret: db.session.scalars(sa.select(Case)).all()
    )
    monkeypatch.setattr(row_security, "as_the_program", as_nobody)
    with pytest.raises(NobodyReads):
        client.get("/")


@contextmanager
def as_nobody() -> Iterator[None]:
    yield
