"""The web under load: `.venv/bin/python -m benchmarks.web [--cases 1000] [--seconds 4] [--rounds 3] [--classes]`.

Real gunicorns on loopback, asked in turns by the same clients with connections that stay open: a bare Flask "hello";
the floor of the queue (its statements sent as text on a connection that stays open, a template with the same 50 lines,
Flask, nothing else); the queue itself; one row that Flask commits as durably; a save with what the libraries bring and
nothing of ours; and a save of one part of an application, validated and committed. Requests a second, median and 99th
percentile; SQLite. `benchmarks/floors.py` has what is measured against.
With `--classes` the queue and the save are served by one worker class after the other.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks import floors, world
from benchmarks.floors import SECRET
from lab.actions import intake
from lab.actions.sign_in import sign_in_as
from lab.database import db, now
from lab.models import Person
from tests.filled import NONPROFIT
from tests.pages import Page

CLIENTS, EACH = 4, 2  # processes, and connections of each
SAVERS = CLIENTS * EACH


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--classes", action="store_true", help="compare worker classes too")
    chosen = options.parse_args()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {CLIENTS * EACH} connections, SQLite\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), chosen.cases)
        compare(place, chosen.rounds, chosen.seconds)
        if chosen.classes:
            compare_classes(place, chosen.rounds, chosen.seconds)


class Place:
    """A filled database, who is signed in, and the requests to send."""

    def __init__(self, folder: Path, count: int, *, url: str = "") -> None:
        self.folder = folder
        self.url = url or f"sqlite:///{folder / 'web.sqlite'}"
        app = world.application(folder, url=self.url, base_url="http://127.0.0.1", secret=SECRET)
        with app.app_context():
            director = world.fill(cases=count, experts=20)
            self.director = sign_in_as(director.id).secret
            self.drafts = [self._draft(number) for number in range(SAVERS)]
        self.cookie = self._cookie(app, self.director)
        self.saves = [self._save(app, ref, secret) for ref, secret in self.drafts]

    def _draft(self, number: int) -> tuple[str, str]:
        writer = Person(email=f"writer{number}@example.org", name=f"Writer {number}", created_at=now())
        db.session.add(writer)
        db.session.commit()
        case = intake.start(line="nonprofit", kind="employer", by=writer, key="")
        return case.ref, sign_in_as(writer.id).secret

    def _cookie(self, app: Any, secret: str) -> str:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["sid"], cookie["browser"] = secret, "benchmarks"
        client.get("/reviews/")  # a browser sends back what the first page has set
        return f"lab={client.get_cookie('lab').value}"

    def _save(self, app: Any, ref: str, secret: str) -> dict[str, Any]:
        """The address, the cookie and the fields of one part as its page has them."""
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["sid"], cookie["browser"] = secret, "benchmarks"
        here = f"/applications/{ref}/organization"
        shown = client.get(here)
        assert shown.status_code == 200, shown.status
        fields = Page(shown.text).form(here).fields
        # All questions answered: what is valid takes the longest way through the form and into the answers.
        answered = {name: [value] for name, value in NONPROFIT["organization"].items()}
        fields.update(answered, name=[f"Organization of {ref}"])
        return {
            "ref": ref, "path": f"{here}/autosave", "cookie": f"lab={client.get_cookie('lab').value}", "fields": fields,
        }  # fmt: skip


@contextmanager
def served(
    place: Place,
    name: str,
    source: str | None,
    *,
    worker_class: str,
    workers: int,
    threads: int,
    data: Path | None = None,
    within: tuple[str, ...] = (),
) -> Iterator[int]:
    """A gunicorn of its own on a free port, started by way of `within`; the product where there is no source."""
    root = Path(__file__).parent.parent
    target, folder = "app:app", root
    if source is not None:
        folder = place.folder / name
        folder.mkdir(exist_ok=True)
        (folder / f"{name}_app.py").write_text(source)
        target = f"{name}_app:app"
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        port, number = listening.getsockname()[1], listening.fileno()
        environment = {
            **os.environ, "LAB_DATA_DIR": str(data or place.folder), "LAB_DATABASE_URL": place.url, "LAB_SECRET_KEY": SECRET,
            "LAB_BASE_URL": "http://127.0.0.1", "LAB_BIND": f"127.0.0.1:{port}",
        }  # fmt: skip
        command_line = [
            *within, sys.executable, "-m", "gunicorn", "--config", str(root / "gunicorn.conf.py"), "--chdir", str(folder),
            "--pythonpath", str(root), "--bind", f"fd://{number}", "--worker-class", worker_class,
            "--workers", str(workers), "--threads", str(threads), target,
        ]  # fmt: skip
        process = subprocess.Popen(
            command_line, cwd=root, env=environment, stderr=subprocess.DEVNULL, pass_fds=[number]
        )
    try:
        _until_it_answers(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def _until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def _client(requests: list[tuple[int, dict[str, Any]]], seconds: float, results: Any) -> None:
    spent: list[float] = []
    threads = [
        threading.Thread(target=_connection, args=(port, one, seconds, spent)) for port, one in requests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(spent)


def _connection(port: int, one: dict[str, Any], seconds: float, spent: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    ends = time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        if "fields" in one:
            body = urlencode(one["fields"], doseq=True)
            headers = {
                "Cookie": one["cookie"], "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true",
            }  # fmt: skip
            connection.request("POST", one["path"], body, headers)
        else:
            connection.request("GET", one["path"], headers={"Cookie": one.get("cookie", "")})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (answer.status, text[:300])
        spent.append(time.perf_counter() - began)
        if "fields" in one:
            one["fields"]["read_version"] = [str(int(one["fields"]["read_version"][0]) + 1)]


def load(port: int, requests: list[dict[str, Any]], seconds: float) -> list[float]:
    """Send these from several processes for a while; how long each answer took."""
    return load_many([port], requests, seconds)


def load_many(ports: list[int], requests: list[dict[str, Any]], seconds: float) -> list[float]:
    """The same, spread over several servers."""
    results: Any = multiprocessing.Queue()
    spread = [(ports[number % len(ports)], one) for number, one in enumerate(requests)]
    clients = [
        multiprocessing.Process(
            target=_client, args=(spread[number * EACH : (number + 1) * EACH], seconds, results)
        )
        for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    spent = [one for _ in clients for one in results.get()]
    for client in clients:
        client.join()
    return spent


class Figures:
    """What the rounds of one page gave."""

    def __init__(self) -> None:
        self.a_second: list[float] = []
        self.spent: list[float] = []

    def add(self, spent: list[float], seconds: float) -> None:
        """One more round."""
        self.a_second.append(len(spent) / seconds)
        self.spent += spent

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return statistics.median(self.a_second)

    def told(self) -> str:
        """As a line of the report."""
        ordered = sorted(self.spent)
        middle, late = ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.99)] * 1000
        return (
            f"{self.rate:7.0f} a second, p50 {middle:6.1f} ms, p99 {late:6.1f} ms ({late / middle:.1f} times)"
        )


def save_again(place: Place, port: int) -> None:
    """Read the version that each draft has now, so that the next save is no clash."""
    for one in place.saves:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        here = one["path"].removesuffix("/autosave")
        connection.request("GET", here, headers={"Cookie": one["cookie"]})
        fields = Page(connection.getresponse().read().decode()).form(here).fields
        one["fields"]["read_version"] = fields["read_version"]


def compare(place: Place, rounds: int, seconds: float) -> None:
    """Hello, floor, queue and save, in turns."""
    usual = {"worker_class": "gthread", "workers": 2, "threads": 4}
    sources = {
        "hello": floors.HELLO, "floor": floors.queue_of(place), "row": floors.row_of(place),
        "libraries": floors.libraries_of(place), "product": None,
    }  # fmt: skip
    figures = {name: Figures() for name in ("hello", "floor", "queue", "row", "libraries", "save")}
    with ExitStack() as servers:
        ports = {
            name: servers.enter_context(served(place, name, source, **usual))  # type: ignore[arg-type]
            for name, source in sources.items()
        }
        asked = {
            "hello": (ports["hello"], [{"path": "/"}] * SAVERS),
            "floor": (ports["floor"], [{"path": "/"}] * SAVERS),
            "queue": (ports["product"], [{"path": "/reviews/", "cookie": place.cookie}] * SAVERS),
            "row": (ports["row"], [{**one, "path": "/"} for one in place.saves]),
            "libraries": (ports["libraries"], [{**one, "path": f"/{one['ref']}"} for one in place.saves]),
            "save": (ports["product"], place.saves),
        }
        for port, requests in asked.values():
            save_again(place, ports["product"])
            load(port, requests, 1)
        for _ in range(rounds):
            for name, (port, requests) in asked.items():
                if name == "save":
                    save_again(place, port)
                figures[name].add(load(port, requests, seconds), seconds)
    for name, found in figures.items():
        print(f"{name:<8} {found.told()}")
    rates = {name: found.rate for name, found in figures.items()}
    queue, save, hello = rates["queue"], rates["save"], rates["hello"]
    print(
        f"\nqueue: {rates['floor'] / queue:.2f} times its floor (goal 2), {queue / hello:.3f} of hello (goal 0.17)"
    )
    print(f"save: {save / hello:.3f} of hello (goal 0.2), p99 above (goal 3)")
    print(
        f"save: {rates['libraries'] / save:.2f} times what its libraries take, {rates['row'] / save:.2f} times a row"
    )
    floors_of_hello = ", ".join(f"{name} {rates[name] / hello:.3f}" for name in ("floor", "row", "libraries"))
    print(f"of hello: {floors_of_hello}")


def compare_classes(place: Place, rounds: int, seconds: float) -> None:
    """The queue and the save behind one worker class after the other."""
    print("\nWorker classes")
    kinds = [("sync", 3, 1), ("gthread", 2, 8), ("gthread", 2, 4), ("gthread", 2, 2), ("gthread", 4, 2)]
    figures = {(kind, name): Figures() for kind in kinds for name in ("queue", "save")}
    for _ in range(rounds):
        for kind in kinds:
            worker_class, workers, threads = kind
            with served(
                place, "product", None, worker_class=worker_class, workers=workers, threads=threads
            ) as port:
                save_again(place, port)
                load(port, [{"path": "/reviews/", "cookie": place.cookie}] * SAVERS, 1)
                for name in ("queue", "save"):
                    requests = (
                        [{"path": "/reviews/", "cookie": place.cookie}] * SAVERS
                        if name == "queue"
                        else place.saves
                    )
                    figures[kind, name].add(load(port, requests, seconds), seconds)
    for (kind, name), found in figures.items():
        print(f"{kind[0]:<8} {kind[1]} x {kind[2]}  {name:<6} {found.told()}")


if __name__ == "__main__":
    main()
