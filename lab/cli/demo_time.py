"""The demo's time: dates moved near today, and a clock that the story turns forward."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from babel.dates import format_date
from flask import current_app

DATA = Path(__file__).parent / "demo_data"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
IN_A_SENTENCE = re.compile(r"\{(?:(es):)?(\d{4}-\d{2}-\d{2})\}")
# How a day is written in a sentence: without the year, and with it.
WORDS = {"en": ("MMMM d", "MMMM d, y"), "es": ("d 'de' MMMM", "d 'de' MMMM 'de' y")}
YOUNGEST_AGE = timedelta(days=6)


class StoryClock:
    """What time it is in the story; it ends a few minutes before the real time."""

    def __init__(self) -> None:
        self.real = datetime.now(UTC)
        self.moment = self.real

    def days_ago(self, days: int, hour: int = 17) -> None:
        """Go to this hour (UTC) some days ago."""
        day = (self.real - timedelta(days=days)).date()
        self.moment = min(datetime.combine(day, time(hour), UTC), self.real)

    def tick(self) -> datetime:
        """The moment now; a few minutes pass between two looks, so that the history has an order."""
        self.moment = min(self.moment + timedelta(seconds=20), self.real)
        return self.moment


@contextmanager
def story_time() -> Iterator[StoryClock]:
    """Let the program live in the story's time, and bring it back to the present at the end."""
    clock = StoryClock()
    before = current_app.extensions.get("lab.clock")
    current_app.extensions["lab.clock"] = clock.tick
    try:
        yield clock
    finally:
        current_app.extensions.pop("lab.clock", None)
        if before is not None:
            current_app.extensions["lab.clock"] = before


def texts(today: date) -> dict[str, str]:
    """The files of the demo, every date moved by the same number of weeks, so that a Friday stays a Friday."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.json"))}
    youngest = max(date.fromisoformat(row["submitted_on"]) for row in json.loads(found["applications"]))
    distance = timedelta(weeks=(today - YOUNGEST_AGE - youngest) // timedelta(weeks=1))
    told = {name: moved(text, distance, today=today) for name, text in found.items()}
    return {**told, "supports": _off_holidays(told["supports"])}


def moved(text: str, distance: timedelta, *, today: date) -> str:
    """The JSON text with every date in it moved; in sentences those that stand in braces, written out."""

    def spoken(match: re.Match[str]) -> str:
        return _in_words(date.fromisoformat(match[2]) + distance, match[1] or "en", today)

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if isinstance(value, str) and DAY.fullmatch(value):
            return (date.fromisoformat(value) + distance).isoformat()
        return IN_A_SENTENCE.sub(spoken, value) if isinstance(value, str) else value

    return json.dumps(walk(json.loads(text)), ensure_ascii=False)


def _in_words(day: date, locale: str, today: date) -> str:
    """A day as people write it, with the year where it is another one."""
    short, long = WORDS[locale]
    return str(format_date(day, short if day.year == today.year else long, locale=locale))


def _off_holidays(supports: str) -> str:
    """The supports with no convening between the Saturday before Christmas and the first week of January."""
    told = json.loads(supports)
    for event in told["convenings"]:
        first, last = date.fromisoformat(event["starts_on"]), date.fromisoformat(event["ends_on"])
        while any(_is_holiday(day) for day in (first, last)):
            first, last = first + timedelta(weeks=1), last + timedelta(weeks=1)
        event["starts_on"], event["ends_on"] = first.isoformat(), last.isoformat()
    return json.dumps(told, ensure_ascii=False)


def _is_holiday(day: date) -> bool:
    return (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 3)
