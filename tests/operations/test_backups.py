"""Backups taken while people work, restored and compared (T40)."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pyrage
import pytest
import sqlalchemy as sa

from lab.actions import deletion_log
from lab.actions.people import welcome
from lab.backups.restoring import restore
from lab.backups.sealed import BackupRefused
from lab.backups.taking import SUFFIX, forget_old, take
from lab.database import db, now, transaction
from lab.history import record, set_timer
from lab.models import Event, Person
from lab.settings import Settings
from lab.web import create_app
from tests.clients import LabClient, somebody
from tests.conftest import settings_for
from tests.databases import as_superuser, fresh_url
from tests.soak import times

DRILLS = times(1, soak=20)
PASSPHRASE = "correct horse battery staple"
# A key opens at once; a passphrase takes a second on purpose, so it has tests of its own.
IDENTITY = pyrage.x25519.Identity.generate()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    (tmp_path / "live" / "uploads" / "a").mkdir(parents=True)
    (tmp_path / "live" / "uploads" / "a" / "letter.pdf").write_bytes(b"%PDF canary")
    (tmp_path / "live" / "jobs.sqlite").write_bytes(b"the queue")
    return replace(
        settings_for(database), data_dir=tmp_path / "live", backup_recipient=str(IDENTITY.to_public()),
        backup_identity=str(IDENTITY),
    )  # fmt: skip


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Callable[[], Settings]:
    """Empty places of the same kind, with the same secrets."""
    kind = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"

    def make() -> Settings:
        place = tmp_path / f"restored{len(list(tmp_path.iterdir()))}"
        place.mkdir()
        return replace(settings, data_dir=place, database_url=fresh_url(kind))

    return make


@contextmanager
def opened(settings: Settings) -> Iterator[LabClient]:
    """The program upon another place, with somebody who looks at it."""
    app = create_app(settings)
    app.test_client_class = LabClient
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def people_at_work(app) -> Iterator[list[int]]:
    """Two threads that write deeds with their history until the block ends; how many each wrote."""
    ended = threading.Event()
    written = [0, 0]

    def work(which: int) -> None:
        with app.app_context():
            while not ended.is_set():
                with transaction():
                    person = welcome(f"load{which}-{written[which]}@example.org", name="Load")
                    record("welcomed", about=person.ref, by=person)
                written[which] += 1
            db.session.remove()

    threads = [threading.Thread(target=work, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("drill", range(DRILLS))
def test_a_backup_taken_under_load_can_be_restored(app, settings, elsewhere, tmp_path, drill):
    dana = somebody("director", name="Dana")
    ref = dana.ref
    backup = tmp_path / f"one{SUFFIX}"
    with people_at_work(app) as written:
        while sum(written) < 20:
            time.sleep(0.01)
        take(backup, settings)
    place = elsewhere()
    with opened(place) as browser:
        done = restore(backup, place)
        assert done.problems == []
        assert done.history == done.manifest.rows["events"] == db.session.query(Event).count() >= 20
        assert db.session.query(Person).count() == done.manifest.rows["people"]
        again = db.session.scalars(sa.select(Person).where(Person.ref == ref)).one()
        assert browser.sign_in(again).get("/reviews/").status_code == 200
        assert welcome("new@example.org").id > again.id, "New rows are numbered after the restored ones."
    assert (place.data_dir / "uploads" / "a" / "letter.pdf").read_bytes() == b"%PDF canary"
    assert not (place.data_dir / "jobs.sqlite").exists()


def test_what_was_deleted_since_is_deleted_again(app, settings, elsewhere, tmp_path):
    somebody("director")
    gone, kept = somebody(name="Gone Person"), somebody(name="Kept Person")
    refs = {"gone": gone.ref, "kept": kept.ref}
    backup = tmp_path / f"one{SUFFIX}"
    take(backup, settings)
    deletion_log.note("person", gone.ref)
    place = elsewhere()
    with opened(place):
        done = restore(backup, place, [settings.data_dir / deletion_log.FILE])
        names = {person.ref: person.name for person in db.session.scalars(sa.select(Person))}
    assert done.deleted_again == 1 and done.problems == []
    assert names[refs["gone"]] != "Gone Person" and names[refs["kept"]] == "Kept Person"


def test_row_security_leaves_no_row_out(app, settings, tmp_path):
    somebody("director")
    with transaction():
        set_timer("deletion-due", about="somebody", due_at=now())
    manifest = take(tmp_path / f"one{SUFFIX}", settings)
    if settings.database_url.startswith("sqlite"):
        all_seeing = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))
    else:
        all_seeing = psycopg.connect(as_superuser(settings.database_url))
    with closing(all_seeing):
        there = {
            name: all_seeing.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in manifest.rows
        }
    assert manifest.rows == there
    assert there["events"] > 0 and there["timers"] > 0


def test_nobody_without_the_passphrase_reads_anything(app, settings, elsewhere, tmp_path):
    somebody("director", name="Canary Person")
    backup = tmp_path / f"one{SUFFIX}"
    take(backup, replace(settings, backup_recipient="", backup_passphrase=PASSPHRASE))
    assert b"Canary" not in backup.read_bytes() and b"canary" not in backup.read_bytes()
    place = replace(elsewhere(), backup_passphrase="another passphrase of somebody")
    with opened(place), pytest.raises(BackupRefused, match="LAB_BACKUP_PASSPHRASE"):
        restore(backup, place)
    assert backup.stat().st_mode & 0o077 == 0


def test_the_passphrase_opens_and_another_key_does_not(app, settings, elsewhere, tmp_path):
    backup, sealed = tmp_path / f"one{SUFFIX}", tmp_path / f"two{SUFFIX}"
    take(backup, replace(settings, backup_recipient="", backup_passphrase=PASSPHRASE))
    place = replace(elsewhere(), backup_passphrase=PASSPHRASE)
    with opened(place):
        assert restore(backup, place).problems == []
    take(sealed, settings)
    place = replace(elsewhere(), backup_identity=str(pyrage.x25519.Identity.generate()))
    with opened(place), pytest.raises(BackupRefused, match="another key"):
        restore(sealed, place)


def test_without_a_key_there_is_no_backup(app, settings, tmp_path):
    for passphrase in ("", "too short"):
        keyless = replace(settings, backup_recipient="", backup_passphrase=passphrase)
        with pytest.raises(BackupRefused, match="LAB_BACKUP_PASSPHRASE"):
            take(tmp_path / "x" / f"one{SUFFIX}", keyless)
    assert list((tmp_path / "x").iterdir()) == []


@pytest.mark.parametrize("where", [0.02, 0.5, 0.98, "end"])
def test_a_backup_that_was_cut_or_changed_is_refused_and_leaves_the_place_empty(
    app, settings, elsewhere, tmp_path, where
):
    somebody("director")
    backup = tmp_path / f"one{SUFFIX}"
    take(backup, settings)
    content = bytearray(backup.read_bytes())
    if where == "end":
        content = content[:-20]
    else:
        content[int(len(content) * where)] ^= 1
    backup.write_bytes(content)
    place = elsewhere()
    with opened(place):
        with pytest.raises(BackupRefused):
            restore(backup, place)
        tables = sa.inspect(db.engine).get_table_names()
        assert all(
            db.session.scalar(sa.text(f'SELECT count(*) FROM "{name}"')) == 0
            for name in tables
            if name != "alembic_version"
        )


def test_nothing_is_restored_over_somebody_s_data(app, settings, tmp_path):
    somebody("director")
    backup = tmp_path / f"one{SUFFIX}"
    take(backup, settings)
    with pytest.raises(BackupRefused, match="holds data already"):
        restore(backup, settings)


def test_a_backup_is_never_written_over(app, settings, tmp_path):
    backup = tmp_path / f"one{SUFFIX}"
    take(backup, settings)
    with pytest.raises(BackupRefused, match="is there already"):
        take(backup, settings)


def test_a_row_that_was_lost_or_changed_on_the_way_is_told(app, settings, elsewhere, tmp_path, monkeypatch):
    somebody("director")
    backup = tmp_path / f"one{SUFFIX}"
    monkeypatch.setattr("lab.backups.sqlite.counts", lambda connection: {"people": 7})
    monkeypatch.setattr("lab.backups.postgresql.counts", lambda connection: {"people": 7})
    take(backup, settings)
    monkeypatch.undo()
    place = elsewhere()
    with opened(place):
        assert restore(backup, place).problems == ["people: 1 rows instead of 7"]


def test_old_backups_go_but_never_the_last_one(tmp_path):
    import os

    for number, age in enumerate((50, 40, 36)):
        path = tmp_path / f"{number}{SUFFIX}"
        path.touch()
        os.utime(path, (time.time() - age * 86400,) * 2)
    (tmp_path / "notes.txt").touch()
    assert forget_old(tmp_path, 35) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"2{SUFFIX}", "notes.txt"]


def test_the_commands_back_up_and_verify_without_touching_the_live_place(app, settings, tmp_path):
    import subprocess
    import sys

    from tests.operations.served import ROOT, environment

    somebody("director", name="Dana")
    env = environment(settings.database_url, settings.data_dir, LAB_BACKUP_PASSPHRASE=PASSPHRASE)
    env["LAB_SECRET_KEY"] = settings.secret_key
    if not settings.database_url.startswith("sqlite"):  # the program's own role may make no database
        env["LAB_BACKUP_DATABASE_URL"] = as_superuser(settings.database_url)

    def lab(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "lab", *words],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
        )

    assert lab("backup", "--keep", "35").returncode == 0
    (backup,) = (settings.data_dir / "backups").iterdir()
    before = db.session.query(Event).count()
    done = lab("restore", str(backup), "--verify")
    assert done.returncode == 0, done.stderr
    assert "is whole" in done.stdout and "people can sign in" in done.stdout
    db.session.rollback()
    assert db.session.query(Event).count() == before
