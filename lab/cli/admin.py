"""flask lab admin: the first administrator."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from lab.actions import people
from lab.queries.viewers import person_by_email


@click.command()
@click.argument("email")
@click.option("--name", default="", help="How the person is called.")
@click.option("--role", multiple=True, type=click.Choice(people.ROLES), default=("administrator", "director"))
@with_appcontext
def admin(email: str, name: str, role: tuple[str, ...]) -> None:
    """Make EMAIL an administrator and director; they sign in with a mailed code."""
    if "@" not in email:
        raise click.BadParameter("type a whole mail address, like name@example.org", param_hint="EMAIL")
    known = person_by_email(email) is not None
    person = people.welcome(email, name=name)
    for one in role:
        people.grant(person.id, one, by=None)
    address = current_app.config["SETTINGS"].base_url
    click.echo(f"{email} is now {' and '.join(role)}{'' if not known else ' (the person was here before)'}.")
    click.echo(f"They sign in at {address}/sign-in with a code sent to that address.")
