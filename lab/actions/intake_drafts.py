"""What time does to a draft that nobody touches."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab import lifecycle, notices
from lab.actions.timers import due
from lab.database import db, lock, now
from lab.history import record, set_timer
from lab.models import (
    Case,
    Invitation,
    OutboxMessage,
    Section,
    SectionRevision,
)  # fmt: skip
from lab.queries import intake as queries

FIRST_NOTICE, LAST_NOTICE, IDLE_END = timedelta(days=60), timedelta(days=83), timedelta(days=90)


@due("draft_idle")
def keep_watch_on_draft(ref: str) -> None:
    """What time does to a draft that nobody touches: a word after 60 and 83 days, its end after 90."""
    case = db.session.scalar(sa.select(Case).where(Case.ref == ref))
    if case is None or case.state != "draft":
        return
    lock(Case, case.id)
    touched = max([case.created_at, *(row.saved_at for row in case.sections if row.saved_at)])
    idle = now() - touched
    if idle < FIRST_NOTICE:
        set_timer("draft_idle", about=ref, due_at=touched + FIRST_NOTICE)
    elif idle < IDLE_END:
        last = idle >= LAST_NOTICE
        for member in queries.members(case.id):
            notices.queue(
                "draft-idle",
                about=f"idle {ref} {touched.date()} {'last' if last else 'first'}",
                to=member.person,
                path=f"/applications/{ref}/tasks",
            )
        set_timer("draft_idle", about=ref, due_at=touched + (IDLE_END if last else LAST_NOTICE))
    else:
        _expire(case)


def _expire(case: Case) -> None:
    """The draft goes, with everything in it; the reference stays so that it is never given again."""
    case.state = lifecycle.after(lifecycle.CASE, "expire", case.state, by=lifecycle.CLOCK)
    case.organization, case.closed_at = "", now()
    sections = sa.select(Section.id).where(Section.case_id == case.id).scalar_subquery()
    db.session.execute(sa.delete(SectionRevision).where(SectionRevision.section_id.in_(sections)))
    db.session.execute(sa.delete(Section).where(Section.case_id == case.id))
    db.session.execute(sa.delete(Invitation).where(Invitation.case_id == case.id))
    db.session.execute(
        sa.delete(OutboxMessage).where(
            OutboxMessage.path.like(f"%{case.ref}%"), OutboxMessage.sent_at.is_(None)
        )
    )
    record("expired", about=case.ref, by=None, case=case, audience="joint")
