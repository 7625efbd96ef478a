"""Taking a backup: the database of one moment and the files beside it, into one sealed file."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from lab import version
from lab.backups import postgresql, sqlite
from lab.backups.sealed import BackupRefused, Keys, seal
from lab.settings import Settings

HEAD, DATABASE, TABLES, FILES, MANIFEST = "head.json", "database.sqlite", "tables/", "files/", "manifest.json"
# What in the data folder is worth keeping. Queues, counts and backups are not, and the list of deletions must not come
# back old: it is newer than any backup (`lab.actions.deletion_log`).
KEPT_FOLDERS = ("uploads",)
KEPT_FILES = ("demo-key",)
ENDS = "SELECT chain, sequence, last FROM event_chains ORDER BY chain"
REVISION = "SELECT version_num FROM alembic_version"
SUFFIX = ".labbackup"


@dataclass
class Manifest:
    """What a backup holds, to be compared after a restore."""

    taken_at: str
    revision: str
    rows: dict[str, int] = field(default_factory=dict)
    chains: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)


def keys_of(settings: Settings) -> Keys:
    """The keys that the settings name."""
    return Keys(settings.backup_passphrase, settings.backup_recipient, settings.backup_identity)


def database_file(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///"))


def take(place: Path, settings: Settings) -> Manifest:
    """Write a backup to `place`, whole or not at all. Raises BackupRefused."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        raise BackupRefused(f"{place} is there already; a backup is never written over.")
    made: list[Manifest] = []
    handle, unfinished = tempfile.mkstemp(dir=place.parent, prefix=".unfinished-")
    try:
        with os.fdopen(handle, "wb") as out:
            seal(out, keys_of(settings), lambda into: made.append(_write(into, settings)))
            out.flush()
            os.fsync(out.fileno())
        os.replace(unfinished, place)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
    return made[0]


def forget_old(folder: Path, days: int) -> int:
    """Delete backups older than so many days; gives how many. The newest one always stays."""
    backups = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
    limit = time.time() - days * 86400
    old = [path for path in backups[:-1] if path.stat().st_mtime < limit]
    for path in old:
        path.unlink()
    return len(old)


def _write(into: BinaryIO, settings: Settings) -> Manifest:
    with tarfile.open(fileobj=into, mode="w|gz") as tar:
        write = _sqlite if settings.database_url.startswith("sqlite") else _postgresql
        manifest = write(tar, settings)
        manifest.files = _files(tar, settings.data_dir)
        add(tar, MANIFEST, json.dumps(manifest.__dict__).encode())
    return manifest


def _head(tar: tarfile.TarFile, kind: str, revision: str) -> Manifest:
    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    head = {"kind": kind, "revision": revision, "version": version.VERSION, "taken_at": taken_at}
    add(tar, HEAD, json.dumps(head).encode())
    return Manifest(taken_at, revision)


def _sqlite(tar: tarfile.TarFile, settings: Settings) -> Manifest:
    database = database_file(settings.database_url)
    with tempfile.TemporaryDirectory(dir=database.parent, prefix="backup-") as scratch:
        copy = Path(scratch) / "copy"
        with sqlite.copied(database, copy) as connection:
            manifest = _head(tar, "sqlite", str(connection.execute(REVISION).fetchone()[0]))
            manifest.rows = sqlite.counts(connection)
            manifest.chains = {str(chain): [number, last] for chain, number, last in connection.execute(ENDS)}
        tar.add(copy, DATABASE, filter=_nobody_s)
    return manifest


def _postgresql(tar: tarfile.TarFile, settings: Settings) -> Manifest:
    with postgresql.snapshot(settings.backup_database_url or settings.database_url) as connection:
        revision = connection.execute(REVISION).fetchone()
        manifest = _head(tar, "postgresql", str(revision[0]) if revision else "")
        manifest.rows = postgresql.counts(connection)
        manifest.chains = {str(chain): [number, last] for chain, number, last in connection.execute(ENDS)}
        for table in postgresql.tables(connection):
            names = postgresql.columns(connection, table)
            add(tar, f"{TABLES}{table}/columns.json", json.dumps(names).encode())
            for number, piece in enumerate(postgresql.pieces(connection, table)):
                add(tar, f"{TABLES}{table}/{number:06}", piece)
    return manifest


def _files(tar: tarfile.TarFile, data_dir: Path) -> dict[str, int]:
    found = [data_dir / name for name in KEPT_FILES]
    for folder in KEPT_FOLDERS:
        found += sorted((data_dir / folder).rglob("*"))
    kept = {}
    for path in found:
        if path.is_file() and not path.is_symlink():
            name = path.relative_to(data_dir).as_posix()
            tar.add(path, FILES + name, filter=_nobody_s)
            kept[name] = path.stat().st_size
    return kept


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Put these bytes into the archive under this name."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _nobody_s(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info
