"""flask lab doctor: whether this installation is fit to be trusted."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from lab.database import db
from lab.doctor import FAIL, examine


@click.command()
@with_appcontext
def doctor() -> None:
    """Look at settings, database, disk, mail, worker, history and backups. Ends with 1 if something fails."""
    failed = 0
    for found in examine(current_app.config["SETTINGS"]):
        failed += found.how == FAIL
        click.echo(f"{found.how}  {found.what}: {found.said}" + (f". {found.do}" if found.do else ""))
        db.session.rollback()
    click.echo(f"{failed} failed." if failed else "Nothing failed.")
    sys.exit(1 if failed else 0)
