"""Whether a free text looks like a list of people: the one thing that should not be collected here."""

from __future__ import annotations

import re

NAME = r"[A-ZÁÉÍÓÚÑ][a-záéíóúñ'’]+(?:-[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)?"
FULL_NAME = re.compile(rf"\b{NAME}\s+(?:[A-Z]\.\s+)?{NAME}\b")
LISTED = re.compile(
    rf"{NAME}(?:\s+{NAME}){{1,2}}\s*(?:\([^)]*\))?\s*(?:,|;|\n|\band\b|\by\b)\s*"
    rf"(?:[-*•]\s*)?(?:and\s+|y\s+)?{NAME}(?:\s+{NAME}){{1,2}}"
    rf"\s*(?:\([^)]*\))?\s*(?:,|;|\n|\band\b|\by\b)\s*(?:[-*•]\s*)?(?:and\s+|y\s+)?{NAME}(?:\s+{NAME}){{1,2}}"
)
LINE = re.compile(rf"^\s*(?:[-*•\d.)]+\s*)?{NAME}(?:\s+[A-Z]\.)?\s+{NAME}\s*(?:[,:;–(-].*)?$")
# Words that stand in names of places, bodies and months, not of people.
NOT_PEOPLE = frozenset(
    "union board street county city school schools district office center association council local united "
    "national american new san santa los las north south east west january february march april may june july "
    "august september october november december monday tuesday wednesday thursday friday saturday sunday museum "
    "services service foundation project health legal aid committee team university college institute society "
    "alliance federation workers employees labor relations act phase zero the our we they staff".split()
)


def looks_like_names(text: str) -> bool:
    """Whether three or more people seem to be listed, in a row or one a line."""
    lines = [line for line in text.splitlines() if LINE.match(line) and not _is_a_body(line)]
    if len(lines) >= 3:
        return True
    return any(len(_people(found.group())) >= 3 for found in LISTED.finditer(text))


def _people(text: str) -> list[str]:
    return [found.group() for found in FULL_NAME.finditer(text) if not _is_a_body(found.group())]


def _is_a_body(text: str) -> bool:
    return any(word.casefold() in NOT_PEOPLE for word in re.findall(r"\w+", text))
