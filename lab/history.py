"""History beside every deed, and the keys that make a form sent twice count once.

Both are written in the deed's own transaction; `lab/audit.py` chains the rows of history.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from lab import audit
from lab.database import db, insert_if_new, key_of, now
from lab.models import AccessReceipt, Case, IdempotencyKey, Person, Timer

LONGEST_KEY = 64


def record(
    verb: str,
    *,
    about: str,
    by: Person | None,
    case: Case | None = None,
    audience: str = "program",
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write who did what about which thing, now or `at`; `details` holds codes and references, never content."""
    audit.write(
        {
            "chain": case.id if case else audit.PROGRAM,
            "case_id": case.id if case else None,
            "actor_id": key_of(by) if by else None,
            "verb": verb,
            "about": about,
            "audience": audience,
            "details": details or {},
            "at": at or now(),
        }
    )


def claim(key: str, *, purpose: str, by: Person | None) -> bool:
    """Whether this key is new; False means that the same form was sent before. An empty key is always new."""
    if not key:
        return True
    values = {
        "key": _kept(key),
        "purpose": purpose,
        "person_id": by.id if by else None,
        "result": "",
        "at": now(),
    }
    return insert_if_new(IdempotencyKey, values=values, unique=["key"])


def _kept(key: str) -> str:
    """The key as it is stored; one that is longer than ours stands by its digest."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def remember_result(key: str, result: str) -> None:
    """Keep where the first sending of this key led, so that a repeat leads there too."""
    if key:
        row = db.session.query(IdempotencyKey).filter_by(key=_kept(key)).one()
        row.result = result


def result_of(key: str, *, by: Person | None) -> str:
    """Where the first sending of this key led, for the same person; empty if unknown."""
    row = db.session.query(IdempotencyKey).filter_by(key=_kept(key)).one_or_none()
    return row.result if row and row.person_id == (by.id if by else None) else ""


def receipt(case: Case | int, *, by_id: int, what: str) -> None:
    """Note that somebody opened a case, once for each person, thing and day."""
    moment = now()
    values = {
        "case_id": case if isinstance(case, int) else case.id,
        "person_id": by_id,
        "what": what,
        "day": moment.date().isoformat(),
        "at": moment,
    }
    insert_if_new(AccessReceipt, values=values, unique=["case_id", "person_id", "what", "day"])


def set_timer(kind: str, *, about: str, due_at: Any) -> None:
    """Let something happen at a time; asking twice sets one timer."""
    values = {"kind": kind, "about": about, "due_at": due_at}
    insert_if_new(Timer, values=values, unique=["kind", "about", "due_at"])
