"""The database goes away, is locked, full or ends its connections: people are told, and it works again by itself (T41)."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from lab.actions import intake
from lab.database import db
from lab.models import Event, Person, Section, SectionRevision
from lab.outages import is_outage
from lab.web import create_app
from tests.clients import HTMX, LabClient, somebody
from tests.conftest import let_go, settings_for
from tests.pages import Page

TYPED = 'what "they" typed\nand <more>'


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


@contextmanager
def every_connection(statement: str):
    """New connections begin with this."""

    def first(connection, _record):
        connection.execute(statement)

    db.engine.dispose()
    event.listen(db.engine, "connect", first)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", first)


@contextmanager
def locked(url):
    """Another process writes and does not end."""
    if url.startswith("sqlite"):
        with every_connection("PRAGMA busy_timeout = 50"), closing(sqlite3.connect(path_of(url))) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with every_connection("SET lock_timeout = '50ms'"), connected(url) as other, other.transaction():
        other.execute("LOCK TABLE cases, sections, web_sessions IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def full(url):
    """No page more fits into the file; on PostgreSQL the server says that its disk is full."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(path_of(url))) as other:
            other.execute("VACUUM")  # no page of it is free
            pages = other.execute("PRAGMA page_count").fetchone()[0]
        with every_connection(f"PRAGMA max_page_count = {pages}"):
            yield
        return
    with connected(url) as other:
        other.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        other.execute("CREATE TRIGGER no_room BEFORE INSERT ON section_revisions EXECUTE FUNCTION no_room()")
        try:
            yield
        finally:
            other.execute("DROP FUNCTION no_room CASCADE")


@contextmanager
def gone(url):
    """The file was taken away while nobody looked; a PostgreSQL server takes no connections to the database."""
    db.session.remove()
    db.engine.dispose()
    if url.startswith("sqlite"):
        kept = path_of(url).with_suffix(".kept")
        path_of(url).rename(kept)
        path_of(url).mkdir()
        try:
            yield
        finally:
            path_of(url).rmdir()
            shutil.move(kept, path_of(url))
        return
    name = sa.make_url(url).database
    with connected(url.replace(f"/{name}", "/postgres")) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


FAULTS = {"locked": locked, "full": full, "gone": gone}


@pytest.fixture
def draft(app):
    """A part with a long text in it, open in the browser of its writer."""
    writer = somebody(name="Wanda Reyes")
    case = intake.start(line="nonprofit", kind="employer", by=writer, key="k")
    section = db.session.query(Section).filter_by(case_id=case.id, topic="needs").one()
    long = {"description": ["before " * 400]}
    intake.save(section.id, typed=long, answers=None, read_version=section.version, by=writer)
    db.session.refresh(writer)
    return f"/applications/{case.ref}/needs", section.id


def kept(section_id: int) -> tuple[str, int, int, int]:
    db.session.rollback()
    section = db.session.get_one(Section, section_id)
    counts = (db.session.query(model).count() for model in (SectionRevision, Event))
    return (section.typed["description"][0], section.version, *counts)


def filled(client, page):
    fields = dict(Page(client.get(page).text).form(page).fields)
    return {**fields, "description": [TYPED * 300], "do": ["later"]}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_form_sent_meanwhile_comes_back_whole_and_can_be_sent_again(
    app, database, draft, signed_in, fault, language
):
    page, section_id = draft
    client = signed_in(db.session.get_one(Section, section_id).saved_by)
    client.get(f"/language/{language}")
    fields, before = filled(client, page), kept(section_id)
    db.session.rollback()
    with FAULTS[fault](database):
        answer = client.post(page, data=fields)
        autosaved = client.post(f"{page}/autosave", data=fields, headers=HTMX)
    for refused in (answer, autosaved):
        assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0
        assert "Traceback" not in refused.text and "sqlalchemy" not in refused.text
    assert f'<html lang="{language}"' in answer.text
    assert "<html" not in autosaved.text and autosaved.headers["HX-Retarget"] == "#notice"
    assert kept(section_id) == before, "Something was half written."
    again = Page(answer.text).form(page)
    assert {**again.fields} == {name: value for name, value in fields.items() if value}
    assert client.post(page, data=again.fields).status_code == 303
    assert kept(section_id)[0].replace("\r\n", "\n") == (TYPED * 300).replace("\r\n", "\n")
    assert kept(section_id)[1] == before[1] + 1


def test_pages_say_so_without_the_database_and_come_back_by_themselves(app, database, draft, signed_in):
    page, section_id = draft
    client = signed_in(db.session.get_one(Section, section_id).saved_by)
    db.session.rollback()
    with gone(database):
        answer = client.get(f"{page}?back=check")
        assert answer.status_code == 503 and "We cannot open this just now" in answer.text
        assert f'href="{page}?back=check"' in answer.text
        elsewhere = client.get("//elsewhere.example/x")
        assert "//elsewhere.example" not in elsewhere.text
        watcher = app.test_client()
        assert watcher.get("/healthz").status_code == 200 and watcher.get("/readyz").status_code == 503
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_connections_that_were_ended_are_made_anew(app, database, draft, signed_in):
    with connected(database) as other:
        client = signed_in(somebody())
        assert client.get("/").status_code == 200
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        assert client.get("/cases/").status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_was_deleted_is_an_outage_until_it_is_back(app, database, draft, tmp_path):
    page, section_id = draft
    writer_id = db.session.get_one(Section, section_id).saved_by_id
    db.session.remove()
    # A file that no other application of this process holds open.
    own = tmp_path / "own.sqlite"
    with closing(sqlite3.connect(path_of(database))) as whole:
        whole.execute("VACUUM INTO ?", (str(own),))
    house = create_app(settings_for(f"sqlite:///{own}"))
    house.test_client_class = LabClient
    with house.app_context():
        client = house.test_client()
        client.sign_in(db.session.get_one(Person, writer_id))
        db.session.remove()
        db.engine.dispose()
        aside = own.with_suffix(".aside")
        own.rename(aside)
        assert client.get(page).status_code == 503  # an empty file stands there now
        db.engine.dispose()
        for rest in tmp_path.glob("own.sqlite*"):
            rest.unlink()
        aside.rename(own)
        assert client.get(page).status_code == 200
    let_go(house)


def test_a_connection_that_ends_in_the_middle_of_a_deed_leaves_nothing(app, database, draft, signed_in):
    page, section_id = draft
    client = signed_in(db.session.get_one(Section, section_id).saved_by)
    fields, before = filled(client, page), kept(section_id)
    db.session.rollback()

    def cut(_mapper, connection, _target):
        raw = connection.connection.dbapi_connection
        if database.startswith("sqlite"):
            raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("disk I/O error"))
        with connected(database) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])

    event.listen(SectionRevision, "before_insert", cut)
    try:
        assert client.post(page, data=fields).status_code == 503
    finally:
        event.remove(SectionRevision, "before_insert", cut)
    assert kept(section_id) == before
    assert client.post(page, data=fields).status_code == 303


def test_a_mistake_of_ours_is_no_outage(app):
    for statement in ("SELECT * FROM cases WHERE no_such_column = 1", "SELEKT 1"):
        with pytest.raises(sa.exc.DBAPIError) as broken:
            db.session.execute(sa.text(statement))
        assert not is_outage(broken.value)
        db.session.rollback()
    assert is_outage(sa.exc.TimeoutError())
