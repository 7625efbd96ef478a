"""flask lab audit: whether the history is whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

audit_group = AppGroup("audit", help="The history of every deed, chained so that a change in it shows.")


@audit_group.command()
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `audit ends` printed earlier.",
)
@with_appcontext
def verify(against: Path | None) -> None:
    """Read the whole history again. Ends with 1 and names the row of every chain that does not hold."""
    from lab.queries.audit import check

    found = check(json.loads(against.read_text("utf-8")) if against else None)
    for one in found.breaks:
        click.echo(f"{one.chain}: row {one.sequence}: {one.what}", err=True)
    if found.breaks:
        click.echo(f"{len(found.breaks)} of {found.chains} chains do not hold.", err=True)
        sys.exit(1)
    click.echo(f"{found.rows} rows in {found.chains} chains, all as they were written.")


@audit_group.command()
@with_appcontext
def ends() -> None:
    """Print the end of every chain as JSON. Kept on another machine, it shows also what was cut off at the end."""
    from lab.queries.audit import ends as queried

    click.echo(json.dumps(queried(), indent=1))
