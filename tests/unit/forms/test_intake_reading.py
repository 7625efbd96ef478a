"""Dates as people type them, and texts that look like lists of people."""

from __future__ import annotations

from datetime import date

import pytest

from lab.forms.intake.names import looks_like_names
from lab.forms.intake.typed_dates import read_typed_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 November 2026", date(2026, 11, 12)),
        ("November 12, 2026", date(2026, 11, 12)),
        ("nov. 12th 2026", date(2026, 11, 12)),
        ("2026-11-12", date(2026, 11, 12)),
        ("12/11/2026", date(2026, 12, 11)),  # month first, as the hint says
        ("25/11/2026", date(2026, 11, 25)),  # only one order makes a day
        ("12 de noviembre de 2026", date(2026, 11, 12)),
        ("  3   Sept 2026 ", date(2026, 9, 3)),
        ("November 12", None),
        ("31 June 2026", None),
        ("soon", None),
        ("1/1/0001", None),
    ],
)
def test_a_typed_date(text: str, day: date | None) -> None:
    assert read_typed_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "The organizers are Maria Lopez, John Smith and Dana White.",
        "Maria Lopez\nJohn Smith\nDana White",
        "- Maria Lopez: for\n- John Smith: against\n- Dana White: unsure",
    ],
)
def test_a_list_of_people_is_noticed(text: str) -> None:
    assert looks_like_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Two of our groups, the guards and the desk, have a union.",
        "We work in New York, San Diego and Los Angeles.",
        "Maria Lopez leads our board.",
        "The United Auto Workers, the Teachers Union and City Council met.",
        "",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert not looks_like_names(text)
