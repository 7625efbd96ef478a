"""flask lab backup and restore: the whole house into one sealed file, and out of it."""

from __future__ import annotations

import os
import subprocess  # nosec B404 - only our own command is started
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lab.backups.sealed import BackupRefused
from lab.backups.taking import SUFFIX, forget_old, take
from lab.settings import Settings

HOUSE = Path(__file__).parent.parent.parent


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keep", type=click.IntRange(1), metavar="DAYS", help="Delete older ones in the same folder.")
@with_appcontext
def backup(file: Path | None, keep: int | None) -> None:
    """Back up the database and the files beside it into FILE (one in LAB_BACKUP_DIR named by the moment)."""
    settings: Settings = current_app.config["SETTINGS"]
    place = file or settings.backup_dir / f"lab-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
    try:
        manifest = take(place.absolute(), settings)
    except BackupRefused as refused:
        raise click.ClickException(str(refused)) from None
    rows, files = sum(manifest.rows.values()), len(manifest.files)
    click.echo(
        f"{place}: {rows} rows of {len(manifest.rows)} tables, {files} files, {place.stat().st_size} bytes."
    )
    if keep and (gone := forget_old(place.absolute().parent, keep)):
        click.echo(f"{gone} older than {keep} days deleted.")


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option(
    "--verify", is_flag=True, help="Restore into a place of its own, compare, and leave nothing behind."
)
@click.option(
    "--deletions", multiple=True, metavar="LIST", help="A host's list of deletions (deletions.jsonl); the newest of each.",
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
)  # fmt: skip
@with_appcontext
def restore(file: Path, verify: bool, deletions: tuple[Path, ...]) -> None:
    """Restore FILE into the empty database of the settings, compare it, and delete again what was deleted since.

    Stop the web and the worker first. With --verify the running house is not touched.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if verify:
        sys.exit(_elsewhere(file.absolute(), settings, deletions))
    from lab.backups.restoring import restore as restored

    try:
        done = restored(file, settings, deletions)
    except BackupRefused as refused:
        raise click.ClickException(str(refused)) from None
    for problem in done.problems:
        click.echo(problem, err=True)
    if done.problems:
        raise click.ClickException(f"{len(done.problems)} things are not as they were backed up.")
    manifest = done.manifest
    click.echo(
        f"The backup of {manifest.taken_at} is whole: {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables,"
        f" {len(manifest.files)} files, {done.history} rows of history, and people can sign in."
        f" {done.deleted_again} deletions made since were carried out again."
    )


def _elsewhere(file: Path, settings: Settings, deletions: tuple[Path, ...]) -> int:
    """Restore in a process of its own, with the same settings but for an empty database and folder."""
    with (
        tempfile.TemporaryDirectory(prefix="lab-restore-") as folder,
        _empty_database(settings, folder) as url,
    ):
        key = settings.data_dir / "demo-key"
        if settings.demo:  # the history is sealed with it
            (Path(folder) / key.name).write_text(key.read_text())
        env = {**os.environ, "LAB_DATA_DIR": folder, "LAB_DATABASE_URL": url, "LAB_BACKUP_DATABASE_URL": ""}
        command = [sys.executable, "-m", "flask", "--app", "app", "lab", "restore", str(file)]
        here = settings.data_dir / "deletions.jsonl"
        for one in (*deletions, *([here] if here.exists() else [])):
            command += ["--deletions", str(one.absolute())]
        return subprocess.run(command, cwd=HOUSE, env=env, check=False).returncode  # noqa: S603 # nosec B603 - our own command


@contextmanager
def _empty_database(settings: Settings, folder: str) -> Iterator[str]:
    if settings.database_url.startswith("sqlite"):
        yield f"sqlite:///{folder}/lab.sqlite"
        return
    import psycopg
    from psycopg.sql import SQL, Identifier

    from lab.backups.postgresql import beside, plain

    name = f"lab_restore_{uuid.uuid4().hex}"
    server = settings.backup_database_url or settings.database_url
    try:
        with psycopg.connect(plain(server), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    except psycopg.errors.InsufficientPrivilege:
        raise click.ClickException(
            "To verify, a database beside the one in use is made for a moment, and this role may not. Set"
            " LAB_BACKUP_DATABASE_URL to a role with CREATEDB, or restore with LAB_DATABASE_URL set to an empty database."
        ) from None
    try:
        yield beside(server, name)
    finally:
        with psycopg.connect(plain(server), autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
