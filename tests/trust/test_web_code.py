"""What the code itself must be like: one way out of escaping, one writer of tables, and patterns that always end."""

from __future__ import annotations

import ast
import csv
import importlib
import io
import math
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import lab
from lab.spreadsheet import FORMULA, as_csv, plain_cell
from tests.soak import times

LAB = Path(lab.__file__).parent
CODE = sorted(LAB.rglob("*.py"))
# Nothing has needed it yet. A module named here was read by somebody who asked where its text comes from.
MAY_WRITE_MARKUP: frozenset[str] = frozenset()
RAW_IN_TEMPLATE = re.compile(
    r"\|\s*safe\b|\|\s*safe\s*[|}]|autoescape\s+false|Markup\s*\(|\|\s*tojson\b.*\|\s*safe"
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
WRITES_TABLES = {"spreadsheet.py"}


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text())) for path in CODE]


# ---- escaping


def test_no_template_steps_out_of_escaping_or_brings_a_script_of_its_own() -> None:
    pages = sorted((LAB / "templates").rglob("*.html"))
    assert len(pages) > 100
    found = [
        f"{page.relative_to(LAB)}: {match[0]}"
        for page in pages
        for pattern in (RAW_IN_TEMPLATE, INLINE)
        for match in pattern.finditer(page.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["{{ a | safe }}", "{% autoescape false %}", "<p onclick=x>", "<script>", '<a href="javascript:x">'],
)
def test_the_search_would_find_it(text: str) -> None:
    assert RAW_IN_TEMPLATE.search(text) or INLINE.search(text)


# A title stays in the history of a browser after signing out (T12), so it names neither an organization nor a person.
NAMED_IN_A_TITLE = re.compile(
    r"\{%-?\s*block title\s*-?%\}(?:(?!endblock).)*\b(organization|person|email)\b(?!-)", re.DOTALL
)


def test_no_title_names_anybody() -> None:
    pages = sorted((LAB / "templates").rglob("*.html"))
    told = {
        page.name: found[1]
        for page in pages
        if (found := NAMED_IN_A_TITLE.search(re.sub(r'_\("[^"]*"', "", page.read_text("utf-8"))))
    }
    assert told == {}


@pytest.mark.parametrize("title", ["{{ case.organization }}", '{{ _("%(who)s – Lab", who=person.name) }}'])
def test_a_title_that_names_somebody_is_found(title: str) -> None:
    source = f"{{% block title %}}{title}{{% endblock %}}"
    assert NAMED_IN_A_TITLE.search(re.sub(r'_\("[^"]*"', "", source))


def test_no_code_calls_a_text_markup() -> None:
    found = []
    for path, tree in trees():
        if str(path.relative_to(LAB)) in MAY_WRITE_MARKUP:
            continue
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            name = (
                called.id
                if isinstance(called, ast.Name)
                else called.attr
                if isinstance(called, ast.Attribute)
                else ""
            )
            if name in ("Markup", "render_template_string", "from_string") or (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "__html__"
            ):
                found.append(f"{path.relative_to(LAB)}:{node.lineno}")
    assert not found, "\n".join(found)


def test_every_page_is_escaped() -> None:
    from lab.settings import Settings
    from lab.web import create_app
    from tests.conftest import settings_for
    from tests.databases import fresh_url

    environment = create_app(Settings(**settings_for(fresh_url("sqlite")).__dict__)).jinja_env
    decides = environment.autoescape
    assert callable(decides)
    assert all(
        decides(str(page.relative_to(LAB / "templates"))) for page in (LAB / "templates").rglob("*.html")
    )


# ---- tables


def test_only_one_module_writes_tables() -> None:
    found = [
        f"{path.relative_to(LAB)}:{node.lineno}"
        for path, tree in trees()
        if path.name not in WRITES_TABLES
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "csv"
        and node.attr in ("writer", "DictWriter")
    ]  # fmt: skip
    assert not found, "\n".join(found)


HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(["", " ", "'", "''", "\n", "\t", "\r", "\u3000", "\ufeff", "\u200b", "' "]),
            st.sampled_from([*"=+-@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", ""]),
            st.sampled_from(
                ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example")', "SUM(A1)", "", "A1\n=2"]
            ),
        ),
    ),
)


