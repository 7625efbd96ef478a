"""The look keeps its promises: every declared pair of colors can be read, the first view is light, nothing comes from elsewhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "lab"
SHEET = (ROOT / "static" / "lab.css").read_text()
FIRST_VIEW = ("lab.css", "lab.js", "htmx-2.0.11.min.js", "icons.svg", "favicon.svg")
FONTS = ("fonts/fraunces-560.woff2", "fonts/public-sans.woff2")


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


def _schemes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
    light = _tokens(blocks[0])
    dark_block = SHEET.split("(prefers-color-scheme: dark)")[1].split("}")[0]
    return {"light": light, "dark": light | _tokens(dark_block)}


def _pairs(kind: str) -> list[tuple[str, str]]:
    lines = re.findall(rf"^   {kind}: (.+)$", SHEET, re.MULTILINE)
    return [tuple(pair.split("/")) for line in lines for pair in line.split()]  # type: ignore[misc]


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("kind", "least"), [("text", 4.5), ("shape", 3.0)])
def test_every_declared_pair_can_be_read(scheme: str, kind: str, least: float) -> None:
    tokens, pairs = _schemes()[scheme], _pairs(kind)

    weak = {f"{a} on {b}": round(_contrast(tokens[a], tokens[b]), 2) for a, b in pairs}

    assert len(pairs) > 10
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_every_color_that_carries_text_is_declared() -> None:
    declared = {name for pair in _pairs("text") for name in pair}
    used = set(re.findall(r"(?<![-\w])color: var\(--([\w-]+)\)", SHEET))

    shapes_only = {name for pair in _pairs("shape") for name in pair}
    assert used - declared - shapes_only == set()


def test_colors_stand_in_the_tokens_alone() -> None:
    without_tokens = re.sub(r":root \{.*?\}", "", SHEET, flags=re.DOTALL)

    assert re.findall(r"#[0-9a-f]{6}\b", without_tokens) == []


def test_the_first_view_is_light() -> None:
    packed = sum(len(gzip.compress((ROOT / "static" / name).read_bytes())) for name in FIRST_VIEW)
    fonts = sum((ROOT / "static" / name).stat().st_size for name in FONTS)

    assert packed + fonts < 70_000, "leave 5 KB for the page itself"


def test_what_is_vendored_brings_its_licence() -> None:
    folder = ROOT / "static"

    for name, words in {
        "fonts/fraunces-OFL.txt": "SIL OPEN FONT LICENSE",
        "fonts/public-sans-OFL.txt": "SIL OPEN FONT LICENSE",
        "icons-ISC.txt": "ISC LICENSE",
        "htmx-LICENSE.txt": "ZERO-CLAUSE BSD",
    }.items():
        assert words in (folder / name).read_text().upper(), name


def test_nothing_is_fetched_from_elsewhere_and_nothing_is_inline() -> None:
    assert re.findall(r"url\(\"?(?:https?:)?//", SHEET) == []
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|hx-on", text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template
        assert not re.search(r"(?:src|<link[^>]*href)=\"(?:https?:)?//", text), template


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text()))
    named: set[str] = set()
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        named |= set(re.findall(r"""\bicon\(\s*["']([\w-]+)["']""", text))
        named |= set(re.findall(r"""\bicon=["']([\w-]+)["']""", text))

    assert named and named - there == set()


def test_every_component_is_one_macro_with_the_name_of_its_file_and_a_word_about_it() -> None:
    for component in (ROOT / "templates" / "components").glob("*.html"):
        text = component.read_text()
        assert text.startswith("{# "), component
        assert f"{{% macro {component.stem}(" in text, component
