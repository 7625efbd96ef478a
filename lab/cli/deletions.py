"""flask lab deletions: what was deleted is deleted again after a restore."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

deletions_group = AppGroup(
    "deletions", help="What was deleted, by digest; carried out again after a restore."
)


@deletions_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@with_appcontext
def replay(file: Path | None) -> None:
    """Delete again what FILE (else the list in LAB_DATA_DIR) names and a backup brought back. Safe to run twice."""
    from lab.actions import deletion_log, deletions

    listed = deletion_log.entries(file)
    count = deletions.replay(listed)
    click.echo(f"{count} of {len(listed)} deletions were carried out again; the others were still in force.")
