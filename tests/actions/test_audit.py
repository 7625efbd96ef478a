"""The history is only added to, chained and sealed: whatever is done to it behind the program's back shows."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from lab import audit, history
from lab.database import db, now, transaction
from lab.errors import NotNow
from lab.models import Case, Event, EventChain
from lab.queries.audit import check, ends
from tests import databases, factories
from tests.soak import times

VERBS = ("started", "section_done", "submitted", "review_begun", "decided", "closed")


@pytest.fixture
def case(app):
    made = factories.a_case(told_as="O02", state="submitted")
    for verb in VERBS:
        with transaction():
            history.record(verb, about=made.ref, by=made.owner, case=made, details={"n": 2.0, "to": ["a"]})
    return made


@pytest.fixture
def behind(app, database) -> Callable[..., None]:
    """Do something to the database as somebody who holds it, past the triggers."""

    def do(*statements: str) -> None:
        if not database.startswith("sqlite"):
            superuser = databases.as_superuser(database)
            with psycopg.connect(superuser) as connection:
                connection.execute("SET session_replication_role = replica")
                for statement in statements:
                    connection.execute(statement.encode())
            db.session.rollback()
            return
        with db.engine.connect() as connection:
            connection.exec_driver_sql("DROP TRIGGER events_stay")
            connection.exec_driver_sql("DROP TRIGGER events_stay_as_they_are")
            for statement in (*statements, *TRIGGERS):
                connection.exec_driver_sql(statement)
            connection.commit()
        db.session.rollback()

    with db.engine.connect() as connection:
        kept = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'events_stay%'"
        TRIGGERS[:] = (
            connection.exec_driver_sql(kept).scalars().all() if connection.dialect.name == "sqlite" else []
        )
    return do


TRIGGERS: list[str] = []


def broken(case: Case) -> list[tuple[str, int]]:
    return [(one.chain, one.sequence) for one in check().breaks]


def test_an_untouched_history_holds(case):
    found = check()
    assert found.breaks == ()
    assert found.rows == db.session.scalar(sa.select(sa.func.count()).select_from(Event)) >= len(VERBS)


@pytest.mark.parametrize(
    ("done", "shows_at"),
    [
        ("UPDATE events SET verb = 'withdrawn' WHERE chain = {c} AND sequence = 3", 3),
        ("UPDATE events SET actor_id = NULL WHERE chain = {c} AND sequence = 2", 2),
        ("UPDATE events SET details = '{{}}' WHERE chain = {c} AND sequence = 4", 4),
        ("UPDATE events SET at = '2020-01-01 00:00:00' WHERE chain = {c} AND sequence = 1", 1),
        ("UPDATE events SET audience = 'union' WHERE chain = {c} AND sequence = 1", 1),
        ("UPDATE events SET case_id = NULL WHERE chain = {c} AND sequence = 5", 5),
        ("UPDATE events SET key = 'ffffffff' WHERE chain = {c} AND sequence = 5", 5),
        ("DELETE FROM events WHERE chain = {c} AND sequence = 3", 3),
        ("DELETE FROM events WHERE chain = {c} AND sequence = 1", 1),
        ("DELETE FROM events WHERE chain = {c} AND sequence = 6", 6),
        ("DELETE FROM events WHERE chain = {c}", 1),
        ("DELETE FROM event_chains WHERE chain = {c}", 1),
        ("UPDATE event_chains SET kept_from = 4 WHERE chain = {c}", 6),
        ("UPDATE event_chains SET sequence = 5, last = (SELECT seal FROM events WHERE chain = {c} AND sequence = 5) "
         "WHERE chain = {c}; DELETE FROM events WHERE chain = {c} AND sequence = 6", 5),
        ("INSERT INTO events (chain, sequence, before, seal, key, case_id, verb, about, audience, details, at) "
         "SELECT chain, 7, seal, seal, key, case_id, verb, about, audience, details, at FROM events "
         "WHERE chain = {c} AND sequence = 6", 7),
        ("UPDATE events SET sequence = 99 WHERE chain = {c} AND sequence = 2; "
         "UPDATE events SET sequence = 2 WHERE chain = {c} AND sequence = 3; "
         "UPDATE events SET sequence = 3 WHERE chain = {c} AND sequence = 99", 2),
    ],
)  # fmt: skip
def test_what_is_done_behind_the_programs_back_shows(case, behind, done, shows_at):
    behind(*done.format(c=case.id).split("; "))
    assert broken(case) == [(case.ref, shows_at)]


def test_a_chain_that_is_gone_with_its_end_is_missed_at_its_case(case, behind):
    behind(f"DELETE FROM events WHERE chain = {case.id}", f"DELETE FROM event_chains WHERE chain = {case.id}")
    assert broken(case) == [(case.ref, 0)]


def test_an_end_that_is_put_back_to_how_it_was_shows_against_ends_kept_elsewhere(case, behind):
    end = db.session.get(EventChain, case.id)
    old = f"UPDATE event_chains SET sequence = {end.sequence}, last = '{end.last}', seal = '{end.seal}' WHERE chain = {case.id}"
    with transaction():
        history.record("withdrawn", about=case.ref, by=None, case=case)
    known = ends()
    behind(f"DELETE FROM events WHERE chain = {case.id} AND sequence = 7", old)
    assert check().breaks == ()
    assert [(one.chain, one.sequence) for one in check(known).breaks] == [(case.ref, 7)]


def test_every_single_change_shows(case, behind):
    """Each text of each row in turn, changed by one letter."""
    columns = ("verb", "about", "audience", "before", "seal")
    found = 0
    rounds = [(column, row) for column in columns for row in range(1, len(VERBS) + 1)][: times(10, soak=30)]
    for column, row in rounds:
        where = f"WHERE chain = {case.id} AND sequence = {row}"
        was = db.session.scalar(sa.text(f"SELECT {column} FROM events {where}"))
        behind(f"UPDATE events SET {column} = '~' || substr({column}, 2) {where}")
        found += broken(case) != []
        behind(f"UPDATE events SET {column} = '{was}' {where}")
        assert broken(case) == []
    assert found == len(rounds)


@pytest.mark.parametrize("statement", ["UPDATE events SET verb = 'x'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_history(case, statement):
    with pytest.raises(DBAPIError, match="only added to"), transaction():
        db.session.execute(sa.text(statement))
    assert check().breaks == ()


def test_postgresql_also_refuses_to_empty_it(case):
    if db.engine.dialect.name != "postgresql":
        statement = "DELETE FROM events WHERE 1"  # what the other database has for it
    else:
        statement = "TRUNCATE events"
    with pytest.raises(DBAPIError, match="only added to"), transaction():
        db.session.execute(sa.text(statement))


def test_a_deed_that_fails_leaves_no_row_and_no_gap(case):
    with pytest.raises(NotNow), transaction():
        it_fails_afterwards("decided", case)
    with transaction():
        history.record("closed", about=case.ref, by=None, case=case)
    assert check().breaks == ()
    assert [row.verb for row in rows_of(case)] == [*VERBS, "closed"]


def test_what_a_part_of_a_deed_wrote_goes_with_that_part(case):
    with transaction() as session:
        history.record("a", about="x", by=None, case=case)
        with pytest.raises(NotNow), session.begin_nested():
            it_fails_afterwards("b", case)
        with session.begin_nested():
            history.record("c", about="x", by=None, case=case)
    assert [row.verb for row in rows_of(case)][-2:] == ["a", "c"]
    assert check().breaks == ()


def test_deeds_at_once_make_one_chain(app, case):
    """Several write to one case and to the chain of the program at once: no fork, no gap, none lost."""
    each, problems = times(10, soak=250), []

    def busy(number: int) -> None:
        with app.app_context():
            for turn in range(each):
                try:
                    with transaction():
                        history.record(f"deed_{number}", about=str(turn), by=None)
                        history.record(
                            f"deed_{number}", about=str(turn), by=None, case=db.session.get(Case, ident)
                        )
                except Exception as problem:
                    problems.append(problem)
            db.session.remove()

    ident = case.id
    db.session.rollback()
    crew = [threading.Thread(target=busy, args=(number,)) for number in range(4)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert problems == []
    assert check().breaks == ()
    assert len(rows_of(db.session.get(Case, ident))) == len(VERBS) + 4 * each


def test_a_new_secret_knows_what_the_old_one_sealed(app, case, monkeypatch):
    from dataclasses import replace

    settings = app.config["SETTINGS"]
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(settings, secret_key="another secret of the house 01234567")
    )
    assert {one.what for one in check().breaks} == {"its end was sealed with a secret that is not known here"}
    kept = replace(app.config["SETTINGS"], old_secret_keys=(settings.secret_key,))
    monkeypatch.setitem(app.config, "SETTINGS", kept)
    with transaction():
        history.record("closed", about=case.ref, by=None, case=case)
    assert check().breaks == ()
    assert rows_of(case)[-1].key != rows_of(case)[0].key


def test_a_deed_costs_two_statements_more_than_its_row(app, case):
    told: list[str] = []

    def heard(connection, cursor, statement, *more) -> None:
        told.append(statement.split()[0])

    sa.event.listen(db.engine, "before_cursor_execute", heard)
    try:
        with transaction():
            history.record("closed", about=case.ref, by=None, case=case)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", heard)
    assert [word for word in told if word in ("SELECT", "INSERT", "UPDATE")][-3:] == [
        "SELECT",
        "INSERT",
        "UPDATE",
    ]


def test_the_command_says_what_is_broken_and_where(app, case, behind, tmp_path):
    run = app.test_cli_runner().invoke
    good = run(args=["lab", "audit", "verify"])
    assert good.exit_code == 0 and "all as they were written" in good.output
    kept = tmp_path / "ends.json"
    kept.write_text(run(args=["lab", "audit", "ends"]).output)
    assert json.loads(kept.read_text())[case.ref]["sequence"] == len(VERBS)
    assert run(args=["lab", "audit", "verify", "--against", str(kept)]).exit_code == 0
    behind(f"UPDATE events SET verb = 'x' WHERE chain = {case.id} AND sequence = 2")
    bad = run(args=["lab", "audit", "verify"])
    assert bad.exit_code == 1
    assert f"{case.ref}: row 2: it was changed" in bad.output


def rows_of(case: Case) -> list[Event]:
    query = sa.select(Event).where(Event.chain == case.id).order_by(Event.sequence)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def test_moments_and_numbers_read_the_same_on_every_database(app):
    row = {
        "chain": 0, "sequence": 1, "before": audit.START, "case_id": None, "actor_id": None, "verb": "v", "about": "",
        "audience": "program", "details": {"n": 3.0, 1: ("x",)}, "at": now(),
    }  # fmt: skip
    key = next(iter(audit.keys().values()))
    assert audit.seal_of(row, key) == audit.seal_of({**row, "details": {"n": 3, "1": ["x"]}}, key)


def it_fails_afterwards(verb: str, case: Case) -> None:
    history.record(verb, about="x", by=None, case=case)
    raise NotNow("After the row was written.")
