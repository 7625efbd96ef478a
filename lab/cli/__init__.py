"""flask lab ...: the program from a terminal."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lab.cli.admin import admin
from lab.cli.catalogue import catalogue
from lab.cli.demo import demo
from lab.cli.imports import import_
from lab.cli.match import match
from lab.cli.service import db_group, setup, worker

lab_cli = AppGroup("lab", help="Learning Lab from a terminal.")
commands: tuple[click.Command, ...] = (admin, catalogue, match, db_group, demo, import_, setup, worker)
for command in commands:
    lab_cli.add_command(command)
