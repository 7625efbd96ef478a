"""The next version's tables come while this version serves, and nobody waits or fails (T39)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config

from lab import migrating, version
from lab.actions.people import welcome
from lab.database import db, transaction
from lab.history import record
from lab.models import Person
from lab.settings import Settings
from tests.clients import somebody
from tests.conftest import settings_for
from tests.operations.served import ROOT, environment
from tests.soak import times

TURNS = times(1, soak=20)

NEXT = '''"""The next version: it only adds."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade():
    op.add_column("people", sa.Column("pronouns", sa.String(40), nullable=True))
    op.add_column("events", sa.Column("since_next", sa.String(40), nullable=True))
    op.create_table("next_things", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("word", sa.String(9)))


def downgrade():
    op.drop_table("next_things")
    op.drop_column("events", "since_next")
    with op.batch_alter_table("people") as batch:
        batch.drop_column("pronouns")
'''


@pytest.fixture
def next_version(tmp_path: Path) -> Config:
    """The folder of migrations as the next version has it."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, folder)
    newest = version.revisions()[-1]
    (folder / "versions" / "9999_next.py").write_text(NEXT.format(newest=newest))
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return config


@pytest.fixture
def database(request: pytest.FixtureRequest):
    """A database of its own: its tables change."""
    from alembic import command

    from lab.web import create_app
    from tests.databases import fresh_url

    url = fresh_url(request.param)
    with create_app(settings_for(url)).app_context():
        command.upgrade(migrating.alembic_config(), "head")
        db.engine.dispose()
    return url


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    from dataclasses import replace

    return replace(settings_for(database), data_dir=tmp_path)


both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


class Work:
    """People of this version who read and write all the time."""

    def __init__(self, app, people: int = 3) -> None:
        self.app, self.ended = app, threading.Event()
        self.deeds, self.failed, self.longest = 0, [], 0.0
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(people)]

    def __enter__(self) -> Work:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join()

    def more(self, number: int) -> None:
        """Wait until so many more deeds are done."""
        goal = self.deeds + number
        while self.deeds < goal and not self.failed:
            time.sleep(0.01)

    def _work(self, number: int) -> None:
        turn = 0
        with self.app.app_context():
            while not self.ended.is_set():
                begun = time.monotonic()
                try:
                    with transaction():
                        person = welcome(f"p{number}-{turn}@example.org", name="Somebody")
                        record("welcomed", about=person.ref, by=person)
                    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) > turn
                    db.session.rollback()
                except Exception as problem:
                    self.failed.append(f"{type(problem).__name__}: {problem}"[:300])
                    db.session.rollback()
                self.longest = max(self.longest, time.monotonic() - begun)
                turn += 1
                self.deeds += 1
            db.session.remove()


@both
def test_this_version_works_on_while_the_next_one_s_tables_come_and_go(app, next_version):
    somebody("director")
    kept = db.session.scalar(sa.select(Person.ref))
    db.session.rollback()
    with Work(app) as work:
        work.more(20)
        for _turn in range(TURNS):
            migrating.upgrade("head", next_version)
            work.more(20)
            migrating.downgrade(version.revisions()[-1], next_version)
            work.more(20)
        migrating.upgrade("head", next_version)
        work.more(20)
    print(f"{work.deeds} deeds of three people, the longest took {work.longest:.2f} s")
    assert work.failed == []
    assert work.deeds >= 20 * (2 * TURNS + 2)
    assert not version.is_behind("9999")
    assert db.session.scalar(sa.select(Person.ref).order_by(Person.id).limit(1)) == kept
    assert "next_things" in sa.inspect(db.engine).get_table_names()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == work.deeds + 1


@both
def test_new_code_finds_old_rows_as_they_were_after_coming_back(app, next_version):
    """Forward, back, and forward again: what stood in the tables is equal."""
    somebody("director", name="Dana")

    def rows() -> list[tuple]:
        found = db.session.execute(sa.text("SELECT ref, email, name FROM people ORDER BY id")).all()
        db.session.rollback()
        return [tuple(row) for row in found]

    before = rows()
    migrating.upgrade("head", next_version)
    assert rows() == before
    migrating.downgrade(version.revisions()[-1], next_version)
    assert rows() == before


@both
def test_two_who_migrate_at_once_do_it_one_after_the_other(app, next_version):
    env = environment(app.config["SETTINGS"].database_url, app.config["SETTINGS"].data_dir)
    script = (
        "import sys; from alembic.config import Config; from app import app; from lab import migrating\n"
        "config = Config(); config.set_main_option('script_location', sys.argv[1]);"
        " config.set_main_option('path_separator', 'os')\n"
        "with app.app_context(): migrating.upgrade('head', config)"
    )
    place = next_version.get_main_option("script_location")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, place], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
        )
        for _process in range(2)
    ]
    ends = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], ends
    db.session.rollback()
    assert db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999"


@both
def test_a_migration_waits_for_a_table_in_use_and_gives_way_meanwhile(app, next_version, monkeypatch):
    """Somebody holds the table: the migration lets others pass, and comes through when the table is free."""
    tries = []
    held = db.engine.connect()
    held.exec_driver_sql("ROLLBACK")
    held.exec_driver_sql("BEGIN IMMEDIATE" if db.engine.dialect.name == "sqlite" else "BEGIN")
    held.exec_driver_sql("UPDATE people SET name = name")
    if db.engine.dialect.name == "postgresql":
        held.exec_driver_sql("LOCK TABLE people IN ROW EXCLUSIVE MODE")

    def let_go(seconds: float) -> None:
        tries.append(seconds)
        held.exec_driver_sql("ROLLBACK")

    monkeypatch.setattr("lab.migrating.time.sleep", let_go)
    assert migrating.upgrade("head", next_version) == 2
    held.close()
    assert len(tries) == 1


@both
def test_a_table_that_is_never_free_is_left_as_it_was(app, next_version, monkeypatch):
    monkeypatch.setattr("lab.migrating.TRIES", 1)
    monkeypatch.setattr("lab.migrating.time.sleep", lambda seconds: None)
    held = db.engine.connect()
    held.exec_driver_sql("ROLLBACK")
    held.exec_driver_sql("BEGIN IMMEDIATE" if db.engine.dialect.name == "sqlite" else "BEGIN")
    held.exec_driver_sql("UPDATE people SET name = name")
    if db.engine.dialect.name == "postgresql":
        held.exec_driver_sql("LOCK TABLE people IN ROW EXCLUSIVE MODE")
    with pytest.raises(migrating.Busy):
        migrating.upgrade("head", next_version)
    held.exec_driver_sql("ROLLBACK")
    held.close()
    assert db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) == version.revisions()[-1]
    assert "next_things" not in sa.inspect(db.engine).get_table_names()
