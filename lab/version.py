"""Which version of the program this is, and which state of the database it wants."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

VERSION = "0.1.0"
HERE = Path(__file__).parent
MIGRATIONS = HERE.parent / "migrations" / "versions"
LONGEST_COMMIT = 40


@cache
def built_from() -> str:
    """The commit this was built from: of LAB_COMMIT or the file lab/COMMIT that a build writes; empty if unknown."""
    place = HERE / "COMMIT"
    told = os.environ.get("LAB_COMMIT") or (place.read_text("utf-8") if place.is_file() else "")
    return told.strip() if re.fullmatch(r"[0-9a-f]{7,40}", told.strip()) else ""


@cache
def revisions(folder: Path = MIGRATIONS) -> tuple[str, ...]:
    """The revisions of the database that this code knows, the newest last; read without the library of migrations."""
    after: dict[str, str] = {}
    for path in folder.glob("*.py"):
        text = path.read_text("utf-8")
        revision = re.search(r"^revision(?:\s*:[^=]+)?\s*=\s*[\"']([^\"']+)", text, re.MULTILINE)
        before = re.search(r"^down_revision(?:\s*:[^=]+)?\s*=\s*[\"']([^\"']+)", text, re.MULTILINE)
        if revision:
            after[before[1] if before else ""] = revision[1]
    order: list[str] = []
    at = ""
    while at in after:
        at = after[at]
        order.append(at)
    return tuple(order)


def is_behind(revision: str) -> bool:
    """Whether a database at this revision lacks something that this code wants.

    One that this code does not know is that of a newer version, which leaves everything in place that this one
    uses (docs/operations.md), so it serves on.
    """
    known = revisions()
    return not revision or (revision in known and revision != known[-1])
