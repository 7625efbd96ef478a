"""What is in the repository: pinned packages, licences beside what is vendored, templates that keep the content policy."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from jinja2 import Environment, meta
from packaging.requirements import Requirement

from tests.conftest import app_for, settings_for
from tests.databases import scratch

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "lab" / "templates"
NOT_OURS = {
    ".git",
    ".venv",
    "var",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".import_linter_cache",
    ".hypothesis",
}

# Put together here, so that this file does not find itself.
NO_PLACE = [
    "py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb." + "debian", "--index" + "-url", "--find" + "-links",
    "/wo" + "rk/", "/ro" + "ot/", "/opt/" + "pypi", "/ho" + "me/", "cache" + "/pip",
]  # fmt: skip

# Each was read: what goes in is made by us and escaped before.
REVIEWED_MARKUP: set[str] = set()


def files() -> list[Path]:
    """What belongs to the repository; no git is needed to find it."""
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(set(inner) - NOT_OURS)
        found += [Path(folder) / name for name in sorted(names)]
    return found


def text_of(path: Path) -> str:
    """What stands in a file of text, or nothing for a file of bytes."""
    content = path.read_bytes()
    return "" if b"\0" in content[:4096] else content.decode("utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_names_a_registry_or_a_place_on_somebody_s_machine():
    found = [
        f"{relative(path)}: {word}"
        for path in files()
        for word in NO_PLACE
        if word in text_of(path) and path.name != "htmx-2.0.11.min.js"
    ]
    assert found == []


def pinned(name: str) -> dict[str, list[str]]:
    """The versions that a requirements file pins, by package (more than one where Pythons differ), each with hashes."""
    versions: dict[str, list[str]] = {}
    for block in (ROOT / name).read_text("utf-8").replace("\\\n", " ").splitlines():
        line = block.split("#")[0].strip()
        if not line:
            continue
        requirement, *hashes = re.split(r"\s+--hash=sha256:", line)
        assert hashes and all(re.fullmatch(r"[0-9a-f]{64}", one.strip()) for one in hashes), block
        parsed = Requirement(requirement)
        assert parsed.url is None, block
        versions.setdefault(parsed.name.lower(), []).append(next(iter(parsed.specifier)).version)
    return versions


def test_the_pinned_packages_are_those_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run, dev = pinned("requirements.txt"), pinned("requirements-dev.txt")
    for listed, pins in (
        (project["project"]["dependencies"], run),
        (project["dependency-groups"]["dev"], dev),
    ):
        for requirement in map(Requirement, listed):
            assert all(map(requirement.specifier.contains, pins[requirement.name.lower()])), (
                f"{requirement}: sh lab.sh lock"
            )
    assert {name: dev.get(name) for name in run} == run, (
        "Tests run with other versions than the program: sh lab.sh lock"
    )


def test_what_is_vendored_has_its_licence_beside_it():
    static = ROOT / "lab" / "static"
    vendored = [
        *static.rglob("*.woff2"),
        *static.rglob("*.ttf"),
        *static.rglob("*.min.js"),
        static / "icons.svg",
    ]
    assert len(vendored) >= 4
    for path in vendored:
        first = re.split(r"[-.]", path.name)[0]
        licences = [
            one
            for one in path.parent.iterdir()
            if re.fullmatch(rf"{first}-.*(OFL|ISC|MIT|LICENSE).*\.txt", one.name)
        ]
        assert licences, f"{relative(path)} has no licence beside it."


def test_nothing_goes_to_a_page_unescaped_but_what_was_reviewed():
    pattern = re.compile(r"\|\s*safe\b|Markup\(|autoescape\s+false|render_template_string|from_string\(")
    found = {
        relative(path)
        for path in files()
        if path.is_relative_to(ROOT / "lab") and pattern.search(text_of(path))
    }
    assert found == REVIEWED_MARKUP


def templates() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*"))


@pytest.fixture(scope="module")
def environment() -> Environment:
    return app_for(settings_for(f"sqlite:///{scratch() / 'templates.sqlite'}")).jinja_env


@pytest.mark.parametrize("name", templates())
def test_a_template_compiles_and_finds_what_it_includes(name, environment):
    environment.get_template(name)
    source = (TEMPLATES / name).read_text("utf-8")
    for other in meta.find_referenced_templates(environment.parse(source)):
        assert other is None or (TEMPLATES / other).is_file(), f"{name} asks for {other}"


REFUSED_BY_THE_POLICY = {
    "a style element": r"<style\b",
    "a style attribute": r"<[a-z][^>]*\sstyle\s*=",
    "a script in the page": r"<script(?![^>]*\ssrc=)",
    "an event attribute": r"<[a-z][^>]*\son[a-z]+\s*=",
    "a script in an address": r"javascript:",
    "a script for htmx": r"hx-on\b|hx-on:|hx-(vals|headers)\s*=\s*[\"']js:|hx-[a-z-]*\s*=\s*[\"'][^\"']*\[[^\]]*\][\"']",
    "something from elsewhere": r"(src|srcset|poster)\s*=\s*[\"'](https?:)?//|<link[^>]*href=[\"'](https?:)?//",
}


@pytest.mark.parametrize("name", [name for name in templates() if name.endswith(".html")])
def test_a_template_keeps_the_content_policy(name):
    source = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text("utf-8"), flags=re.DOTALL)
    found = [
        what for what, pattern in REFUSED_BY_THE_POLICY.items() if re.search(pattern, source, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize(
    "wrong",
    ["<style>", '<p style="color: red">', "<script>go()</script>", '<a onclick="go()">', '<a href="javascript:go()">',
     "<p hx-on:click='go()'>", '<img src="//elsewhere.example/a.png">'],
)  # fmt: skip
def test_the_content_policy_of_templates_finds_what_it_forbids(wrong):
    assert any(re.search(pattern, wrong, re.IGNORECASE) for pattern in REFUSED_BY_THE_POLICY.values())
