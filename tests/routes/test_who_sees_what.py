"""The page that says who sees what: everything of the access matrix, in both languages, for one role or for all."""

from __future__ import annotations

from html import unescape

import pytest

from lab import vocabulary as words
from tests.clients import LabClient

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def read(client: LabClient, role: str = "", language: str = "en") -> str:
    return unescape(client.get("/who-sees-what/", query_string={"role": role}, headers={"Accept-Language": language}).text)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", words.ACCESS_ROLES)
def test_a_role_reads_what_it_may_and_what_it_may_not(client: LabClient, role: str, language: str) -> None:
    page = read(client, role, language)
    place = words.ACCESS_ROLES.codes.index(role)
    assert f"<h2>{words.ACCESS_ROLES[role].label.in_(language)}</h2>" in page
    for row in words.ACCESS_ROWS.values():
        label, cell = row.label.in_(language), words.ACCESS_LEVELS[row.cells[place]]
        shown = f"<li>{label}</li>" if cell.code == "nothing" else f"<dt>{label}</dt><dd><b>{cell.label.in_(language)}</b>"  # fmt: skip
        assert shown in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_whole_table_has_a_cell_for_every_role(client: LabClient, language: str) -> None:
    table = read(client, language=language).partition("<table")[2].partition("</table>")[0]
    rows = [one.partition("</tr>")[0] for one in table.split("<tr")]
    for row in words.ACCESS_ROWS.values():
        [line] = [one for one in rows if f'<th scope="row">{row.label.in_(language)}</th>' in one]
        cells = [one.partition("</td>")[0] for one in line.split("<td")[1:]]
        assert len(cells) == len(words.ACCESS_ROLES)
        for cell, code in zip(cells, row.cells, strict=True):
            level = words.ACCESS_LEVELS[code]
            assert (level.label if code == "nothing" else level.short).in_(language) in cell


def test_an_unknown_role_reads_the_whole_table(client: LabClient) -> None:
    assert read(client, "emperor") == read(client).replace("role%3D", "role%3Demperor")


def test_it_is_found_from_every_page_and_from_privacy(client: LabClient) -> None:
    assert client.get("/").text.count('href="/who-sees-what/"') == 1
    assert client.get("/privacy").text.count('href="/who-sees-what/"') == 2


def test_what_is_not_built_is_not_on_the_page(client: LabClient) -> None:
    page = read(client)
    assert not [term.code for term in words.ACCESS_LATER.values() if f">{term.label.en}<" in page]
