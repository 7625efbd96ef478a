"""Dates as people type them: 12 November 2026, November 12, 2026, 11/12/2026 or 2026-11-12."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr",
            "may mayo", "june jun junio", "july jul julio", "august aug agosto ago",
            "september sep sept septiembre setiembre", "october oct octubre",
            "november nov noviembre", "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
NUMBERS = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
DAY_FIRST = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?\s+(?:de\s+)?([a-z]+)\.?,?\s+(?:de\s+|del\s+)?(\d{4})$")
MONTH_FIRST = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")


def read_typed_date(text: str) -> date | None:
    """The day that was typed, or None where it cannot be told.

    Numbers alone are read in the order month, day, year; where only the other order makes a day, that one.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"\s+", " ", plain).strip().lower()
    if found := ISO.match(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := NUMBERS.match(plain):
        first, second, year = (int(part) for part in found.groups())
        return _day(year, first, second) or _day(year, second, first)
    if found := DAY_FIRST.match(plain):
        return _day(int(found[3]), MONTHS.get(found[2], 0), int(found[1]))
    if found := MONTH_FIRST.match(plain):
        return _day(int(found[3]), MONTHS.get(found[1], 0), int(found[2]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if 1950 <= made.year <= 2100 else None
