"""Wishes to delete and holds: what an applicant sees of their own, and what the program sees of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from lab.database import db
from lab.models import Case, Deletion, LegalHold
from lab.row_security import as_the_program
from lab.viewer import Viewer

MOST_SHOWN = 100
LIVE = ("requested", "held", "queued")


@dataclass(frozen=True)
class Gone:
    """One line of a receipt: what, and how many of it."""

    what: str
    number: int


@as_the_program()
def by_ref(ref: str) -> Deletion | None:
    """The wish with this reference, with its case."""
    return db.session.scalar(
        sa.select(Deletion).where(Deletion.ref == ref.upper()).options(joinedload(Deletion.case))
    )


@as_the_program()
def receipt_for(person_id: int, case_ref: str) -> Deletion | None:
    """The wish that this person made and that was carried out: theirs to read though they left the case with it."""
    return db.session.scalar(
        sa.select(Deletion)
        .join(Case, Case.id == Deletion.case_id)
        .where(Case.ref == case_ref.upper(), Deletion.asked_by_id == person_id, Deletion.state == "executed")
        .options(contains_eager(Deletion.case))
        .order_by(Deletion.id.desc())
        .limit(1)
    )


def of_case(viewer: Viewer, case: Case) -> Deletion | None:
    """The newest wish of this case that the viewer's side may know of; another side leaves no trace."""
    seat = viewer.seats.get(case.id)
    side = seat.side if seat is not None else ""
    return db.session.scalar(
        sa.select(Deletion)
        .where(Deletion.case_id == case.id, Deletion.side.in_(("", side)))
        .order_by(Deletion.id.desc())
        .limit(1)
    )


@as_the_program()
def hold_of(case: Case) -> LegalHold | None:
    """The hold that stands on a case."""
    return db.session.scalar(
        sa.select(LegalHold).where(LegalHold.case_id == case.id, LegalHold.lifted_at.is_(None))
    )


def waiting() -> Sequence[Deletion]:
    """What will be deleted or is on hold, the next first."""
    return _rows(
        sa.select(Deletion)
        .where(Deletion.state.in_(("held", "queued")))
        .order_by(Deletion.state.desc(), Deletion.due_at, Deletion.id)
    )


def done() -> Sequence[Deletion]:
    """What was deleted, the newest first."""
    return _rows(sa.select(Deletion).where(Deletion.state == "executed").order_by(Deletion.ended_at.desc()))


@as_the_program()
def holds() -> Sequence[LegalHold]:
    """The holds that stand, the next to be looked at first."""
    return db.session.scalars(
        sa.select(LegalHold)
        .where(LegalHold.lifted_at.is_(None))
        .options(joinedload(LegalHold.case), joinedload(LegalHold.set_by))
        .order_by(LegalHold.review_on, LegalHold.id)
        .limit(MOST_SHOWN)
    ).all()


@as_the_program()
def _rows(query: sa.Select[Deletion]) -> Sequence[Deletion]:
    asked = query.options(joinedload(Deletion.case)).limit(MOST_SHOWN)
    rows: Sequence[Deletion] = db.session.scalars(asked).all()
    return rows


def receipt_of(row: Deletion) -> list[Gone]:
    """What is gone, in words; what has no word of its own is counted as one more kind of row."""
    said = {
        "sections": _("parts of the application"),
        "section_revisions": _("earlier texts"),
        "questions": _("questions and answers"),
        "tasks": _("tasks"),
        "task_reports": _("words about tasks"),
        "invitations": _("invitations"),
        "network_memberships": _("places in networks"),
        "convening_interests": _("places at convenings"),
        "pair_seats": _("places in peer pairs"),
        "decisions": _("decisions with their letters"),
        "recommendations": _("recommendations"),
        "shortlists": _("shortlists"),
        "offers": _("questions to consultants"),
        "outcomes": _("answers about the work"),
        "access_receipts": _("notes of who opened it"),
        "events": _("lines of history"),
        "outbox": _("mails"),
        "quotes": _("mentions in others' papers"),
    }
    named = [Gone(word, row.receipt[code]) for code, word in said.items() if row.receipt.get(code)]
    others = sum(number for code, number in row.receipt.items() if code not in said)
    return [*named, *([Gone(_("lines in plans of the program"), others)] if others else [])]
