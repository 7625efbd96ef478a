"""What the program is made of: every package has a licence that was read, and what came from elsewhere is as it came."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PASSED_ON = ("requirements.txt", "requirements-oidc.txt")

# Whoever runs the program may do so without opening their own work.
WELCOME = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense", "Zlib",
    "LGPL-3.0-only", "MPL-2.0",
}  # fmt: skip

VENDORED = tomllib.loads((ROOT / "docs" / "vendored.toml").read_text("utf-8"))["file"]


def pinned() -> set[str]:
    """The packages that are passed on with the program."""
    found: set[str] = set()
    for name in PASSED_ON:
        found |= set(re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / name).read_text("utf-8"), re.MULTILINE))
    return {canonicalize_name(name) for name in found}


def told() -> dict[str, str]:
    """The licence of each package, as docs/licences.md tells."""
    text = (ROOT / "docs" / "licences.md").read_text("utf-8").split("## Files from elsewhere")[0]
    rows = dict(re.findall(r"^\| ([a-z0-9.-]+) \| ([^|]+?) \|", text, re.MULTILINE))
    del rows["package"]
    return rows


def parts(licence: str) -> set[str]:
    """The single licences of an expression."""
    return set(re.split(r" (?:AND|OR) ", licence))


def test_each_package_has_a_licence_that_was_read():
    listed = told()
    assert set(listed) == pinned()
    assert {name: licence for name, licence in listed.items() if not parts(licence) <= WELCOME} == {}


def test_a_licence_is_what_the_package_says_of_itself():
    wrong = {}
    for name, licence in told().items():
        says = metadata.metadata(name).get("License-Expression")
        if says and parts(says) != parts(licence):
            wrong[name] = (licence, says)
    assert wrong == {}


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file["path"])
def test_a_file_from_elsewhere_is_as_it_came(file):
    content = (ROOT / file["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert (ROOT / file["licence"]).read_text("utf-8").strip()


def test_no_file_from_elsewhere_is_missing_in_the_list():
    static = ROOT / "lab" / "static"
    foreign = [
        *static.rglob("*.woff*"),
        *static.rglob("*.ttf"),
        *static.rglob("*.min.*"),
        static / "icons.svg",
    ]
    assert {path.relative_to(ROOT).as_posix() for path in foreign} == {file["path"] for file in VENDORED}


def test_a_reader_of_flaws_finds_none():
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive", "lab", "app.py", "migrations"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
