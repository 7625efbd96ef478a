"""The documents name what is there: files that exist, every requirement and every failure once, with its state."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# A path in backticks: a folder ends with a slash, a file has an ending.
A_PATH = re.compile(r"`((?:lab|tests|docs|deploy|benchmarks|migrations)/[\w./-]*)(?:::\w+)?`")
# How many requirements the levels 1 and 2 of each chapter of ASVS 5.0 have.
REQUIREMENTS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip
A_REQUIREMENT = re.compile(
    r"^\| (\d+)\.(\d+)\.(\d+) \| ([12]) \| [^|]+ \| (met|open|not applicable) \| ([^|]+) \|$"
)


def named_in(path: Path) -> list[str]:
    return A_PATH.findall(path.read_text("utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_what_is_there(path):
    assert [name for name in named_in(path) if not (ROOT / name).exists()] == []


def requirements() -> list[tuple[str, ...]]:
    rows = [
        row for row in (ROOT / "docs" / "asvs.md").read_text("utf-8").splitlines() if re.match(r"\| \d", row)
    ]
    found = [A_REQUIREMENT.match(row) for row in rows]
    assert [row for row, match in zip(rows, found, strict=True) if match is None] == []
    return [match.groups() for match in found if match]


def test_every_requirement_of_both_levels_has_one_row():
    rows = requirements()
    numbers = [tuple(map(int, row[:3])) for row in rows]
    assert len(set(numbers)) == len(numbers) == 253
    assert Counter(number[0] for number in numbers) == REQUIREMENTS
    assert Counter(row[3] for row in rows) == {"1": 70, "2": 183}


def test_what_is_open_or_does_not_apply_says_why():
    assert [row[:3] for row in requirements() if row[4] != "met" and len(row[5].strip()) < 4] == []


def test_the_sums_at_the_top_are_those_of_the_rows():
    text = (ROOT / "docs" / "asvs.md").read_text("utf-8")
    counted = Counter((row[3], row[4]) for row in requirements())
    for level in "12":
        told = re.search(rf"^\| level {level} \| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
        assert told and [int(number) for number in told.groups()] == [
            counted[level, state] for state in ("met", "not applicable", "open")
        ]


def test_every_failure_has_one_row_with_a_figure_or_says_that_it_has_none():
    text = (ROOT / "docs" / "trust.md").read_text("utf-8")
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if re.match(r"\| T\d", line)]
    names = [row[0].strip() for row in rows]
    wanted = [f"T{number}" for number in range(1, 45)] + ["T1b", "T1c"]
    assert len(set(names)) == len(names) and set(wanted) <= set(names)
    assert [row[0] for row in rows if len(row) != 6 or not row[5].strip()] == []
