"""A web worker starts light: what only the worker, a command or another database needs is not read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = (
    "sklearn", "scipy", "numpy", "ortools", "pandas", "snowballstemmer", "alembic", "icalendar", "psycopg",
    "webauthn", "pyotp", "segno", "cryptography",
    "sqlalchemy.dialects.postgresql", "huey", "smtplib", "lab.cli.demo", "lab.cli.service",
    "lab.forms.portfolio", "lab.forms.intake.needs", "lab.queries.portfolio", "lab.queries.reviews",
    "lab.actions.decisions", "lab.matching.learning", "lab.matching.sharing",
    "lab.matching.text_index", "lab.matching.text_building", "lab.matching.assignment",
)  # fmt: skip


@pytest.mark.parametrize("start", ["import app", "import app; from lab.matching import recommend"])
def test_a_web_worker_reads_nothing_heavy(start, tmp_path):
    script = f"{start}; import sys; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**environment, "LAB_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
