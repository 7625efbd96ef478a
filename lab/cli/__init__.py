"""flask lab ...: the program from a terminal.

A command's module is read when it is called: a web worker never reads migrations or demo stories.
"""

from __future__ import annotations

from importlib import import_module

import click
from flask.cli import AppGroup

COMMANDS = {
    "admin": "lab.cli.admin:admin",
    "audit": "lab.cli.audit:audit_group",
    "backup": "lab.cli.backup:backup",
    "catalogue": "lab.cli.catalogue:catalogue",
    "db": "lab.cli.service:db_group",
    "deletions": "lab.cli.deletions:deletions_group",
    "demo": "lab.cli.demo:demo",
    "doctor": "lab.cli.doctor:doctor",
    "import": "lab.cli.imports:import_",
    "match": "lab.cli.match:match",
    "metrics": "lab.cli.metrics:metrics",
    "restore": "lab.cli.backup:restore",
    "setup": "lab.cli.service:setup",
    "worker": "lab.cli.service:worker",
}


class Commands(AppGroup):
    """The commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name, or None."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found


lab_cli = Commands("lab", help="Learning Lab from a terminal.")
