"""What is read at its first use is the module itself, read once, also where many ask at the same moment."""

import subprocess
import sys
from pathlib import Path

import pytest

import lab.forms
from lab.forms import roster

ROOT = Path(__file__).parents[2]

ALL_AT_ONCE = """
import pkgutil, sys, threading
import lab.actions, lab.forms, lab.queries
stand_ins = [
    getattr(package, module.name)
    for package in (lab.queries, lab.actions, lab.forms)
    for module in pkgutil.iter_modules(package.__path__)
]
assert not any(one._stands_for in sys.modules for one in stand_ins)
together, wrong = threading.Barrier(8), []
def ask(first):
    together.wait()
    for one in stand_ins[first:] + stand_ins[:first]:
        try:
            one.__file__
        except BaseException as error:
            wrong.append(f"{one._stands_for}: {error!r}")
threads = [threading.Thread(target=ask, args=(number * len(stand_ins) // 8,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert all(one._stands_for in sys.modules for one in stand_ins)
print(*wrong)
"""


def test_many_threads_may_be_the_first():
    done = subprocess.run(
        [sys.executable, "-c", ALL_AT_ONCE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_what_is_changed_is_the_module(monkeypatch):
    before = roster.RosterForm
    monkeypatch.setattr(roster, "RosterForm", str)
    assert sys.modules["lab.forms.roster"].RosterForm is str
    monkeypatch.undo()
    assert sys.modules["lab.forms.roster"].RosterForm is before
    assert "RosterForm" in dir(roster)


def test_a_module_that_is_not_there_is_missed_at_once():
    with pytest.raises(AttributeError, match="no_such_form"):
        lab.forms.no_such_form  # noqa: B018
