"""flask lab ...: the program from a terminal."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lab.cli.admin import admin
from lab.cli.service import db_group, setup, worker

lab_cli = AppGroup("lab", help="Learning Lab from a terminal.")
commands: tuple[click.Command, ...] = (admin, db_group, setup, worker)
for command in commands:
    lab_cli.add_command(command)
