"""Whose turn it is to write where SQLite is the database: one deed after the other, and every process in its turn.

SQLite lets those who wait look again now and then, with longer and longer pauses. Under load a process whose threads
have always one more deed ready then keeps the other processes out until their patience is over. Here there are two
places: who is next holds the first until the second, which is the turn itself, is free. So nobody who has just written
overtakes the one who is next. The threads of a process stand in line for two locks, and the one of them whose turn it
is then stands in line with other processes for two files. A process that ends lets go of its files.
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

_next, _turn = threading.Lock(), threading.Lock()


@contextmanager
def turn(database: str, *, patience: float) -> Iterator[None]:
    """Wait for the turn to write into this file, at most `patience` seconds.

    Who has waited that long goes on without it, and is told by SQLite if the file is still locked.
    """
    ends = time.monotonic() + patience
    with ExitStack() as held:
        with _having(_next, ends):
            held.enter_context(_having(_turn, ends))
        with _holding(database + NEXT, ends):
            held.enter_context(_holding(database + TURN, ends))
        yield


@contextmanager
def _having(lock: threading.Lock, ends: float) -> Iterator[None]:
    mine = lock.acquire(timeout=max(0.0, ends - time.monotonic()))
    try:
        yield
    finally:
        if mine:
            lock.release()


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
