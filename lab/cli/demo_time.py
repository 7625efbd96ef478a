"""The demo's time: dates moved near today, and a clock that the story turns forward."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import current_app

DATA = Path(__file__).parent / "demo_data"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
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
    """The three files of the demo, every date moved by the same number of days."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.json"))}
    youngest = max(date.fromisoformat(row["submitted_on"]) for row in json.loads(found["applications"]))
    distance = today - YOUNGEST_AGE - youngest
    return {name: moved(text, distance) for name, text in found.items()}


def moved(text: str, distance: timedelta) -> str:
    """The JSON text with every date in it moved; what stands in sentences stays as it is."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if isinstance(value, str) and DAY.fullmatch(value):
            return (date.fromisoformat(value) + distance).isoformat()
        return value

    return json.dumps(walk(json.loads(text)), ensure_ascii=False)
