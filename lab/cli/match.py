"""flask lab match: one JSON object a line for each application, without a database."""

import json
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from lab import exchange
from lab.answers import Application, Consultant, Supports
from lab.errors import BadInput
from lab.exchange import Reading

T = TypeVar("T")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("match")
@click.option("--applications", "applications_file", type=FILE, required=True, help="A JSON list.")
@click.option("--consultants", "consultants_file", type=FILE, required=True, help="A JSON list.")
@click.option("--supports", "supports_file", type=FILE, required=True, help="One JSON object.")
@click.option("--policy", "policy_file", type=FILE, help="Weights and settings, JSON or TOML.")
@click.option("--portfolio", is_flag=True, help="Add a last line: all cases at once, under monthly hours.")
def match(
    applications_file: Path,
    consultants_file: Path,
    supports_file: Path,
    policy_file: Path | None,
    portfolio: bool,
) -> None:
    """Match every application and print one JSON object a line, in input order."""
    from lab.matching import Policy, recommend

    try:
        policy = Policy.from_file(policy_file) if policy_file else Policy.default()
    except BadInput as wrong:
        _refuse(str(policy_file), wrong.problems or [wrong.message])
    applications: tuple[Application, ...] = _read(
        applications_file, exchange.read_applications(_text(applications_file))
    )
    consultants: tuple[Consultant, ...] = _read(
        consultants_file, exchange.read_consultants(_text(consultants_file))
    )
    supports: tuple[Supports, ...] = _read(supports_file, exchange.read_supports(_text(supports_file)))
    made = []
    for application in applications:
        found = recommend(
            application, consultants=consultants, supports=supports[0], policy=policy, detail=False
        )
        click.echo(json.dumps(found.to_json(), ensure_ascii=False))
        made.append(found)
    if portfolio:
        from lab.matching.portfolio import portfolio_of

        click.echo(
            json.dumps(
                {"portfolio": portfolio_of(made, consultants, policy=policy).to_json()}, ensure_ascii=False
            )
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _refuse(str(path), ["line 1: this is not UTF-8 text"])


def _read(path: Path, reading: Reading[T]) -> tuple[T, ...]:
    for warning in reading.warnings:
        click.echo(f"{path.name}: {warning}", err=True)
    if reading.problems:
        _refuse(str(path), list(reading.problems))
    return reading.items


def _refuse(path: str, problems: list[str]) -> NoReturn:
    for problem in problems:
        click.echo(f"{Path(path).name}: {problem}", err=True)
    raise click.exceptions.Exit(2)
