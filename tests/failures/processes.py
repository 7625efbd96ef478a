"""Processes of the house that a test may kill, with everything they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.failures.apart import apart
from tests.operations.served import PATIENCE, ROOT, Host, until


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started at once, as when the power goes; it was started as a group of its own."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


class Fragile(Host):
    """A web host whose processes form a group, so that they can be killed together."""

    def start(self, *, before: str = "") -> None:
        """Start gunicorn upon the socket, after this line of the shell."""
        number = self.socket.fileno()
        script = f'exec 3<&{number}; {before} LISTEN_PID=$$ LISTEN_FDS=1 exec "{sys.executable}" -m gunicorn app:app'
        command = [*self.within(), "/bin/bash", "-c", script]
        self.process = started(command, self.env, self.log, pass_fds=(number,))

    def within(self) -> tuple[str, ...]:
        """What stands before its command."""
        return ()

    def kill(self) -> None:
        """Kill -9 of the whole group."""
        assert self.process
        kill(self.process)

    def close(self) -> None:
        """End what is left of it."""
        self.socket.close()
        if self.process and self.process.poll() is None:
            self.kill()


class Apart(Fragile):
    """The same in a network of its own, where the system has such."""

    def within(self) -> tuple[str, ...]:
        """What gives it one."""
        return apart()


def worker(env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """`flask lab worker` as a service starts it."""
    return started([sys.executable, "-m", "flask", "--app", "app", "lab", "worker"], env, log)


def started(
    command: list[str], env: dict[str, str], log: Path, *, pass_fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """A process in a group of its own, that writes what it says into a file."""
    with log.open("ab") as file:
        return subprocess.Popen(
            command, cwd=ROOT, env=env, pass_fds=pass_fds, stdout=file, stderr=file, start_new_session=True
        )


def meanwhile(
    process: subprocess.Popen[bytes] | None, log: Path, true: Callable[[], bool], what: str
) -> None:
    """Wait until something is so, as long as this process lives; what it wrote last is told if it does not."""

    def so() -> bool:
        assert process is not None and process.poll() is None, f"It ended by itself: {log.read_text()[-800:]}"
        return true()

    until(so, what)
