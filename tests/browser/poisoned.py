"""A world in which every text that somebody typed wants to become a script, and what a browser must not do with it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from playwright.sync_api import Page

from lab.database import db
from lab.models import tables

TYPED = re.compile(r"canary[0-9a-f]{16}(?!@)")
# The history is sealed; what pages show of it is told from elsewhere.
UNTOUCHED = {"events", "event_chains", "web_sessions"}
NAMES = (("people", "name"), ("networks", "name"), ("consultants", "name"))
NOT_FOLLOWED = re.compile(r"^/(static|leave|language|sign-out)|\.(csv|ics|pdf|txt)$")
WATCH = """window.violations = [];
document.addEventListener("securitypolicyviolation", event => window.violations.push(event.violatedDirective + " " + event.blockedURI));"""
# Elements and attributes that no page of ours has, and everything that ran or was refused.
FOUND = """() => {
    const found = window.violations.map(one => "refused: " + one);
    if (window.ran) found.push("a script ran");
    document.querySelectorAll("iframe, object, embed, base, style, video, audio, marquee, math, plaintext, xmp, [style], [srcdoc]," +
        "meta[http-equiv], script:not([src^='/static/']), [src*='/ran'], [href*='/ran'], [action*='/ran'], [hx-get*='/ran']")
        .forEach(one => found.push("an element: " + one.outerHTML.slice(0, 200)));
    document.querySelectorAll("*").forEach(one => [...one.attributes].forEach(attribute => {
        if (/^(data-)?(on|hx-on)/.test(attribute.name)) found.push("an attribute: " + attribute.name);
        if (/^\\s*javascript:/i.test(attribute.value) && attribute.name !== "value") found.push("an address: " + attribute.value);
    }));
    return found;
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))"


@dataclass(frozen=True)
class Place:
    """One value of one row as it was."""

    table: sa.Table
    column: sa.Column[Any]
    row: Any
    value: Any


def places() -> list[Place]:
    """Everywhere in this world that a typed text lies."""
    found = []
    with db.engine.connect() as connection:
        for table in tables().values():
            if table.name in UNTOUCHED or "id" not in table.c:
                continue
            for row in connection.execute(sa.select(table)).mappings():
                for column in table.columns:
                    value = row[column.name]
                    if TYPED.search(repr(value)) or ((table.name, column.name) in NAMES and value):
                        found.append(Place(table, column, row["id"], value))
    return found


def poison(found: list[Place], texts: list[str], *, each: int) -> int:
    """Put hostile texts behind every typed one, `each` of them, another one first each time. Gives how many places."""
    count = 0

    def with_texts(value: Any) -> Any:
        nonlocal count
        if isinstance(value, dict):
            return {key: with_texts(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [with_texts(inner) for inner in value]
        if not isinstance(value, str) or not TYPED.search(value):
            return value
        return behind(value)

    def behind(value: str) -> str:
        nonlocal count
        count += 1
        start = count * 7 % len(texts)
        return value + " ".join((texts + texts)[start : start + each])

    with db.engine.begin() as connection:
        for place in found:
            made = (
                behind(place.value)
                if (place.table.name, place.column.name) in NAMES
                else with_texts(place.value)
            )
            connection.execute(
                sa.update(place.table).where(place.table.c.id == place.row).values({place.column: made})
            )
    return count


def visits(page: Page, home: str, *, most: int) -> Iterator[str]:
    """Follow links from the front page, each way of asking once; gives each address while it is open."""
    waiting, ways = deque(["/"]), set()
    while waiting and most:
        address = waiting.popleft().partition("#")[0]
        path, _, query = address.partition("?")
        way = (re.sub(r"(LL-)?[0-9A-Z]{6,12}", "*", path), frozenset(re.findall(r"(?:^|&)([^=]+)=", query)))
        if way in ways or not path.startswith("/") or path.startswith("//") or NOT_FOLLOWED.search(path):
            continue
        ways.add(way)
        answer = page.goto(home + address)
        if answer is None or answer.status != 200:
            continue
        most -= 1
        yield address
        # What is a person's own comes before what everybody has.
        links = page.evaluate(LINKS)
        waiting.extend(
            sorted((one for one in links if urlsplit(one).netloc == ""), key=lambda one: "/" not in one[1:])
        )
