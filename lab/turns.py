"""Whose turn it is to write where SQLite is the database: one deed after the other, and every process in its turn.

SQLite lets those who wait look again now and then, with longer and longer pauses. Under load a process whose threads
have always one more deed ready then keeps the other processes out until their patience is over. Here whoever waits in
a process stands in line for two files: the one who is next holds the first until the second, which is the turn itself,
is free. So no process writes twice while another one waits. A process that ends lets go of its files.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

NEXT, TURN = "-next", "-turn"  # what the names of the two files add to that of the database
LOOK_AGAIN = 0.001  # seconds

_one_of_this_process = threading.Lock()


@contextmanager
def turn(database: str, *, patience: float) -> Iterator[None]:
    """Wait for the turn to write into this file, at most `patience` seconds.

    Who has waited that long goes on without it, and is told by SQLite if the file is still locked.
    """
    ends = time.monotonic() + patience
    with ExitStack() as held:
        if _one_of_this_process.acquire(timeout=patience):
            held.callback(_one_of_this_process.release)
        with _holding(database + NEXT, ends):
            held.enter_context(_holding(database + TURN, ends))
        yield


@contextmanager
def _holding(path: str, ends: float) -> Iterator[None]:
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # a folder that is full or only read: the database will say so in its own words
        yield
        return
    try:
        while not _locked(number) and time.monotonic() < ends:
            time.sleep(LOOK_AGAIN)
        yield
    finally:
        os.close(number)


def _locked(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
