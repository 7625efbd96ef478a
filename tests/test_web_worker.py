"""A web worker starts light: what only the worker, a command or another database needs is not read."""

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from lab import models

ROOT = Path(__file__).parent.parent
HEAVY = (
    "sklearn", "scipy", "numpy", "ortools", "pandas", "snowballstemmer", "alembic", "icalendar", "psycopg",
    "webauthn", "pyotp", "segno", "cryptography",
    "sqlalchemy.dialects.postgresql", "huey", "smtplib", "lab.cli.demo", "lab.cli.service",
    "lab.forms.portfolio", "lab.forms.intake.needs", "lab.queries.portfolio", "lab.queries.reviews",
    "lab.actions.decisions", "lab.matching.learning", "lab.matching.sharing",
    "lab.queries.cases", "lab.queries.policies", "lab.queries.security", "lab.forms.sign_in",
    "lab.models.signing_in", "lab.models.outcomes", "lab.models.policies", "lab.models.portfolio", "lab.models.groups",
    "lab.matching.groups", "lab.matching.text_index", "lab.matching.text_building", "lab.matching.assignment",
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


def test_what_is_read_later_is_what_it_says():
    for topic, classes in models.LATER.items():
        module = import_module(f"lab.models.{topic}")
        mapped = {
            name
            for name, thing in vars(module).items()
            if getattr(thing, "__module__", "") == module.__name__
        }
        assert {name for name in mapped if hasattr(getattr(module, name), "__table__")} == set(classes)
    assert {name for name in models.__all__ if not hasattr(getattr(models, name), "__table__")} == set()


def test_who_goes_through_all_tables_asks_for_all():
    """`Base.metadata` knows the topics that were read so far; only `lab.models` and the migrations may ask it."""
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "lab").rglob("*.py")
        if re.search(r"metadata\.(tables|sorted_tables)|registry\.mappers", path.read_text())
    }
    assert asking == {"lab/models/__init__.py"}
