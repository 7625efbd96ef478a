"""Every thing that has states has one table of steps, and nothing in the house changes a state past it (T31)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lab
from lab import lifecycle
from lab.database import Base
from lab.models import tables
from tests.failures.machines import MACHINES, NO_MACHINE

HOUSE = Path(lab.__file__).parent
TABLES = {name for name, value in vars(lifecycle).items() if name.isupper() and isinstance(value, dict)}
# A document of the program has a part of the country under this word.
COUNTRY = {"'CA'"}
SECTIONS = {("actions/intake.py", "section.state"), ("actions/intake.py", "dates.state"), ("actions/imports.py", "section.state")}  # fmt: skip


def sources():
    for path in sorted(HOUSE.rglob("*.py")):
        if path.relative_to(HOUSE).parts[0] == "actions":
            yield path.relative_to(HOUSE).as_posix(), ast.parse(path.read_text("utf-8"))


def table_of(value: ast.expr | None) -> str:
    """The table that a call of `after` names; empty for anything else."""
    if not isinstance(value, ast.Call) or ast.unparse(value.func) not in ("after", "lifecycle.after"):
        return ""
    return ast.unparse(value.args[0]).removeprefix("lifecycle.")


def assigned(function: ast.AST):
    """What a function puts where, one by one."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=True)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                for place, value in pairs:
                    for one in place.elts if isinstance(place, ast.Tuple) else [place]:
                        yield one, value
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            yield node.target, node.value


def past_the_tables(name: str, tree: ast.AST) -> list[str]:
    """Where the code of a file changes a state to something that is not the answer of `after`."""
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            stepped = {
                place.id
                for place, value in assigned(function)
                if isinstance(place, ast.Name) and table_of(value) in TABLES
            }
            found += [f"{name}:{place.lineno}" for place, value in changes(function)
                      if table_of(value) not in TABLES
                      and not (isinstance(value, ast.Name) and value.id in stepped)
                      and (name, ast.unparse(place)) not in SECTIONS]  # fmt: skip
    return found


def changes(function: ast.AST):
    """Every place of a function that gives something a state, with what it gives."""
    for place, value in assigned(function):
        if isinstance(place, ast.Attribute) and place.attr == "state":
            yield place, value
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if (
                    isinstance(key, ast.Constant)
                    and key.value == "state"
                    and ast.unparse(value) not in COUNTRY
                ):
                    yield value, value
        elif isinstance(node, ast.Call):
            yield from changes_by(node)


def changes_by(node: ast.Call):
    """What a call gives a state: an update, a set attribute, a statement written out."""
    called = ast.unparse(node.func)
    if called.endswith(".values"):
        for keyword in node.keywords:
            if keyword.arg == "state":
                yield node, keyword.value
    if called in ("setattr", "object.__setattr__") and "'state'" in map(ast.unparse, node.args):
        yield node, node.args[-1]
    if called.endswith("text") and any("set state" in ast.unparse(one).lower() for one in node.args):
        yield node, node


def test_no_state_is_changed_past_its_table():
    assert [place for name, tree in sources() for place in past_the_tables(name, tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(case):\n    case.state = 'active'",
        "def f(case, x):\n    case.state, x = 'active', 1",
        "def f(case, state):\n    case.state = state",
        "def f(case):\n    state = OTHER['x']\n    case.state = state",
        "def f():\n    changed(sa.update(Case).values(state='active'))",
        "def f():\n    values = {'state': 'active'}\n    changed(sa.update(Case).values(**values))",
        "def f(case):\n    setattr(case, 'state', 'active')",
        "def f():\n    db.session.execute(sa.text(\"UPDATE cases SET state = 'active'\"))",
        "def f(case):\n    case.state = after(NO_TABLE, 'x', case.state, by='clock')",
    ],
)
def test_the_look_at_the_code_would_see_it(code):
    assert past_the_tables("actions/new.py", ast.parse(code))


def test_every_table_belongs_to_something_and_everything_with_states_has_one():
    tables()  # so that all of them are read
    assert {machine.name for machine in MACHINES.values()} == TABLES
    with_states = {mapper.class_.__name__ for mapper in Base.registry.mappers if "state" in mapper.columns}
    assert with_states - NO_MACHINE == {model.__name__ for model in MACHINES}


@pytest.mark.parametrize("model", MACHINES, ids=lambda model: model.__name__)
def test_a_machine_begins_in_its_table_and_its_code_takes_only_its_steps(model):
    machine = MACHINES[model]
    known = {state for edge in machine.edges for state in edge}
    assert machine.begins <= known
    roles = {
        lifecycle.APPLICANT, lifecycle.CONSULTANT, lifecycle.DIRECTOR, lifecycle.LEAD, lifecycle.CLOCK, lifecycle.STAFF,
    }  # fmt: skip
    assert all(step.who and step.who <= roles for step in machine.steps.values())
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and table_of(node) == machine.name:
                step = node.args[1]
                if isinstance(step, ast.Constant):
                    assert step.value in machine.steps, f"{name}:{node.lineno}"
