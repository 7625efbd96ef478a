"""What a worker does is counted by the name of the job and by how it ended."""

from __future__ import annotations

import subprocess
import sys

from tests.operations.served import ROOT, environment

SCRIPT = """
from huey import MemoryHuey
from app import app
from lab import metrics
huey = MemoryHuey("counted", immediate=True)
metrics.watch_jobs(huey, app.config["SETTINGS"])

@huey.task(name="goes_well")
def goes_well(word): return word

@huey.task(name="goes_wrong", retries=0)
def goes_wrong(word): raise ValueError(word)

for _turn in range(3):
    goes_well("canary")
goes_wrong("canary")
from prometheus_client import generate_latest
print(generate_latest(metrics.registry(app)).decode())
"""


def test_jobs_are_counted_by_name_and_end(tmp_path):
    env = environment(f"sqlite:///{tmp_path}/none.sqlite", tmp_path, LAB_METRICS_BIND="127.0.0.1:9464")
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert 'lab_jobs_total{end="complete",job="goes_well"} 3.0' in lines
    assert 'lab_jobs_total{end="error",job="goes_wrong"} 1.0' in lines
    assert 'lab_job_seconds_count{job="goes_well"} 3.0' in lines
    assert "lab_database_up 0.0" in lines, "The tables are not there."
    assert "canary" not in done.stdout + done.stderr
