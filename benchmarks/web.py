"""The web under load: `.venv/bin/python -m benchmarks.web [--cases 1000] [--seconds 4] [--rounds 3] [--classes]`.

Real gunicorns on loopback, asked in turns by the same clients with connections that stay open: a bare Flask "hello";
the floor of the queue (its statements sent as text on a connection that stays open, a template with the same 50 lines,
Flask, nothing else); the queue itself; the floor of a save (Flask, and one row that is committed as durably); and a
save of one part of an application, validated and committed. Requests a second, median and 99th percentile; SQLite.
With `--classes` the queue and the save are served by one worker class after the other.
"""

from __future__ import annotations

import argparse
import http.client
import json
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

from benchmarks import world
from lab.actions import intake
from lab.actions.sign_in import sign_in_as
from lab.database import db, now
from lab.models import Person
from tests.pages import Page

SECRET = "x" * 20 + "for-benchmarks-only-0123"
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
        fields["name"] = [f"Organization of {ref}"]
        return {
            "path": f"{here}/autosave", "cookie": f"lab={client.get_cookie('lab').value}", "fields": fields,
        }  # fmt: skip


HELLO = """
from flask import Flask
app = Flask("hello")

@app.get("/")
def hello():
    return "Hello"
"""

FLOOR = """
import json, sqlite3, threading
from pathlib import Path
from flask import Flask

told = json.loads(Path({told!r}).read_text())
app = Flask("floor")
page = app.jinja_env.from_string(told["template"])
here = threading.local()

@app.get("/")
def queue():
    if not hasattr(here, "base"):
        here.base = sqlite3.connect(told["file"])
    for statement, values in told["statements"]:
        found = here.base.execute(statement, values).fetchall()
        if len(found) == 1 and str(found[0][0]).startswith("[["):
            rows = json.loads(found[0][0])
    return page.render(rows=rows[:50])
"""

COMMIT = """
import sqlite3, threading
from flask import Flask, request
app = Flask("commit")
here = threading.local()

def opened():
    base = sqlite3.connect({file!r}, isolation_level=None, timeout=30)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    return base

opened().execute("CREATE TABLE IF NOT EXISTS kept (name TEXT)")

@app.route("/", methods=["GET", "POST"])
def keep():
    if not hasattr(here, "base"):
        here.base = opened()
    here.base.execute("BEGIN IMMEDIATE")
    here.base.execute("INSERT INTO kept VALUES (?)", [request.form.get("name", "")])
    here.base.execute("COMMIT")
    return "Kept"
"""

# What one line of the queue says, with nothing but values.
LINE = """<tr><th scope="row" data-label="Case"><a href="/reviews/{{ row[0] }}">{{ row[1] }}</a><small>{{ row[0] }}, {{ row[2] }}</small></th>
<td data-label="Stage and date"><div>{{ row[3] }}{% if row[8] %}<span class="flag"><small>{{ row[9] }}, {{ row[8] }}</small></span>{% endif %}</div></td>
<td data-label="Next, and by when"><div>{{ row[6] }}<small>by {{ row[7] }}</small></div></td>
<td data-label="Tier"><div>{{ row[4] or "Open" }}</div></td>
<td data-label="State"><div><span class="tag attention"><svg class="icon"><use href="/static/icons.svg#circle-dot"></use></svg>{{ row[5] }}</span>
<small>{{ row[11] }}</small></div></td>
<td data-label="Waiting" class="number"><div>{{ row[10] }}</div></td></tr>
"""


def floor_of(place: Place) -> str:
    """Write down what the floor needs: the statements that the queue sends, and a page around plain lines."""
    import sqlalchemy as sa

    app = world.application(place.folder, url=place.url, base_url="http://127.0.0.1", secret=SECRET)
    client = app.test_client()
    client.set_cookie("lab", place.cookie.partition("=")[2])
    sent: list[tuple[str, list[Any]]] = []
    with app.app_context():
        client.get("/reviews/")

        def note(conn: Any, cursor: Any, statement: str, values: Any, *more: Any) -> None:
            if statement.lstrip().startswith("SELECT"):
                sent.append(
                    (statement, [str(value) if hasattr(value, "isoformat") else value for value in values])
                )

        sa.event.listen(db.engine, "before_cursor_execute", note)
        text = client.get("/reviews/").text
        sa.event.remove(db.engine, "before_cursor_execute", note)
    body = text.index("<tbody>") + len("<tbody>"), text.index("</tbody>")
    around = [part.replace("{", "&#123;") for part in (text[: body[0]], text[body[1] :])]
    told = {
        "file": str(place.folder / "web.sqlite"),
        "statements": sent,
        "template": f"{around[0]}{{% for row in rows %}}{LINE}{{% endfor %}}{around[1]}",
    }
    path = place.folder / "floor.json"
    path.write_text(json.dumps(told))
    return FLOOR.format(told=str(path))


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
    commit = COMMIT.format(file=str(place.folder / "commit.sqlite"))
    sources = {"hello": HELLO, "floor": floor_of(place), "commit": commit, "product": None}
    figures = {name: Figures() for name in ("hello", "floor", "queue", "commit", "save")}
    with ExitStack() as servers:
        ports = {
            name: servers.enter_context(served(place, name, source, **usual))  # type: ignore[arg-type]
            for name, source in sources.items()
        }
        asked = {
            "hello": (ports["hello"], [{"path": "/"}] * SAVERS),
            "floor": (ports["floor"], [{"path": "/"}] * SAVERS),
            "queue": (ports["product"], [{"path": "/reviews/", "cookie": place.cookie}] * SAVERS),
            "commit": (ports["commit"], [{**one, "path": "/"} for one in place.saves]),
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
    print(
        f"save: {rates['commit'] / save:.2f} times its floor, {save / hello:.3f} of hello (goal 0.2), p99 above (goal 3)"
    )
    print(f"the floors themselves: {rates['floor'] / hello:.3f} and {rates['commit'] / hello:.3f} of hello")


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
