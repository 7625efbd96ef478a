"""Figures for Prometheus: requests, jobs, queues. Labels hold routes, codes and names of jobs, never content or ids.

Every process of a host counts into files of a folder; `flask lab metrics` adds them up on a port of its own, and asks
the database how much waits. Without LAB_METRICS_BIND nothing is counted and the library is not read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from lab.database import db
from lab.queries import operations
from lab.settings import Settings, UnsafeSettings, is_loopback

if TYPE_CHECKING:
    from huey import Huey
    from prometheus_client import CollectorRegistry, Metric

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
JOB_BOUNDS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0)


def init_app(app: Flask, settings: Settings) -> None:
    """Count every request, if somebody wants the figures."""
    if not settings.metrics_bind:
        return
    where_to_count(settings)
    from prometheus_client import Counter, Gauge, Histogram

    requests = Counter("lab_requests_total", "Requests answered", ("method", "route", "status"))
    seconds = Histogram("lab_request_seconds", "Time to answer", ("method", "route"), buckets=BOUNDS)
    pool = Gauge(
        "lab_database_connections_in_use", "Connections taken from the pool", multiprocess_mode="livesum"
    )

    def watch(method: str, route: str, status: int, took: float) -> None:
        requests.labels(method, route, str(status)).inc()
        seconds.labels(method, route).observe(took)
        pool.set(_in_use(app))

    app.extensions.setdefault("lab.watchers", []).append(watch)


def watch_jobs(huey: Huey, settings: Settings) -> None:
    """Count the jobs of a worker by name and by how they ended."""
    if not settings.metrics_bind:
        return
    where_to_count(settings)
    from huey import signals
    from prometheus_client import Counter, Histogram

    jobs = Counter("lab_jobs_total", "Jobs by their end", ("job", "end"))
    seconds = Histogram("lab_job_seconds", "Time a job took", ("job",), buckets=JOB_BOUNDS)
    begun: dict[str, float] = {}

    def begins(signal: str, task: Any, error: Any = None) -> None:
        begun[task.id] = time.perf_counter()

    def ends(signal: str, task: Any, error: Any = None) -> None:
        jobs.labels(task.name, signal).inc()
        seconds.labels(task.name).observe(time.perf_counter() - begun.pop(task.id, time.perf_counter()))

    huey.signal(signals.SIGNAL_EXECUTING)(begins)
    huey.signal(signals.SIGNAL_COMPLETE, signals.SIGNAL_ERROR)(ends)


def where_to_count(settings: Settings) -> Path:
    """The folder of this host's counts; the library looks it up when it is first read, so this comes before."""
    folder = Path(os.environ.setdefault(FOLDER, str(settings.data_dir / "metrics")))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def forget_the_dead(settings: Settings) -> None:
    """Take away the counts of processes that ended before this host was started anew."""
    for path in where_to_count(settings).glob("*.db"):
        number = path.stem.rpartition("_")[2]
        if number.isdecimal() and not _lives(int(number)):
            with suppress(FileNotFoundError):
                path.unlink()


def bind_of(settings: Settings) -> tuple[str, int]:
    """Where the figures are served. Raises UnsafeSettings: they tell how busy a case's page is, so not to everybody."""
    host, _colon, port = settings.metrics_bind.rpartition(":")
    if not host or not port.isdecimal():
        raise UnsafeSettings(f"LAB_METRICS_BIND is {settings.metrics_bind}, and must be HOST:PORT.")
    if settings.demo and not is_loopback(host):
        raise UnsafeSettings(f"LAB_METRICS_BIND is {settings.metrics_bind}, but a demo serves loopback only.")
    return host.strip("[]"), int(port)


def registry(app: Flask) -> CollectorRegistry:
    """What is served: the counts of this host's processes, and what the database says now."""
    where_to_count(app.config["SETTINGS"])
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    made = CollectorRegistry()
    MultiProcessCollector(made)  # type: ignore[no-untyped-call]
    made.register(Waiting(app))
    return made


class Waiting:
    """Queues and the worker, asked of the database whenever somebody looks."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment; without the database only that it is gone."""
        import sqlalchemy as sa
        from prometheus_client.core import GaugeMetricFamily

        with self.app.app_context():
            try:
                counts = operations.waiting()
                age = operations.worker_age()
            except sa.exc.SQLAlchemyError:
                counts, age = {}, None
                yield GaugeMetricFamily("lab_database_up", "Whether the database answers", value=0)
            else:
                yield GaugeMetricFamily("lab_database_up", "Whether the database answers", value=1)
            finally:
                db.session.remove()
        for name, number in counts.items():
            yield GaugeMetricFamily(f"lab_{name}", f"Waiting: {name.replace('_', ' ')}", value=number)
        if age is not None:
            yield GaugeMetricFamily(
                "lab_worker_age_seconds", "Since a worker's last round", value=age.total_seconds()
            )

    def describe(self) -> list[Metric]:
        """Nothing ahead of time: the database is asked only when somebody looks."""
        return []


def _in_use(app: Flask) -> int:
    with app.app_context():
        pool = db.engine.pool
    counted = getattr(pool, "checkedout", None)
    return int(counted()) if counted else 0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
