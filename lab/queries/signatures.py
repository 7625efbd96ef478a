"""What waits for a second person, what is open for a day, what was; and the table of all cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import spreadsheet
from lab.access import can
from lab.clock import program_day
from lab.database import db, now
from lab.models import Case, Deletion, Person, RoleGrant, SecondSignature
from lab.queries.viewers import STAFF
from lab.viewer import Viewer

EARLIER = 100
WAITING, OPEN, OVER = "waiting", "open", "over"
NOT_THERE = ("draft", "expired", "deleted")
HEADS = (
    "Reference", "Organization", "Program line", "Kind", "State", "Sent on", "Tier", "Decision", "Next", "Due on",
    "Director", "Closed on",
)  # fmt: skip


def by_ref(ref: str) -> SecondSignature | None:
    """The wish with this reference."""
    return db.session.scalar(_rows().where(SecondSignature.ref == ref.upper()))


def listed(viewer: Viewer) -> Sequence[SecondSignature]:
    """What this viewer may know of, the newest first."""
    rows = db.session.scalars(_rows().order_by(SecondSignature.id.desc()).limit(EARLIER)).all()
    return [row for row in rows if can(viewer, "signature.read", row)]


def early_ones(viewer: Viewer) -> Mapping[str, SecondSignature]:
    """The wishes to delete early that wait for a second person, by the reference of the deletion."""
    rows = db.session.scalars(
        _rows().where(
            SecondSignature.deed == "early",
            SecondSignature.state == "waiting",
            SecondSignature.ends_at >= now(),
        )
    )
    return {row.about.split()[-1]: row for row in rows if can(viewer, "signature.read", row)}


def early_of(viewer: Viewer, wish: Deletion) -> SecondSignature | None:
    """Whether somebody has asked for this one."""
    return early_ones(viewer).get(wish.ref)


def state_of(row: SecondSignature) -> str:
    """Where it stands now; what nobody answered within a day is over, and so is what was open for one."""
    if row.state == "waiting":
        return WAITING if now() <= row.ends_at else OVER
    if row.state == "approved" and row.deed in ("glass", "export"):
        taken = row.deed == "export" and row.done_at is not None
        return OPEN if now() <= row.ends_at and not taken else OVER
    return row.state


def who_could_agree(asker_id: int, concerns_id: int | None = None) -> list[Person]:
    """The directors and administrators beside who asks and whom it concerns."""
    holds = sa.exists().where(
        RoleGrant.person_id == Person.id, RoleGrant.role.in_(STAFF), RoleGrant.revoked_at.is_(None)
    )
    query = sa.select(Person).where(
        holds, Person.removed_at.is_(None), Person.id.not_in([asker_id, concerns_id or 0])
    )
    return list(db.session.scalars(query.order_by(Person.id)))


def table_of_cases(viewer: Viewer) -> str:
    """Every case that this viewer may know, as comma-separated values, without what was answered."""
    rows = db.session.scalars(
        sa.select(Case)
        .where(Case.state.not_in(NOT_THERE))
        .options(joinedload(Case.director))
        .order_by(Case.submitted_at, Case.id)
    )
    return spreadsheet.as_csv(HEADS, [_line(case) for case in rows if can(viewer, "review.read", case)])


def _line(case: Case) -> Sequence[str]:
    return (
        case.ref, case.organization, case.line, case.kind, case.state,
        program_day(case.submitted_at).isoformat() if case.submitted_at else "", case.tier, case.decision,
        case.next_action, case.due_on.isoformat() if case.due_on else "",
        case.director.name if case.director else "",
        program_day(case.closed_at).isoformat() if case.closed_at else "",
    )  # fmt: skip


def _rows() -> sa.Select[SecondSignature]:
    return sa.select(SecondSignature).options(
        joinedload(SecondSignature.case), joinedload(SecondSignature.person),
        joinedload(SecondSignature.asked_by), joinedload(SecondSignature.answered_by),
    )  # fmt: skip
