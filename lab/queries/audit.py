"""Whether the history is whole: every chain is read again from its first kept row to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from lab import audit
from lab.database import db
from lab.models import Case, Event, EventChain

A_BATCH = 1000


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold: the case's reference (or `program`), the place in it, and what is wrong."""

    chain: str
    sequence: int
    what: str


@dataclass(frozen=True)
class Checked:
    """What was read, and where it does not hold."""

    rows: int
    chains: int
    breaks: tuple[Break, ...]


def check(known: Mapping[str, Mapping[str, Any]] | None = None) -> Checked:
    """Read every chain again. `known`: ends as `ends` told them earlier; they must still be part of their chains.

    One break is told for each chain: what follows it cannot be told apart from it.
    """
    keys = audit.keys()
    names = _names()
    ends = {row.chain: row for row in db.session.scalars(sa.select(EventChain))}
    rows, breaks, seen = 0, [], set()
    for chain, events in groupby(_events(), key=lambda row: row.chain):
        name, end = names.get(chain, f"chain {chain}"), ends.get(chain)
        seen.add(chain)
        count, found = _walk(events, end, keys, (known or {}).get(name))
        rows += count
        if found is not None:
            breaks.append(Break(name, *found))
    for chain, end in ends.items():
        if chain not in seen and (found := _end_of_none(end, keys)):
            breaks.append(Break(names.get(chain, f"chain {chain}"), *found))
    told = {names.get(chain, f"chain {chain}") for chain in (*seen, *ends)}
    breaks += [Break(name, 0, "the whole chain is gone") for name in (known or {}) if name not in told]
    breaks += [
        Break(names[case], 0, "the case has no history")
        for case in sorted(names.keys() - ends.keys() - seen - {audit.PROGRAM})
    ]
    return Checked(rows, len({*seen, *ends}), tuple(breaks))


def ends() -> dict[str, dict[str, Any]]:
    """The end of every chain, to be kept elsewhere: only with it can a chain that was cut short be told."""
    names = _names()
    return {
        names.get(row.chain, f"chain {row.chain}"): {"sequence": row.sequence, "seal": row.last}
        for row in db.session.scalars(sa.select(EventChain).order_by(EventChain.chain))
    }


def _names() -> dict[int, str]:
    cases = {row.id: row.ref for row in db.session.execute(sa.select(Case.id, Case.ref))}
    return {audit.PROGRAM: "program", **cases}


def _events() -> Iterator[sa.Row[Any]]:
    table = Event.__table__
    query = sa.select(table).order_by(table.c.chain, table.c.sequence, table.c.id)
    yield from db.session.execute(query.execution_options(yield_per=A_BATCH))


def _walk(
    events: Iterator[sa.Row[Any]],
    end: EventChain | None,
    keys: Mapping[str, bytes],
    known: Mapping[str, Any] | None,
) -> tuple[int, tuple[int, str] | None]:
    """How many rows a chain has, and its first break."""
    rows = list(events)
    if end is None:
        return len(rows), (rows[0].sequence, "the end of the chain is gone")
    if found := _end(end, keys):
        return len(rows), found
    place, before = end.kept_from - 1, end.kept_after
    for row in rows:
        if row.sequence != place + 1:
            return len(rows), (place + 1, f"row {place + 1} is missing, {row.sequence} follows")
        if wrong := _row(row, before, keys):
            return len(rows), (row.sequence, wrong)
        place, before = row.sequence, row.seal
        if known is not None and place == known["sequence"] and before != known["seal"]:
            return len(rows), (place, "another row stood here when the ends were kept")
    if place != end.sequence or before != end.last:
        return len(rows), (place + 1, f"the rows after {place} are missing, up to {end.sequence}")
    if known is not None and known["sequence"] > place:
        return len(rows), (place + 1, f"the chain was longer when the ends were kept: {known['sequence']}")
    return len(rows), None


def _row(row: sa.Row[Any], before: str, keys: Mapping[str, bytes]) -> str:
    if row.before != before:
        return "it does not follow the row before it"
    if row.key not in keys:
        return "it was sealed with a secret that is not known here"
    if row.chain != (row.case_id or audit.PROGRAM):
        return "it belongs to another case"
    return "" if audit.seal_of(dict(row._mapping), keys[row.key]) == row.seal else "it was changed"


def _end(end: EventChain, keys: Mapping[str, bytes]) -> tuple[int, str] | None:
    if end.key not in keys:
        return end.sequence, "its end was sealed with a secret that is not known here"
    if audit.seal_of_end(end, keys[end.key]) != end.seal:
        return end.sequence, "the end of the chain was changed"
    return None


def _end_of_none(end: EventChain, keys: Mapping[str, bytes]) -> tuple[int, str] | None:
    """What is wrong with a chain of which no row is kept."""
    if found := _end(end, keys):
        return found
    if end.kept_from != end.sequence + 1 or end.kept_after != end.last:
        return end.kept_from, "all rows of the chain are missing"
    return None
