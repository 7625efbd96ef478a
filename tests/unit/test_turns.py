"""Who writes next on SQLite: one at a time, in a line that other processes stand in too."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.turns import NEXT, TURN, turn

LONG = 60.0


@contextmanager
def held(path: str) -> Iterator[None]:
    """As another process would hold it: through a file of one's own."""
    number = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


@pytest.mark.parametrize("what", [NEXT, TURN])
def test_who_comes_later_waits_for_who_is_next_and_for_who_writes(what: str, tmp_path: Path) -> None:
    base, told = str(tmp_path / "lab.sqlite"), []

    def write() -> None:
        with turn(base, patience=LONG):
            told.append("wrote")

    with held(base + what):
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(0.2)
        told.append("let go")
    writer.join(LONG)

    assert told == ["let go", "wrote"]


def test_who_is_next_stays_next_while_another_writes(tmp_path: Path) -> None:
    base = str(tmp_path / "lab.sqlite")
    with held(base + TURN):
        waiting = threading.Thread(target=lambda: _through(base))
        waiting.start()
        number = os.open(base + NEXT, os.O_RDWR | os.O_CREAT)
        try:
            while not _is_held(number):  # nobody else can be next now
                waiting.join(0.001)
        finally:
            os.close(number)
    waiting.join(LONG)
    assert not waiting.is_alive()


def _through(base: str) -> None:
    with turn(base, patience=LONG):
        pass


def _is_held(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(number, fcntl.LOCK_UN)
    return False


def test_after_its_patience_a_writer_tries_all_the_same(tmp_path: Path) -> None:
    base = str(tmp_path / "lab.sqlite")
    with held(base + TURN), turn(base, patience=0.05):
        pass


def test_where_no_file_can_be_made_the_database_speaks_for_itself(tmp_path: Path) -> None:
    with turn(str(tmp_path / "nowhere" / "lab.sqlite"), patience=LONG):
        pass


def test_a_process_that_is_killed_gives_its_turn_away(tmp_path: Path) -> None:
    base = str(tmp_path / "lab.sqlite")
    script = (
        f"from lab.turns import turn\nwith turn({base!r}, patience=60):\n print('mine', flush=True)\n input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None and other.stdin is not None
    assert other.stdout.readline() == "mine\n"
    number = os.open(base + TURN, os.O_RDWR)
    try:
        assert _is_held(number)
        other.send_signal(signal.SIGKILL)
        other.wait(LONG)
        assert not _is_held(number)
    finally:
        os.close(number)
        other.stdin.close()
        other.stdout.close()
