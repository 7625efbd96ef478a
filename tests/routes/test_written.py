"""What reads the same is written once: for its values, its language, its day and where the house stands, and no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import url_for

from lab.tongue import speaking
from lab.written import writer, written, written_list
from tests.clients import somebody

ways = pytest.mark.parametrize("way", [written, written_list])


@ways
def test_a_part_is_written_once_for_its_values_and_its_language(app, way):
    asked: list[str] = []

    def write(name: str) -> str:
        asked.append(name)
        return f"{name}, {url_for('public.home')}"

    for _time in range(2):
        with app.test_request_context("/"), speaking("es"):
            assert way(write, "Harbor") == "Harbor, /"
    assert asked == ["Harbor"]
    with app.test_request_context("/"), speaking("en"):
        assert [way(write, name) for name in ("Harbor", "Light")] == ["Harbor, /", "Light, /"]
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/lab"}), speaking("en"):
        assert way(write, "Harbor") == "Harbor, /lab/"
    assert asked == ["Harbor", "Harbor", "Light", "Harbor"]


def test_who_asks_for_several_takes_one_writer(app):
    with app.test_request_context("/"), speaking("en"):
        write = writer()
        assert [write(str.upper, name) for name in ("a", "b")] == ["A", "B"]


@ways
def test_a_new_day_begins_with_nothing(app, clock, way):
    asked: list[str] = []

    def write(name: str) -> str:
        asked.append(name)
        return name

    with app.test_request_context("/"), speaking("en"):
        way(write, "Harbor")
        clock.moment += timedelta(days=1)
        way(write, "Harbor")
        clock.moment -= timedelta(days=1)
        way(write, "Harbor")
    assert asked == ["Harbor"] * 3


def test_the_menu_and_who_is_here_are_theirs(signed_in, client):
    """They are kept by what decides them, so one person's page never shows another's."""
    names = {
        role: signed_in(somebody(role, name=f"Named {role}")).get("/").text
        for role in ("director", "consultant", "administrator")
    }
    for role, text in names.items():
        assert [other for other in names if f"Named {other}" in text] == [role]
    assert ["/reviews/" in text for text in names.values()] == [True, False, False]
    assert ["/people/" in text for text in names.values()] == [False, False, True]
    nobody = client.get("/").text
    assert "Named" not in nobody and "/sign-out" not in nobody


def test_a_page_of_a_part_marks_where_one_is(signed_in):
    client = signed_in(somebody("director"))
    for path in ("/reviews/", "/networks/", "/reviews/"):
        here = client.get(path).text
        assert f'href="{path}" aria-current="page"' in here
        assert here.count('aria-current="page"') == 1
