"""Restoring a backup into an empty place, and comparing what came out with what went in."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from lab import migrating, version
from lab.actions import deletion_log, deletions
from lab.actions.trial import somebody_can_sign_in
from lab.backups import postgresql, sqlite
from lab.backups.sealed import BackupRefused, unseal
from lab.backups.taking import DATABASE, ENDS, FILES, HEAD, MANIFEST, TABLES, Manifest, database_file, keys_of
from lab.database import db
from lab.queries import audit
from lab.settings import Settings


@dataclass
class Restored:
    """What a restore found."""

    manifest: Manifest
    problems: list[str] = field(default_factory=list)
    history: int = 0
    deleted_again: int = 0


def restore(place: Path, settings: Settings, lists: Iterable[Path] = ()) -> Restored:
    """Restore into the empty database of these settings, compare, and delete again what was deleted since.

    What was deleted stands in `lists`, one of each host, and in that of the data folder.

    Raises BackupRefused; the database is then as empty as before.
    """
    found: list[Manifest] = []
    with place.open("rb") as source:
        unseal(source, keys_of(settings), lambda reading: found.append(_unpack(reading, settings)))
    done = Restored(found[0])
    done.problems += _compare(done.manifest, settings)
    checked = audit.check()
    done.history = checked.rows
    done.problems += [f"history of {one.chain}, row {one.sequence}: {one.what}" for one in checked.breaks]
    if done.manifest.revision != version.revisions()[-1]:
        migrating.upgrade()
    for file in (deletion_log.path(), *lists):
        done.deleted_again += deletions.replay(deletion_log.entries(file))
    if not somebody_can_sign_in():
        done.problems.append("nobody can sign in")
    return done


def _unpack(reading: BinaryIO, settings: Settings) -> Manifest:
    with tarfile.open(fileobj=reading, mode="r|gz") as tar:
        members = _members(tar)
        name, content = next(members)
        if name != HEAD:
            raise BackupRefused("This backup begins with something unknown.")
        head = json.loads(content.read())
        ours = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
        if head["kind"] != ours:
            raise BackupRefused(f"This is a backup of {head['kind']}, and LAB_DATABASE_URL is {ours}.")
        if head["revision"] not in version.revisions():
            raise BackupRefused(
                f"This backup was made by a newer version ({head['version']}, schema {head['revision']})."
            )
        into = _into_sqlite if ours == "sqlite" else _into_postgresql
        return into(members, head["revision"], settings)


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, BinaryIO]]:
    """What the archive holds, in order. Raises BackupRefused where it ends too early."""
    try:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                raise BackupRefused(f"{member.name} in this backup is no file.")
            yield member.name, content  # type: ignore[misc]
    except (tarfile.ReadError, EOFError) as cut:
        raise BackupRefused("The backup is cut short.") from cut


def _into_sqlite(members: Iterator[tuple[str, BinaryIO]], revision: str, settings: Settings) -> Manifest:
    database = database_file(settings.database_url)
    if not sqlite.is_empty(database):
        raise BackupRefused(f"{database} holds data already. A backup is restored into an empty place only.")
    incoming = database.with_suffix(".incoming")
    try:
        manifest = None
        for name, content in members:
            if name == DATABASE:
                _write(incoming, content)
            else:
                manifest = _other(name, content, settings) or manifest
        whole = _whole(manifest)
        db.session.remove()
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.unlink(f"{database}{suffix}")
        os.replace(incoming, database)
        return whole
    finally:
        with suppress(FileNotFoundError):
            incoming.unlink()


def _into_postgresql(members: Iterator[tuple[str, BinaryIO]], revision: str, settings: Settings) -> Manifest:
    url = settings.backup_database_url or settings.database_url
    with postgresql.writing(url) as connection:
        if any(postgresql.counts(connection).values()):
            raise BackupRefused(
                "This database holds data already. A backup is restored into an empty place only."
            )
    migrating.upgrade(revision)
    manifest = None
    with postgresql.writing(url) as connection:
        names: dict[str, list[str]] = {}
        for name, content in members:
            if not name.startswith(TABLES):
                manifest = _other(name, content, settings) or manifest
                continue
            table, _slash, piece = name.removeprefix(TABLES).partition("/")
            if piece == "columns.json":
                names[table] = json.loads(content.read())
                continue
            postgresql.fill(connection, table, names[table], [content.read()])
        whole = _whole(manifest)
        if set(names) != set(postgresql.tables(connection)):
            raise BackupRefused(
                "The tables here are others than those of the backup: restore into a database without any."
            )
        for table in names:
            postgresql.count_on(connection, table)
    return whole


def _other(name: str, content: BinaryIO, settings: Settings) -> Manifest | None:
    """A file beside the database, written where it was; the manifest is given back."""
    if name == MANIFEST:
        return Manifest(**json.loads(content.read()))
    place = (settings.data_dir / name.removeprefix(FILES)).resolve()
    if not name.startswith(FILES) or not place.is_relative_to(settings.data_dir.resolve()):
        raise BackupRefused(f"This backup holds something unknown: {name}")
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, content)
    return None


def _write(place: Path, content: BinaryIO) -> None:
    with open(os.open(place, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        while block := content.read(1_000_000):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _whole(manifest: Manifest | None) -> Manifest:
    if manifest is None:
        raise BackupRefused("The backup is cut short: it does not say what it holds.")
    return manifest


def _compare(manifest: Manifest, settings: Settings) -> list[str]:
    """Whether the rows, the ends of the history and the files are those that were backed up."""
    rows, chains = _found(settings)
    problems = [
        f"{table}: {rows.get(table, 0)} rows instead of {number}"
        for table, number in manifest.rows.items()
        if rows.get(table, 0) != number
    ]
    if chains != manifest.chains:
        problems.append("the ends of the history are not those of the backup")
    for name, size in manifest.files.items():
        place = settings.data_dir / name
        if not place.is_file() or place.stat().st_size < size:
            problems.append(f"{name} is missing or cut short")
    return problems


def _found(settings: Settings) -> tuple[dict[str, int], dict[str, list[Any]]]:
    if settings.database_url.startswith("sqlite"):
        from contextlib import closing
        from sqlite3 import connect

        with closing(connect(database_file(settings.database_url))) as connection:
            ends = {str(chain): [number, last] for chain, number, last in connection.execute(ENDS)}
            return sqlite.counts(connection), ends
    with postgresql.snapshot(settings.backup_database_url or settings.database_url) as reading:
        ends = {str(chain): [number, last] for chain, number, last in reading.execute(ENDS)}
        return postgresql.counts(reading), ends
