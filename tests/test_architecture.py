"""The layers hold, and the tools that read the code have nothing to say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAB = ROOT / "lab"

TOOLS = {
    "layers": ["lint-imports", "--no-cache"],
    "style": ["ruff", "check", "--no-cache", "."],
    "format (ruff format .)": ["ruff", "format", "--no-cache", "--check", "."],
    "types": ["mypy"],
    "templates": ["djlint", "--lint", "--quiet", "lab/templates"],
    "dependencies": ["deptry", "."],
}


@pytest.mark.parametrize("name", TOOLS)
def test_the_tools_have_nothing_to_say(name):
    program, *arguments = TOOLS[name]
    result = subprocess.run(
        [str(Path(sys.executable).parent / program), *arguments],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of lab by its dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text("utf-8")
        )
        for path in sorted(LAB.rglob("*.py"))
    }


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(of: str) -> set[str]:
    """The modules of lab that import this name or something within it."""
    return {
        name
        for name, tree in modules().items()
        if any(f"{one}.".startswith(f"{of}.") for one in imported(tree))
    }


def calls(tree: ast.AST, *names: str) -> bool:
    """Whether a module calls a method with one of these names."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
        for node in ast.walk(tree)
    )


def within(name: str, *places: str) -> bool:
    """Whether the module is one of the places or lies in one."""
    return any(f"{name}.".startswith(f"{place}.") for place in places)


def test_only_actions_commit():
    writers = {name for name, tree in modules().items() if calls(tree, "commit")}
    assert writers == {"lab.database"}
    deeds = importers("lab.database.transaction")
    assert deeds, "Nothing opens a transaction, so this test looks at the wrong name."
    assert {name for name in deeds if not within(name, "lab.actions")} == set()


def test_deeds_use_each_other_in_one_direction_only():
    uses = {
        name: {".".join(one.split(".")[:3]) for one in imported(tree) if within(one, "lab.actions")} - {name}
        for name, tree in modules().items()
        if within(name, "lab.actions")
    }
    list(TopologicalSorter(uses).static_order())  # raises CycleError and names the ring


def test_forms_are_read_by_routes_alone():
    assert {name for name in importers("lab.forms") if not within(name, "lab.forms", "lab.routes")} == set()


def test_only_the_outer_layers_know_http():
    allowed = (
        "lab.routes",
        "lab.web",
        "lab.addresses",
        "lab.hx",
        "lab.cli",
        "lab.jobs",
        "lab.database",
        "lab.showing",
        "lab.surroundings",
        "lab.arriving",
        "lab.refusals",
        "lab.logs",
        "lab.mail",
        "lab.headers",
        "lab.recognizing",
        "lab.row_security",
        "lab.written",
    )
    request = {"request", "session", "g", "redirect", "render_template", "url_for", "abort", "make_response"}
    knowing = {
        name
        for name, tree in modules().items()
        if not within(name, *allowed) and any(f"flask.{word}" in set(imported(tree)) for word in request)
    }
    assert knowing == set()


def test_matching_knows_neither_web_nor_database():
    foreign = (
        "flask",
        "flask_babel",
        "flask_sqlalchemy",
        "sqlalchemy",
        "lab.models",
        "lab.database",
        "lab.queries",
    )
    knowing = {place: importers(place) for place in foreign}
    assert {place: [m for m in names if within(m, "lab.matching")] for place, names in knowing.items()} == {
        place: [] for place in foreign
    }


def test_scikit_learn_stays_in_one_module_and_waits_until_it_is_needed():
    assert {name for name in importers("sklearn") if name != "lab.matching.text_building"} == set()
    script = "import sys, lab.matching; print(*sorted({'sklearn', 'scipy', 'flask', 'sqlalchemy'} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []
