"""flask lab demo: invented people in every state, made by the same deeds that people do on the pages."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from lab.actions.together import together
from lab.database import db
from lab.models import Person


@click.command()
@with_appcontext
def demo() -> None:
    """Fill an empty database with invented people in every state."""
    if not current_app.config["SETTINGS"].demo:
        click.echo(
            "This is not a demo: LAB_SECRET_KEY and LAB_BASE_URL are set. Nothing was invented.", err=True
        )
        sys.exit(1)
    if not is_empty():
        click.echo(
            "There are people in this database already, and the demo only fills an empty one. Nothing was changed.",
            err=True,
        )
        sys.exit(1)
    fill(click.echo)


def is_empty() -> bool:
    """Whether nobody is here yet."""
    return db.session.scalar(sa.select(Person.id).limit(1)) is None


def fill_if_empty(echo: Callable[[str], None]) -> None:
    """Fill the demo at its first start; later starts leave it as people changed it."""
    if is_empty():
        fill(echo)


def fill(echo: Callable[[str], None]) -> None:
    """Invent everybody, and say in one line who there is."""
    from lab.cli.demo_story import tell

    echo(together(tell))
