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
from typing import Any

import sqlalchemy as sa
from alembic import command

from benchmarks import world
from lab.actions import reviews
from lab.actions.sign_in import sign_in_as
from lab.cli.service import alembic_config
from lab.database import db
from lab.models import Case
from lab.settings import Settings
from lab.web import create_app

WORKER = """
import json, re, sys, time
began = time.perf_counter()
{load}
spent = time.perf_counter() - began
# Not ru_maxrss: that begins with what the process that started this one has used.
memory = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([spent, memory, "sklearn" in sys.modules]))
"""
BARE = "import flask, flask_sqlalchemy, flask_wtf, wtforms"
WHOLE = "import app; from lab.matching import recommend"


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


def line(what: str, figures: str) -> None:
    """One line of the report."""
    print(f"{what:<58} {figures}", flush=True)


def workers(folder: Path) -> None:
    """Cold start and memory of a web worker with the matching loaded, against its libraries alone, in turns."""
    runs: dict[str, list[tuple[float, float, bool]]] = {BARE: [], WHOLE: []}
    for _ in range(7):
        for load, found in runs.items():
            found.append(_worker(load, folder))
    seconds, memory = (
        {load: statistics.median(run[at] for run in found) for load, found in runs.items()} for at in (0, 1)
    )
    for name, load in (("libraries alone", BARE), ("web worker with the matching loaded", WHOLE)):
        learned = (
            ", scikit-learn loaded" if any(run[2] for run in runs[load]) else ", scikit-learn not loaded"
        )
        line(name, f"{seconds[load]:.2f} s, {memory[load]:.0f} MB{learned}")
    line(
        "  times as much (goals: import 1.35, memory 1.6)",
        f"import {seconds[WHOLE] / seconds[BARE]:.2f}, memory {memory[WHOLE] / memory[BARE]:.2f}",
    )


def _worker(load: str, folder: Path) -> tuple[float, float, bool]:
    environment = {**os.environ, "LAB_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", WORKER.format(load=load)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    seconds, memory, learned = json.loads(done.stdout)
    return seconds, memory, learned


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
    app = create_app(
        Settings(
            data_dir=folder, database_url=f"sqlite:///{folder / 'bench.sqlite'}", secret_key="x" * 40,
            base_url="http://localhost", demo=False, testing=True,
        )
    )  # fmt: skip
    with app.app_context():
        command.upgrade(alembic_config(), "head")
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
