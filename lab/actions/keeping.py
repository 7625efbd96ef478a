"""What somebody typed while their session ran out: kept encrypted for half an hour, for them alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from lab.database import db, new_reference, now, transaction
from lab.models import KeptForm
from lab.sealing import opened, sealed

KEPT_FOR = timedelta(minutes=30)
KEPT_OF_ONE = 20
PURPOSE = "kept form"
# What would be wrong or dangerous to hand back later.
NOT_KEPT = frozenset({"csrf_token", "code", "credential"})


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: where to, from which page, and every field."""

    action: str
    page: str
    fields: list[tuple[str, str]]


def keep(person_id: int, *, action: str, page: str, fields: Iterable[tuple[str, str]]) -> str | None:
    """Keep this form; gives its reference, or None where nothing was typed. The newest twenty stay."""
    wanted = [(name, text) for name, text in fields if name not in NOT_KEPT]
    if not any(text.strip() for _, text in wanted):
        return None
    text = json.dumps({"person": person_id, "action": action, "page": page, "fields": wanted})
    row = KeptForm(
        ref=new_reference(12), person_id=person_id, sealed=sealed(text, purpose=PURPOSE), created_at=now()
    )
    with transaction():
        old = sa.select(KeptForm.id).where(KeptForm.person_id == person_id).order_by(KeptForm.id.desc())
        db.session.execute(sa.delete(KeptForm).where(KeptForm.id.in_(old.offset(KEPT_OF_ONE - 1))))
        db.session.add(row)
        db.session.flush()
        return row.ref


def read(row: KeptForm) -> Kept | None:
    """What was kept; None once its time is over, or if it was put into another person's row."""
    if row.created_at + KEPT_FOR < now():
        return None
    text = opened(row.sealed, purpose=PURPOSE)
    told = json.loads(text) if text else {}
    if told.get("person") != row.person_id:
        return None
    return Kept(told["action"], told["page"], [(name, value) for name, value in told["fields"]])


def drop(ref: str, *, person_id: int) -> None:
    """Delete one's own kept form at once."""
    with transaction():
        db.session.execute(sa.delete(KeptForm).where(KeptForm.ref == ref, KeptForm.person_id == person_id))


def forget_old() -> None:
    """Delete what is older than half an hour."""
    with transaction():
        db.session.execute(sa.delete(KeptForm).where(KeptForm.created_at < now() - KEPT_FOR))
