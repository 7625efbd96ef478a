"""flask lab db, setup and worker: what the two commands of lab.sh are made of."""

from __future__ import annotations

import logging
from collections.abc import Callable

import click
from alembic import command
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from lab import migrating
from lab.jobs import JOBS
from lab.migrating import alembic_config

db_group = AppGroup("db", help="Migrations of the database.")


@db_group.command()
@click.argument("revision", default="head")
@with_appcontext
def upgrade(revision: str) -> None:
    """Bring the database to REVISION (the newest)."""
    _migrate(migrating.upgrade, revision)


@db_group.command()
@click.argument("revision")
@with_appcontext
def downgrade(revision: str) -> None:
    """Take the database back to REVISION."""
    _migrate(migrating.downgrade, revision)


@db_group.command()
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Write a migration from the difference between the models and the database."""
    command.revision(alembic_config(), message, autogenerate=True)


@db_group.command()
@with_appcontext
def check() -> None:
    """Say whether the models and the migrations agree."""
    command.check(alembic_config())


def _migrate(how: Callable[[str], int], revision: str) -> None:
    try:
        how(revision)
    except migrating.Busy as busy:
        raise click.ClickException(str(busy)) from None


@click.command()
@with_appcontext
def setup() -> None:
    """Migrate; in a demo with an empty database, also invent its people. Safe to run again."""
    _migrate(migrating.upgrade, "head")
    settings = current_app.config["SETTINGS"]
    if settings.demo:
        from lab.cli.demo import fill_if_empty

        fill_if_empty(click.echo)


@click.command()
@with_appcontext
def worker() -> None:
    """Send mail and do what falls due, until stopped."""
    from lab.actions.beats import beat
    from lab.actions.texts import refresh
    from lab.text_model import BrokenModel

    try:
        beat()
        refresh()
    except BrokenModel as broken:
        raise click.ClickException(str(broken)) from None
    huey = current_app.extensions[JOBS].huey
    logging.getLogger("huey").setLevel(logging.WARNING)
    huey.create_consumer(workers=1, periodic=True, initial_delay=0.1, max_delay=2.0).run()
