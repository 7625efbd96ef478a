"""One readable report: `.venv/bin/python -m benchmarks.report [--cases 5000] [--consultants 60]`.

Each figure is the median of several rounds after a warm-up; p95 stands beside it where a page is
measured. Pages are answered by the application in this process, without a server or a network.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from benchmarks import world
from lab.actions import reviews
from lab.actions.sign_in import sign_in_as
from lab.database import db
from lab.models import Case

WORKER = """
import json, re, sys, time
began = time.perf_counter(), time.process_time()
{load}
spent = time.perf_counter() - began[0], time.process_time() - began[1]
# Not ru_maxrss: that begins with what the process that started this one has used.
memory = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([*spent, memory, "sklearn" in sys.modules]))
"""
# The three libraries with their Flask bindings, only read: no application, no table, no form.
BARE = "import flask, flask_sqlalchemy, flask_wtf, wtforms"
# The same, with the least that makes a web worker of them: an engine, one table, one form, one page.
SMALLEST = """
import flask, flask_sqlalchemy, flask_wtf, wtforms
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
db = flask_sqlalchemy.SQLAlchemy(model_class=Base)
class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
class ThingForm(flask_wtf.FlaskForm):
    name = wtforms.StringField()
app = flask.Flask("smallest")
app.config.update(SECRET_KEY="x", SQLALCHEMY_DATABASE_URI="sqlite://")
db.init_app(app)
flask_wtf.CSRFProtect(app)
app.add_url_rule("/", "page", lambda: "")
with app.app_context():
    db.engine
"""
# The whole application as a web server has it before its first request, and the matching.
WHOLE = "import app; from lab.matching import recommend"
LOADS = {
    "libraries alone, read": BARE,
    "smallest application with them": SMALLEST,
    "web worker with the matching loaded": WHOLE,
}


def main() -> None:
    """Measure everything and print it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=5000)
    options.add_argument("--consultants", type=int, default=60)
    options.add_argument("--rounds", type=int, default=30)
    chosen = options.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        workers(Path(folder))
        matching(Path(folder))
        pages(Path(folder), chosen.cases, chosen.consultants, chosen.rounds)
    subprocess.run([sys.executable, "-m", "benchmarks.groups"], check=True)


def line(what: str, figures: str) -> None:
    """One line of the report."""
    print(f"{what:<58} {figures}", flush=True)


def workers(folder: Path, rounds: int = 9) -> None:
    """Start and memory of a web worker with the matching loaded, against its libraries alone, in turns."""
    runs: dict[str, list[Started]] = {name: [] for name in LOADS}
    for load in LOADS.values():
        _worker(load, folder)  # all are compiled before any is measured
    for _ in range(rounds):
        for name, load in LOADS.items():
            runs[name].append(_worker(load, folder))
    middle = {
        name: Started(*(statistics.median(figures) for figures in zip(*found, strict=True)))
        for name, found in runs.items()
    }
    for name, one in middle.items():
        learned = "loaded" if any(run.learned for run in runs[name]) else "not loaded"
        line(
            name,
            f"{one.seconds:.2f} s, processor {one.processor:.2f} s, {one.memory:.0f} MB, scikit-learn {learned}",
        )
    *against, whole = middle
    for name in against:
        times = (
            f"{ours / theirs:.2f}" for ours, theirs in zip(middle[whole], middle[name], strict=True) if theirs
        )
        line(
            f"  times the {name}",
            "clock {}, processor {}, memory {} (goals: import 1.35, memory 1.6)".format(*times),
        )


class Started(NamedTuple):
    """What it took to start one process: by the clock, on the processor, in MB."""

    seconds: float
    processor: float
    memory: float
    learned: float


def _worker(load: str, folder: Path) -> Started:
    environment = {**os.environ, "LAB_DATA_DIR": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", WORKER.format(load=load)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return Started(*json.loads(done.stdout))


def matching(folder: Path) -> None:
    """`flask lab match` as a whole command."""
    for count in (12, 1000):
        files = {}
        for name, rows in (
            ("applications", world.applications(count)), ("consultants", world.told("consultants")),
            ("supports", world.told("supports")),
        ):  # fmt: skip
            files[name] = folder / f"{name}.json"
            files[name].write_text(json.dumps(rows))
        arguments = [part for name, path in files.items() for part in (f"--{name}", str(path))]
        environment = {**os.environ, "LAB_DATA_DIR": str(folder)}
        spent = []
        for _ in range(3):
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "flask", "--app", "app", "lab", "match", *arguments],
                capture_output=True, text=True, check=True, env=environment,
            )  # fmt: skip
            spent.append(time.perf_counter() - began)
            assert len(done.stdout.splitlines()) == count
        line(f"flask lab match, {count} applications, 8 consultants", f"{statistics.median(spent):.1f} s")


def pages(folder: Path, cases: int, experts: int, rounds: int) -> None:
    """The queue and a match review as a director sees them."""
    app = world.application(folder)
    with app.app_context():
        director = world.fill(cases=cases, experts=experts)
        case = db.session.scalars(sa.select(Case).where(Case.state == "in_review").limit(1)).one()
        began = time.perf_counter()
        reviews.compute(case.id)
        line(
            f"one recommendation among {experts} consultants, stored", f"{time.perf_counter() - began:.2f} s"
        )
        secret, address = sign_in_as(director.id).secret, f"/reviews/{case.ref}"
        engine = db.engine
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = secret
    for name, path in (
        ("queue", "/reviews/"),
        ("queue, filtered", "/reviews/?line=schools"),
        ("match review", address),
    ):
        with counted(engine) as queries:
            _page(client.get, path)
        spent = sorted(_page(client.get, path) for _ in range(rounds))
        line(
            f"{name}, {cases} cases, {experts} consultants",
            f"{statistics.median(spent) * 1000:.0f} ms, p95 {spent[int(len(spent) * 0.95)] * 1000:.0f} ms, "
            f"{len(queries)} queries",
        )
    _what_if(client.get, address, experts, rounds)


def _what_if(get: Callable[[str], Any], address: str, experts: int, rounds: int) -> None:
    """The what-if of the same case against its match review, one after the other in each round."""
    tried = f"{address}/what-if?hours=60&weight_needs=40&second=K0001"
    _page(get, tried)
    pairs = [(_page(get, address), _page(get, tried)) for _ in range(rounds)]
    plain, changed = (statistics.median(spent) for spent in zip(*pairs, strict=True))
    line(
        f"what-if of one case among {experts} consultants",
        f"{changed * 1000:.0f} ms, {changed / plain:.2f} times the match review (goal 1.5)",
    )


def _page(get: Callable[[str], Any], path: str) -> float:
    began = time.perf_counter()
    answer = get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return time.perf_counter() - began


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that are sent while this is open."""
    statements: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *more: Any) -> None:
        if not statement.startswith(
            "BEGIN"
        ):  # what SQLite is told by hand; PostgreSQL's driver says it unseen
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
