"""What load balancers and watchers are told: that the house stands, and from the machine itself what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lab import version
from lab.actions.beats import beat
from lab.database import db
from lab.models import WorkerBeat

THROUGH_A_PROXY = {"X-Forwarded-For": "203.0.113.9"}


def set_revision(revision: str) -> None:
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    db.session.commit()


@pytest.fixture
def newest(app):
    yield version.revisions()[-1]
    db.session.rollback()
    set_revision(version.revisions()[-1])


def test_the_process_answers(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer.json == {"status": "ok"}


def test_a_host_is_ready_although_no_worker_ran_yet_and_says_so(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["parts"] == {"database": "ok", "schema": "ok", "worker": "late", "disk": "ok"}


def test_whoever_watches_the_worker_asks_for_it(client, clock):
    assert client.get("/readyz?worker=1").status_code == 503
    beat()
    assert client.get("/readyz?worker=1").json["parts"]["worker"] == "ok"
    clock.go(minutes=6)
    assert client.get("/readyz?worker=1").status_code == 503


def test_a_worker_silent_for_a_day_is_forgotten(app, clock):
    db.session.add(WorkerBeat(worker="gone:1", started_at=clock.moment, at=clock.moment))
    db.session.commit()
    clock.go(days=1, minutes=1)
    beat()
    beat()
    rows = db.session.scalars(sa.select(WorkerBeat)).all()
    assert [row.at for row in rows] == [clock.moment] and rows[0].worker != "gone:1"


def test_a_database_of_a_newer_version_is_ready_and_one_without_tables_is_not(client, newest):
    set_revision("9999_from_the_next_version")
    assert client.get("/readyz").status_code == 200
    set_revision("")
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "behind" in answer.json["parts"]["schema"]


def test_a_disk_that_cannot_be_written_is_said(client, monkeypatch, app):
    def full(**_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lab.routes.health.tempfile.TemporaryFile", full)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json["parts"]["disk"] == "cannot be written"


def test_a_database_that_is_gone_is_said_without_its_address(client, monkeypatch):
    def gone():
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("password=hunter2 host=db.internal"))

    monkeypatch.setattr("lab.queries.operations.schema_revision", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json["parts"]["database"] == "cannot be reached"
    assert "hunter2" not in answer.text and "db.internal" not in answer.text


def test_others_learn_only_whether_all_is_well(client):
    assert client.get("/readyz", headers=THROUGH_A_PROXY).json == {"status": "ok"}
    assert client.get("/readyz", environ_base={"REMOTE_ADDR": "203.0.113.9"}).json == {"status": "ok"}
    assert client.get("/version", headers=THROUGH_A_PROXY).json == {"version": version.VERSION}


def test_the_machine_itself_learns_commit_and_schema(client, monkeypatch):
    monkeypatch.setenv("LAB_COMMIT", "0123abc")
    version.built_from.cache_clear()
    told = client.get("/version").json
    version.built_from.cache_clear()
    newest = version.revisions()[-1]
    assert told == {"version": version.VERSION, "commit": "0123abc", "schema": newest, "wanted": newest}


def test_a_commit_that_is_none_is_not_told(monkeypatch):
    monkeypatch.setenv("LAB_COMMIT", "<script>")
    version.built_from.cache_clear()
    assert version.built_from() == ""
    version.built_from.cache_clear()


def test_the_version_is_that_of_the_project_and_the_revisions_are_those_of_the_migrations(app):
    import tomllib
    from pathlib import Path

    from alembic.script import ScriptDirectory

    from lab.migrating import alembic_config

    project = tomllib.loads((Path(version.HERE).parent / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == version.VERSION
    script = ScriptDirectory.from_config(alembic_config())
    assert [one.revision for one in script.walk_revisions()][::-1] == list(version.revisions())


def test_beats_are_later_than_their_start(app, clock):
    beat()
    clock.go(minutes=1)
    beat()
    row = db.session.scalars(sa.select(WorkerBeat)).one()
    assert row.at - row.started_at == timedelta(minutes=1)
