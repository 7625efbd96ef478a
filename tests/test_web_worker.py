"""A web worker starts light: what only the worker, a command or another database needs is not read."""

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from lab import models
from tests.soak import times

ROOT = Path(__file__).parent.parent
HEAVY = (
    "sklearn", "scipy", "numpy", "ortools", "pandas", "snowballstemmer", "alembic", "icalendar", "psycopg",
    "webauthn", "pyotp", "segno", "cryptography",
    "sqlalchemy.dialects.postgresql", "huey", "smtplib", "lab.cli.demo", "lab.cli.service",
    "lab.forms.portfolio", "lab.forms.intake.needs", "lab.queries.portfolio", "lab.queries.reviews",
    "lab.actions.decisions", "lab.matching.learning", "lab.matching.sharing",
    "lab.queries.cases", "lab.queries.policies", "lab.queries.security", "lab.forms.sign_in",
    "lab.models.signing_in", "lab.models.outcomes", "lab.models.policies", "lab.models.portfolio",
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


@pytest.mark.parametrize("topic", ["", *models.LATER])
def test_with_each_topic_that_is_read_later_every_reference_leads_to_a_table(topic: str) -> None:
    script = (
        "import lab.models\nfrom importlib import import_module\nfrom lab.database import Base\n"
        f"if {topic!r}: import_module('lab.models.' + {topic!r})\n"
        "known = Base.metadata.tables\n"
        "print(*(f'{table} {key.target_fullname}' for table in known for key in known[table].foreign_keys"
        " if key.target_fullname.partition('.')[0] not in known))"
    )
    assert _said(script) == ""


FORWARD = re.compile(r"""Mapped\[[^\n=]*["']|relationship\([^)]*["']""")


def test_topics_that_are_read_later_name_no_class_that_is_not_there_yet() -> None:
    texts = {path.stem: path.read_text() for path in (ROOT / "lab" / "models").glob("*.py")}
    naming = {topic for topic, text in texts.items() if FORWARD.search(text)}
    assert naming == {"cases", "groups", "people"}
    assert not naming & set(models.LATER)


def test_threads_may_read_them_while_others_work() -> None:
    """A class that is connected before one that it names is there would stay broken for the whole process."""
    script = """
import threading
import sqlalchemy as sa
from lab import models
ready, broken = threading.Barrier(12), []
def work(number):
    topics = list(models.LATER.values())
    ready.wait()
    try:
        for classes in topics[number % len(topics):] + topics[:number % len(topics)]:
            for name in classes:
                getattr(models, name)()
                str(sa.select(models.Case).join(models.Case.sections))
                models.Offer()
    except Exception as problem:
        broken.append(repr(problem))
threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*broken)
"""
    for _ in range(times(4, soak=200)):
        assert _said(script) == ""


def _said(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
