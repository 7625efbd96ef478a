"""A network of its own for a process: what it shares with others then is its socket and the database, nothing else."""

from __future__ import annotations

import os
import subprocess
from functools import cache

from sqlalchemy import make_url

# As root, and as anybody where the system lets people make namespaces.
WAYS = (("unshare", "--net"), ("unshare", "--user", "--map-current-user", "--net"))


@cache
def apart() -> tuple[str, ...]:
    """What to put before a command, so that it runs in a network namespace of its own; empty where there are none.

    Not even its loopback is up. It answers on a socket that it was given, and reaches a database by a socket in the
    file system, as it would over a network that carries nothing else.
    """
    given = os.environ.get("LAB_TEST_PG_URL", "")
    host = make_url(given).host if given else None
    if host and not host.startswith("/"):
        return ()  # that server would be out of reach
    for way in WAYS:
        try:
            done = subprocess.run([*way, "true"], capture_output=True, check=False)
        except FileNotFoundError:
            return ()
        if done.returncode == 0:
            return way
    return ()
