"""The web as it is really served: gunicorn with our settings, on a socket that stays when it is started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60


def environment(url: str, data_dir: Path, **more: str) -> dict[str, str]:
    """What a host of the real thing has set, on loopback."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LAB_", "LISTEN_", "PROM"))
    }
    return {
        **kept,
        "LAB_SECRET_KEY": "for-tests-only-and-long-enough-0123456789",
        "LAB_BASE_URL": "http://127.0.0.1:8000",
        "LAB_DATA_DIR": str(data_dir),
        "LAB_DATABASE_URL": url,
        **more,
    }


def get(port: int, path: str, *, htmx: bool = False) -> int:
    """The status of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(
            "GET", path, headers={"Connection": "close", **({"HX-Request": "true"} if htmx else {})}
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def text_of(port: int, path: str) -> str:
    """What a page of this port says."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
        return answer.read().decode()


def free_port() -> int:
    """A port of loopback on which nobody listens just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(true, what: str) -> None:
    """Wait until something is so."""
    limit = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < limit, f"{what} did not happen in {PATIENCE} seconds."
        time.sleep(0.05)


class Host:
    """One web host. Its socket is ours, as systemd holds it: what comes during a restart waits there."""

    def __init__(self, env: dict[str, str], log: Path, *, root: Path = ROOT) -> None:
        self.env, self.log, self.root = env, log, root
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.socket.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start gunicorn upon the socket, which it finds as the third file, as from systemd."""
        number = self.socket.fileno()
        script = f'exec 3<&{number}; LISTEN_PID=$$ LISTEN_FDS=1 exec "{sys.executable}" -m gunicorn app:app'
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["/bin/bash", "-c", script],
                cwd=self.root,
                env=self.env,
                pass_fds=[number],
                stderr=log,
                stdout=log,
            )

    def reload(self) -> None:
        """What `systemctl reload` does: new workers with new code, while the old ones finish."""
        assert self.process
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> int:
        """End it kindly; gives its exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End it in any case."""
        self.socket.close()
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)


@contextmanager
def host(env: dict[str, str], log: Path) -> Iterator[Host]:
    """A host that answers, ended afterwards."""
    made = Host(env, log)
    try:
        made.start()
        assert get(made.port, "/healthz") == 200
        yield made
    finally:
        made.close()


class Load:
    """Several people who ask for pages, plain and with htmx, until as many were asked for as were wanted."""

    PAGES = (("/", False), ("/sign-in", False), ("/sign-in", True), ("/readyz", False), ("/fit", True))

    def __init__(self, port: int, wanted: int, people: int = 6) -> None:
        self.port, self.wanted = port, wanted
        self.answers: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._asked = 0
        self._threads = [threading.Thread(target=self._ask) for _person in range(people)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for thread in self._threads:
            thread.join()

    @property
    def done(self) -> int:
        return sum(self.answers.values())

    def reach(self, number: int) -> None:
        """Wait until so many are answered; whoever counts on from now would run out where answers come fast."""
        until(lambda: self.done >= number, "The next answers")

    def _ask(self) -> None:
        while True:
            with self._lock:
                if self._asked >= self.wanted:
                    return
                self._asked += 1
                path, htmx = self.PAGES[self._asked % len(self.PAGES)]
            try:
                said = str(get(self.port, path, htmx=htmx))
            except (OSError, http.client.HTTPException) as problem:
                said = f"{type(problem).__name__} at {path}"
            with self._lock:
                self.answers[said] += 1
