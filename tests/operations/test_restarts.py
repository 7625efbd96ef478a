"""A new version takes over while people work, and nobody notices (T38); what was logged and counted meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from lab.logs import FIELDS
from tests.conftest import url_of
from tests.operations.served import ROOT, Load, answers, environment, free_port, host, text_of, until
from tests.soak import times

REQUESTS = times(500, soak=5000)
RELOADS = times(1, soak=20)
RESTARTS = times(1, soak=5)


@dataclass
class Told:
    """What is known after a host was reloaded and restarted while people asked for pages."""

    answers: dict[str, int]
    exits: list[int]
    figures: str
    log: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    place = tmp_path_factory.mktemp("host")
    env = environment(url_of("sqlite"), place, LAB_METRICS_BIND=f"127.0.0.1:{free_port()}")
    exits = []
    with host(env, place / "log") as web:
        with Load(web.port, REQUESTS) as load:
            each = REQUESTS // (RELOADS + RESTARTS + 1)
            for turn in range(RELOADS):
                load.reach((turn + 1) * each)
                web.reload()
            for turn in range(RESTARTS):
                load.reach((RELOADS + turn + 1) * each)
                exits.append(web.stop())
                web.start()
        text_of(web.port, "/?canary=canary")
        figures = figures_of(env)
        exits.append(web.stop())
    return Told(dict(load.answers), exits, figures, (place / "log").read_text())


def figures_of(env: dict[str, str]) -> str:
    """What Prometheus reads, from a process of its own."""
    port = int(env["LAB_METRICS_BIND"].rpartition(":")[2])
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "lab", "metrics"],
        cwd=ROOT,
        env=env,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(port), "The figures")
        return text_of(port, "/metrics")
    finally:
        process.terminate()
        process.wait()


def test_reloads_and_restarts_under_load_lose_no_request(told):
    assert told.answers == {"200": REQUESTS}
    assert told.exits == [0] * (RESTARTS + 1)


def test_the_restarts_took_place(told):
    said = [json.loads(line).get("message") for line in told.log.splitlines()]
    assert said.count("Hang up: …") == RELOADS
    assert said.count("Starting gunicorn …") == RESTARTS + 1


def test_what_the_server_logs_is_json_with_our_fields_and_no_path(told):
    lines = [json.loads(line) for line in told.log.splitlines()]
    assert all(set(line) <= set(FIELDS) for line in lines)
    asked = [line for line in lines if line["logger"] == "lab.requests"]
    assert len(asked) == REQUESTS + 2
    assert {line["route"] for line in asked} == {"/", "/sign-in", "/readyz", "/fit", "/healthz"}
    assert "canary" not in told.log


def test_the_figures_of_all_processes_are_added_up(told):
    lines = told.figures.splitlines()
    counted = [float(line.rpartition(" ")[2]) for line in lines if line.startswith("lab_requests_total{")]
    # What processes that are gone had counted is left behind with each restart.
    logged = [json.loads(line) for line in told.log.splitlines()]
    last = max(place for place, line in enumerate(logged) if line.get("message") == "Starting gunicorn …")
    since = [line for line in logged[last:] if line["logger"] == "lab.requests"]
    assert sum(counted) == len(since) > 100
    assert "lab_database_up 1.0" in lines
    names = {line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")}
    assert names >= {
        "lab_outbox", "lab_outbox_given_up", "lab_timers_due", "lab_offers_waiting", "lab_database_connections_in_use",
        "lab_request_seconds_bucket",
    }  # fmt: skip


def test_no_label_holds_more_than_rules_and_codes(told):
    rules = {"/", "/sign-in", "/readyz", "/fit", "/healthz"}
    for line in told.figures.splitlines():
        if line.startswith("#") or "{" not in line:
            continue
        labels = dict(part.split("=", 1) for part in line[line.index("{") + 1 : line.index("}")].split(","))
        assert set(labels) <= {"method", "route", "status", "le"}, line
        assert labels.get("route", '"/"').strip('"') in rules, line
