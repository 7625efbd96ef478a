"""flask lab import: applications, consultants and supports in the exchange format."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from lab import exchange
from lab.actions import imports
from lab.errors import LabError
from lab.lined_json import LinedText

READERS: dict[str, Callable[[str], exchange.Reading[Any]]] = {
    "applications": exchange.read_applications,
    "consultants": exchange.read_consultants,
    "supports": exchange.read_supports,
}


@dataclass
class Found:
    """What the files hold, and what was said about them."""

    items: dict[str, list[Any]] = field(default_factory=lambda: {kind: [] for kind in READERS})
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def batch(self) -> imports.Batch:
        """What can be brought in."""
        return imports.Batch(**{kind: tuple(rows) for kind, rows in self.items.items()})


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Bring in the good rows and leave out those with a problem.")
@with_appcontext
def import_(files: tuple[Path, ...], skip_bad: bool) -> None:
    """Bring in FILE...: applications, consultants or supports as JSON. Safe to run twice."""
    found = Found()
    for file in files:
        _read(file, found)
    for line in found.warnings:
        click.echo(f"Note: {line}", err=True)
    for line in found.problems:
        click.echo(line, err=True)
    if found.problems and not skip_bad:
        click.echo(
            f"Nothing was brought in, because of {_count(len(found.problems), 'problem')}. Correct the lines above and run this"
            " again, or add --skip-bad to leave those rows out.",
            err=True,
        )
        sys.exit(1)
    try:
        outcomes = imports.bring_in(found.batch(), by=None)
    except LabError as refused:
        click.echo(f"{refused}\nNothing was brought in.", err=True)
        sys.exit(1)
    _say(outcomes)
    sys.exit(1 if found.problems else 0)


def _read(file: Path, found: Found) -> None:
    """Read one file into `found`; what is wrong is said with the file and the line."""
    try:
        text = file.read_text(encoding="utf-8")
        kind = exchange.kind_of(text.removeprefix("\ufeff"))
    except OSError as wrong:
        found.problems.append(f"{file}: cannot be opened ({wrong.strerror})")
        return
    except UnicodeDecodeError:
        found.problems.append(f"{file}: is not a text in UTF-8")
        return
    except LabError as wrong:
        found.problems.append(f"{file}: {wrong}")
        return
    reading = READERS[kind](text)
    bad = _without_address(text, kind)
    found.problems += [f"{file}: {line}" for line in (*reading.problems, *bad.values())]
    found.warnings += [f"{file}: {line}" for line in reading.warnings]
    found.items[kind] += [item for item in reading.items if getattr(item, "ref", None) not in bad]


def _without_address(text: str, kind: str) -> dict[str, str]:
    """The rows whose person could never sign in, by reference, each with its line."""
    if kind == "supports":
        return {}
    lined = LinedText(text.removeprefix("\ufeff"))
    inside = ("contact", "email") if kind == "applications" else ("email",)
    bad: dict[str, str] = {}
    for number, row in enumerate(lined.value if isinstance(lined.value, list) else []):
        value: Any = row
        for key in inside:
            value = value.get(key, "") if isinstance(value, dict) else ""
        if isinstance(row, dict) and isinstance(value, str) and "@" not in value:
            bad[str(row.get("ref"))] = (
                f"line {lined.line((number, *inside))}: {'.'.join(inside)}: a mail address is missing;"
                " somebody must be able to sign in"
            )
    return bad


def _say(outcomes: list[imports.Outcome]) -> None:
    for outcome in outcomes:
        if outcome.what != imports.SAME:
            click.echo(f"{outcome.ref}: {outcome.what}" + (f", {outcome.remark}" if outcome.remark else ""))
    counts = Counter(outcome.what for outcome in outcomes)
    said = [
        f"{counts[what]} {what}"
        for what in (imports.NEW, imports.CHANGED, imports.SAME, imports.LEFT)
        if counts[what]
    ]
    click.echo(f"{_count(len(outcomes), 'row')}: {', '.join(said) or 'nothing to do'}.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
