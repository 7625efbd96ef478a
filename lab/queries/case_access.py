"""Who has opened a case, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from lab.database import db
from lab.models import (
    AccessReceipt,
    Case,
)
from lab.queries.cases import work_of


@dataclass(frozen=True)
class Looked:
    """Somebody outside the team opened the case: who, what, when."""

    name: str
    what: str
    at: datetime


def receipts_of(case: Case) -> list[Looked]:
    """Who has opened the case, the latest first. A consultant has a name once they work on the case."""
    engaged = {one.engagement.consultant.person_id for one in work_of(case)}
    rows = db.session.scalars(
        sa.select(AccessReceipt)
        .where(AccessReceipt.case_id == case.id)
        .options(joinedload(AccessReceipt.person))
        .order_by(AccessReceipt.at.desc(), AccessReceipt.id.desc())
    )
    return [Looked(_reader(row, engaged), _opened(row.what), row.at) for row in rows]


def _reader(row: AccessReceipt, engaged: set[int]) -> str:
    if row.what in ("summary", "identity") and row.person_id not in engaged:
        return _("A consultant who was asked")
    return row.person.name or _("Somebody of the program")


def _opened(what: str) -> str:
    """What was opened, in words."""
    said = {
        "answers": _("your answers"),
        "review": _("your application, for the review"),
        "summary": _("a summary without names"),
        "identity": _("the names, to check for conflicts"),
        "case": _("your case"),
        "glass": _("your case, opened by two people of the program for a reason"),
        "export": _("your case, in a table of the program"),
    }
    return said.get(what, _("your case"))
