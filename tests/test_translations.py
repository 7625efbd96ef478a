"""Every sentence of pages and mail is in the Spanish catalogue, and what is translated keeps its places."""

from __future__ import annotations

import ast
import io
import re
from typing import Any

from babel.messages.mofile import write_mo

from lab.cli.catalogue import ROOT, gathered, path_of, read

# The number of a plural may be a word in one of its forms: "one day".
OPTIONAL = {"num"}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def ids(catalogue: Any) -> set[Any]:
    return {message.id for message in catalogue if message.id}


def test_no_sentence_is_missing_from_the_catalogue() -> None:
    missing = ids(gathered()) - ids(read("es"))
    assert not missing, f"Run `flask lab catalogue`: {sorted(map(str, missing))[:5]}"


def test_the_catalogue_says_nothing_that_no_page_says() -> None:
    unused = ids(read("es")) - ids(gathered())
    assert not unused, f"Run `flask lab catalogue`: {sorted(map(str, unused))[:5]}"


def test_a_translation_keeps_the_places_of_its_sentence() -> None:
    for message in read("es"):
        said = message.id if isinstance(message.id, tuple) else (message.id,)
        heard = message.string if isinstance(message.string, tuple) else (message.string,)
        for translation in filter(None, heard):
            places = set(PLACE.findall(translation)) | OPTIONAL
            assert places == set(PLACE.findall(said[-1])) | OPTIONAL, message.id


def test_every_sentence_that_is_said_is_found_by_the_translators() -> None:
    found = {text for message in gathered() for text in _texts(message.id)}
    for path in sorted((ROOT).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("say", "say_many", "template"):
                written = [part.value for part in call.args if isinstance(part, ast.Constant)]
                assert {text for text in written if isinstance(text, str)} <= found, f"{path.name}: {written}"


def _texts(said: Any) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (said,)


def test_what_is_served_is_what_is_written() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read("es"))
    assert path_of("es").with_suffix(".mo").read_bytes() == compiled.getvalue(), "Run `flask lab catalogue`."
