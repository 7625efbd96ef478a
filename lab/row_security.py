"""For whom the database is read: PostgreSQL gives a reader only the rows that are theirs.

Pages decide with `access.can` and with scoped queries; this stands below them, for the query that
forgot. Each transaction tells PostgreSQL who reads, and the policies of the migrations let through
what this person may see (`migrations/versions/0001_row_security.sql`). SQLite has no such rules:
there the queries and `can` stand alone.

- A request reads as the viewer behind it. Until somebody has said who that is, reading raises.
- A deed (`database.transaction`) acts as the program, after its lock and `can`: it counts hours and
  seats of others, writes history and mail.
- A page that has to count or compare more than the viewer may see says so with `as_the_program`, in
  few places that `tests/test_reading.py` lists.
- Outside of a request (a job, a command) the program itself is at work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from flask import current_app, g, has_request_context
from sqlalchemy import event

Settings = dict[str, str]

# Who reads: a viewer, or the program itself.
PROGRAM = object()
_program: ContextVar[bool] = ContextVar("program", default=False)
_APPLIED = "lab.row_security"

# The tables whose rows are somebody's: all that says something about a case, and the program's own
# papers. The others are read before anybody is known (people, sessions, ways to sign in), or hold
# nothing of a case (the roster, networks, convenings, policies and what was learned in numbers).
HELD = frozenset({
    "cases", "memberships", "invitations", "sections", "section_revisions", "questions", "tasks", "task_reports",
    "events", "offers", "engagements", "outcomes", "recommendations", "decisions", "shortlists", "portfolio_cases",
    "portfolio_runs", "policy_cases", "network_memberships", "convening_interests", "pair_seats", "peer_pairs",
    "access_receipts", "outbox", "idempotency_keys", "timers", "deletions", "legal_holds", "second_signatures",
})  # fmt: skip


class NobodyReads(RuntimeError):
    """A request reads before it is known who is looking."""


@contextmanager
def as_the_program() -> Iterator[None]:
    """Read what the viewer may not see, to count or compare it. Give on only what they may know."""
    mark = _program.set(True)
    try:
        yield
    finally:
        _program.reset(mark)


def read_as(viewer: Any) -> None:
    """From here on this request reads as this viewer; what was read for somebody else is forgotten."""
    g.rows_of = viewer
    session = current_app.extensions[_APPLIED]()
    for thing in list(session):
        if thing.__tablename__ in HELD:
            session.expunge(thing)


def reader() -> Any:
    """Who reads now: a viewer or `PROGRAM`. Raises `NobodyReads` in a request that has not said for whom."""
    if _program.get() or not has_request_context():
        return PROGRAM
    found = g.get("rows_of")
    if found is None:
        raise NobodyReads("Say who is looking (row_security.read_as) before anything is read.")
    return found


def init_app(session: Any, engine: sa.Engine) -> None:
    """Let nobody read unknown; on PostgreSQL tell the database for whom each statement is."""
    current_app.extensions[_APPLIED] = session
    event.listen(session, "do_orm_execute", _ask)
    if engine.dialect.name != "postgresql":
        return
    event.listen(engine, "begin", _forget)
    event.listen(engine, "before_cursor_execute", _tell)


def _ask(state: Any) -> None:
    reader()


def _forget(connection: sa.Connection) -> None:
    """What was said ended with its transaction."""
    connection.info[_APPLIED] = None


def _tell(connection: sa.Connection, cursor: Any, statement: str, *rest: Any) -> None:
    """Say who reads before a statement, where that is not what was said last in this transaction."""
    if statement.startswith("ROLLBACK TO"):
        # PostgreSQL goes back to what was said before the savepoint, whatever that was.
        _forget(connection)
        return
    who = reader()
    if connection.info.get(_APPLIED) is who:
        return
    wanted = _settings(who)
    said = ", ".join("set_config(%s, %s, true)" for _ in wanted)
    # A cursor of its own: the one at hand belongs to the statement.
    with closing(connection.connection.cursor()) as own:
        own.execute(f"SELECT {said}", [part for pair in wanted.items() for part in pair])
    connection.info[_APPLIED] = who


def _settings(viewer: Any) -> Settings:
    """What the policies ask about who reads."""
    if viewer is PROGRAM:
        return {"lab.scope": "program"}
    if not viewer.signed_in:
        return {"lab.scope": "nobody", **dict.fromkeys(_NAMES, "")}
    seats = viewer.seats.items()
    return {
        "lab.scope": "person",
        "lab.person": str(viewer.person_id),
        "lab.email": viewer.email,
        "lab.director": "yes" if viewer.is_a("director") else "",
        "lab.administrator": "yes" if viewer.is_a("administrator") else "",
        "lab.ties": _array(f"%{_plain(tie.casefold())}%" for tie in viewer.ties if tie),
        "lab.management": _array(case_id for case_id, seat in seats if seat.side == "management"),
        "lab.union": _array(case_id for case_id, seat in seats if seat.side == "union"),
        "lab.joint": _array(viewer.seats),
        "lab.engaged": _array(viewer.engaged_case_ids),
        "lab.told": _array(viewer.told_case_ids),
        "lab.glass": _array(viewer.glass_case_ids),
        "lab.consultant": "" if viewer.consultant_id is None else str(viewer.consultant_id),
        "lab.networks": _array(viewer.led_network_ids),
    }


_NAMES = ("lab.person", "lab.email", "lab.director", "lab.administrator", "lab.ties", "lab.management", "lab.union", "lab.joint",
          "lab.engaged", "lab.told", "lab.glass", "lab.consultant", "lab.networks")  # fmt: skip


def _plain(text: str) -> str:
    """Without meaning for LIKE."""
    return "".join("\\" + letter if letter in "\\%_" else letter for letter in text)


def _array(items: Iterable[object]) -> str:
    """An array as PostgreSQL reads it."""
    quoted = ('"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items)
    return "{" + ",".join(quoted) + "}"
