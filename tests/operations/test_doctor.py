"""The doctor finds what is wrong, says what to do, and tells no secret."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from lab.actions.beats import beat
from lab.backups.taking import SUFFIX
from lab.database import db
from lab.doctor import FAIL, NOTE, PASS, database, examine, house, ways
from lab.settings import Settings
from tests.clients import somebody
from tests.conftest import settings_for

SECRET = "hunter2-hunter2"


@pytest.fixture
def settings(database: str, tmp_path) -> Settings:
    tmp_path.chmod(0o700)
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / f"one{SUFFIX}").touch()
    return replace(
        settings_for(database), data_dir=tmp_path, backup_dir=backups, backup_passphrase="correct horse battery",
        base_url="https://lab.example.org",
    )  # fmt: skip


def found(settings: Settings) -> dict[str, str]:
    return {one.what: one.how for one in examine(settings)}


def of(check, settings) -> dict[str, str]:
    return {one.what: one.how for one in check(settings)}


def test_in_a_healthy_house_nothing_fails_but_what_this_database_is_for(app, settings):
    somebody("director")
    beat()
    failed = {what for what, how in found(settings).items() if how == FAIL}
    # The server of the tests does not wait for the disk.
    allowed = {"commits"} if db.engine.dialect.name == "postgresql" else set()
    assert failed <= allowed


def test_every_failure_says_what_to_do(app, settings, tmp_path):
    wrong = replace(
        settings, secret_key="a" * 40, smtp_url=f"smtp://me:{SECRET}@127.0.0.1:1", backup_dir=tmp_path / "none",
        backup_passphrase="", metrics_bind="everywhere",
    )  # fmt: skip
    told = list(examine(wrong))
    failed = {one.what for one in told if one.how == FAIL}
    assert failed >= {"secret key", "mail", "backups", "backup key", "figures", "worker"}
    assert all(one.do for one in told if one.how != PASS)
    assert SECRET not in str(told) and "a" * 40 not in str(told)


def test_a_database_that_is_behind_or_newer_is_told(app, settings):
    def stand_at(revision: str) -> dict[str, str]:
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
        return of(database.database, settings)

    assert of(database.database, settings)["schema"] == PASS
    assert stand_at("")["schema"] == FAIL
    assert stand_at("9999_of_tomorrow")["schema"] == NOTE
    db.session.rollback()


def test_a_worker_that_fell_silent_is_told(app, settings, clock):
    beat()
    assert of(database.worker, settings)["worker"] == PASS
    clock.go(minutes=6)
    assert of(database.worker, settings)["worker"] == FAIL


def test_a_history_that_does_not_hold_is_told(app, settings, monkeypatch):
    somebody("director")
    assert of(database.history, settings)["history"] == PASS
    monkeypatch.setattr("lab.audit.keys", lambda: {"0": b"another key"})
    assert of(database.history, settings)["history"] == FAIL


def test_a_clock_that_went_back_is_told(app, settings, monkeypatch):
    somebody("director")
    assert of(database.clock, settings)["clock"] == PASS

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) - timedelta(days=1)

    monkeypatch.setattr("lab.doctor.database.datetime", Yesterday)
    assert of(database.clock, settings)["clock"] == FAIL


def test_an_open_data_folder_and_a_full_disk_are_told(app, settings, monkeypatch):
    settings.data_dir.chmod(0o777)
    assert of(house.data_folder, settings)["data folder"] == FAIL
    settings.data_dir.chmod(0o755)
    assert of(house.data_folder, settings)["data folder"] == NOTE
    monkeypatch.setattr("lab.doctor.house.LEAST_FREE", 10**18)
    assert of(house.data_folder, settings)["disk"] == FAIL


@pytest.mark.parametrize(
    ("url", "how"),
    [
        ("postgresql+psycopg://lab:x@db.example/lab", FAIL),
        (
            "postgresql+psycopg://lab:x@db.example/lab?sslmode=require",
            FAIL,
        ),  # whoever answers would be taken for it
        ("postgresql+psycopg:///lab?host=127.0.0.1,db.example", FAIL),
        ("postgresql+psycopg://lab:x@db/lab", NOTE),
        ("postgresql+psycopg://lab:x@db.example/lab?sslmode=verify-full", PASS),
        ("postgresql+psycopg://lab:x@127.0.0.1/lab", None),
        ("postgresql+psycopg:///lab?host=/run/postgresql", None),
        ("sqlite:////var/lib/lab.sqlite", None),
    ],
)
def test_a_database_that_can_be_read_on_the_way_is_told(settings, url, how):
    told = of(ways.to_databases, replace(settings, database_url=url))
    assert told == ({"way to the database": how} if how else {})


def test_backups_may_go_another_way(settings):
    other = replace(settings, backup_database_url="postgresql+psycopg://backup:x@db.example/lab")
    assert of(ways.to_databases, other)["way of backups to the database"] == FAIL


@pytest.mark.parametrize(
    ("url", "how"),
    [
        ("smtp://mail.example:25", FAIL),
        ("smtp://mail:25", NOTE),
        ("smtps://mail.example", PASS),
        ("smtp+starttls://mail.example:587", PASS),
        ("smtp://localhost:25", None),
        ("", None),
    ],
)
def test_mail_that_can_be_read_on_the_way_is_told(settings, url, how):
    told = of(ways.to_mail_server, replace(settings, smtp_url=url))
    assert told == ({"way to the mail server": how} if how else {})


@pytest.mark.parametrize(
    ("bind", "how"),
    [("0.0.0.0:8000", NOTE), ("[::1]:8000", None), ("127.0.0.1:8000", None), ("unix:/run/lab.sock", None)],
)
def test_a_proxy_on_another_machine_is_noted(settings, bind, how):
    assert of(ways.from_proxy, replace(settings, bind=bind)) == ({"way from the proxy": how} if how else {})


def test_backups_that_grew_old_are_told(app, settings):
    assert of(house.backups, settings)["backups"] == PASS
    (path,) = settings.backup_dir.iterdir()
    os.utime(path, (time.time() - 27 * 3600,) * 2)
    assert of(house.backups, settings)["backups"] == FAIL


def test_a_check_that_breaks_stops_no_other_and_tells_no_address(app, settings, monkeypatch):
    def gone(*_arguments: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception(f"password={SECRET}"))

    monkeypatch.setattr("lab.queries.operations.schema_revision", gone)
    monkeypatch.setattr("lab.queries.operations.worker_age", gone)
    told = list(examine(settings))
    assert {"database", "worker"} <= {one.what for one in told if one.how == FAIL}
    assert "history" in {one.what for one in told}
    assert SECRET not in str(told)


def test_the_command_ends_with_one_when_something_fails(app, settings):
    from lab.cli.doctor import doctor

    done = app.test_cli_runner().invoke(doctor)
    assert done.exit_code == 1
    assert "FAIL  worker: never went a round. Start flask lab worker." in done.output
    assert "could not be looked at" not in done.output


def test_the_roles_of_postgresql_are_looked_at(app, settings, monkeypatch):
    if db.engine.dialect.name == "sqlite":
        assert of(database.strictness, settings) == {"SQLite": PASS, "integrity": PASS}
        return
    told = of(database.strictness, settings)
    assert told["role"] == told["row security"] == PASS
    monkeypatch.setattr("lab.doctor.database.ROLE", "SELECT true, false")
    assert of(database.strictness, settings)["role"] == FAIL
