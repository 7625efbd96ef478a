"""The list of what was deleted, beside the database: after a restore from a backup it is carried out again.

Each line holds a digest of a reference, never the reference; a backup never takes the list along, so an old
backup cannot bring back an old list.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from lab.database import now

FILE = "deletions.jsonl"


def path() -> Path:
    """Where the list lies."""
    place: Path = current_app.config["SETTINGS"].data_dir / FILE
    return place


def digest(ref: str) -> str:
    """What stands for a reference."""
    return hashlib.sha256(f"learning lab deletion {ref}".encode()).hexdigest()


def note(kind: str, ref: str, *, side: str = "") -> None:
    """Write one line, on the disk before this returns. Call it before the deletion is committed.

    A line too many does no harm: what it names was about to be deleted, and is by the next attempt.
    """
    line = json.dumps({"kind": kind, "digest": digest(ref), "side": side, "at": now().isoformat()}) + "\n"
    place = path()
    new = not place.exists()
    with open(os.open(place, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab", buffering=0) as file:
        file.write(line.encode())  # one write of one short line: it is whole or not there
        os.fsync(file.fileno())
    if new:
        _keep_the_name(place.parent)


def entries(file: Path | None = None) -> list[dict[str, str]]:
    """The lines of the list, or of this file; a last line that a broken disk cut off is left out."""
    place = file or path()
    if not place.exists():
        return []
    return list(_read(place.read_text("utf-8").splitlines()))


def _read(lines: Iterable[str]) -> Iterable[dict[str, str]]:
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and "digest" in entry:
            yield entry


def _keep_the_name(folder: Path) -> None:
    """A new file is safe only once its folder knows of it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