@settings(max_examples=times(60, soak=2_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(HOSTILE, min_size=5, max_size=5))
@example(cells=["=1", "'=1", "''=1", "-", '"=1"'])
def test_no_cell_is_a_formula_and_reading_gives_back_what_was_written(cells: list[str]) -> None:
    text = as_csv(("a", "b", "c", "d", "e"), [cells])
    _heads, read = list(csv.reader(io.StringIO(text, newline="")))
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    sheet.append([re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell) for cell in read])
    assert [cell.data_type for cell in sheet[1] if cell.data_type == "f"] == []
    assert not [
        cell
        for cell in read
        if cell.lstrip("\ufeff\u200b").lstrip()[:1]
        in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
        and cell.strip()
    ]
    assert [plain_cell(cell) for cell in read] == cells


def test_numbers_stay_numbers() -> None:
    assert as_csv(("hours",), [(-3,), (0.5,)]).split() == ["hours", "-3", "0.5"]


# ---- patterns


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern of the house by where it is: those that modules keep, and those written where they are used."""
    found: dict[str, re.Pattern[str]] = {}
    for module_info in pkgutil.walk_packages(lab.__path__, "lab."):
        module = importlib.import_module(module_info.name)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{module_info.name}.{name}"] = value
    for path, tree in trees():
        for node in ast.walk(tree):
            calls_re = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            )  # fmt: skip
            first = node.args[0] if calls_re and node.args else None  # type: ignore[attr-defined]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found[f"{path.relative_to(LAB)}:{node.lineno}"] = re.compile(first.value)  # type: ignore[attr-defined]
    from lab.matching import classes, silence

    for module in (classes, silence):
        for name, value in vars(module).items():
            if hasattr(value, "cache_info"):
                try:
                    made = value()
                except TypeError:
                    continue
                if isinstance(made, re.Pattern):
                    found[f"{module.__name__}.{name}()"] = made
    return {name: pattern for pattern, name in {pattern: name for name, pattern in found.items()}.items()}


LENGTH = times(50_000, soak=1_000_000)
SHORT = 20_000  # letters that a pattern of the square takes a second or less for
# Seconds of work after which nobody waits any longer for a pattern.
ENOUGH = 20
# What takes less than this for the whole text takes too little to tell how it grows. A square that every word of the
# text can begin takes twice as long on the fastest machine we know, one that every letter can begin a hundred times.
NOTHING = 0.05
FILLINGS = (
    "a", "A", "1", " ", "\n", "\t", "-", ".", ",", "'", "$", "(", "é", "Aa ", "Aa A. ", "a a ", "1.", "1 ", "a1", "a'", "a-",
    "union ", "local ", "local 1 ", "no ", "not ", "share ", "de ", "the ", "\u2019", "- Aa Bb\n", "Aa Bb, ", "\r\n ", "99/",
)  # fmt: skip


class TooLong(Exception):
    """A pattern did not end."""


@pytest.fixture
def bell() -> Iterator[None]:
    """Rings where something takes so long that it will never end: a pattern that grows with the square of its text."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, ring)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def spent(pattern: re.Pattern[str], text: str, *, enough: float = ENOUGH) -> float:
    """Seconds of work to look through a text; endless where it takes too long."""
    signal.setitimer(signal.ITIMER_VIRTUAL, enough)
    begun = time.process_time()
    try:
        for _match in pattern.finditer(text):
            pass
        pattern.fullmatch(text)
    except TooLong:
        return math.inf
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - begun


def grows_with_its_text(pattern: re.Pattern[str], filling: str, length: int = LENGTH) -> bool:
    """Whether four times the text takes about four times the work; with its square it would take sixteen times."""

    def of(length: int) -> float:
        return spent(pattern, (filling * (length // len(filling) + 1))[:length] + "\x01")

    # A machine that others use may be late once.
    return any((whole := of(length)) < NOTHING or whole < 8 * of(length // 4) < math.inf for _try in range(3))


def test_every_pattern_ends_on_a_hostile_text(bell: None) -> None:
    every = patterns()
    assert len(every) > 50
    wrong = [
        f"{name}: {pattern.pattern[:80]!r} on {filling!r}"
        for name, pattern in every.items()
        for filling in FILLINGS
        if not grows_with_its_text(pattern, filling)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_pattern_that_grows_with_the_square_of_its_text_is_found(bell: None) -> None:
    """Such a one stood in the house once."""
    assert not grows_with_its_text(re.compile(r"\w+n't\b"), "a", SHORT)


def test_the_bell_rings(bell: None) -> None:
    """In a short text: in a megabyte this one hears no bell for hours."""
    assert spent(re.compile(r"(a+)+$"), "a" * SHORT + "\x01", enough=0.2) == math.inf


def test_formula_is_one_of_the_patterns() -> None:
    assert FORMULA in patterns().values()
