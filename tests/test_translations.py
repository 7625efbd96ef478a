"""Every sentence of pages and mail is in the Spanish catalogue, and what is translated keeps its places."""

from __future__ import annotations

import io
import re
from typing import Any

from babel.messages.mofile import write_mo

from lab.cli.catalogue import gathered, path_of, read

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
            assert set(PLACE.findall(translation)) <= set(PLACE.findall(said[-1])), message.id


def test_what_is_served_is_what_is_written() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read("es"))
    assert path_of("es").with_suffix(".mo").read_bytes() == compiled.getvalue(), "Run `flask lab catalogue`."
