"""What time does to a draft that nobody touches."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from lab import lifecycle, notices
from lab.access import can
from lab.actions import deletion_log
from lab.actions.timers import due
from lab.database import WIPE, afterwards, db, lock, now, transaction
from lab.errors import NotAllowed, NotFound, NotNow
from lab.history import record, set_timer
from lab.models import (
    Case,
    Invitation,
    Membership,
    OutboxMessage,
    Person,
    Section,
    SectionRevision,
)  # fmt: skip
from lab.queries import intake as queries
from lab.queries.viewers import viewer_of

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


def delete(case_id: int, *, by: Person) -> datetime:
    """Delete a draft that was never sent, with everything in it; gives the moment. Only its reference stays.

    Raises `NotFound` for who does not lead it or where it is gone already, `NotNow` once it was sent or
    while people of the other side write in it.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        if not can(viewer_of(by), "case.own", case):
            raise NotFound("There is no such case.")
        state = lifecycle.after(lifecycle.CASE, "delete", case.state, by=lifecycle.APPLICANT)
        if not can(viewer_of(by), "case.delete", case):
            raise NotAllowed("The person who leads your side deletes this. Talk with them first.")
        team = queries.members(case.id)
        if len({one.side for one in team}) > 1:
            raise NotNow("The other side writes in this draft too. You can take your side out of it.")
        for one in team:
            if one.person_id != by.id:
                notices.queue("case-withdrawn", about=f"deleted {case.ref}", to=one.person)
        case.state = state
        _empty(case)
        db.session.execute(sa.delete(Membership).where(Membership.case_id == case.id))
        record("draft_deleted", about=case.ref, by=by, case=case, audience="joint")
        return now()


def _expire(case: Case) -> None:
    """The draft goes, with everything in it; the reference stays so that it is never given again."""
    case.state = lifecycle.after(lifecycle.CASE, "expire", case.state, by=lifecycle.CLOCK)
    _empty(case)
    record("expired", about=case.ref, by=None, case=case, audience="joint")


def _empty(case: Case) -> None:
    """Every text of a draft goes, and the letters that would have led to it; the row keeps its reference."""
    deletion_log.note("case", case.ref)
    afterwards(WIPE)
    case.organization, case.closed_at, case.due_on, case.next_action = "", now(), None, ""
    case.stage, case.sector, case.place_state, case.tier = "", "", "", ""
    case.clock_on, case.clock_kind, case.document = None, "", None
    sections = sa.select(Section.id).where(Section.case_id == case.id).scalar_subquery()
    db.session.execute(sa.delete(SectionRevision).where(SectionRevision.section_id.in_(sections)))
    db.session.execute(sa.delete(Section).where(Section.case_id == case.id))
    refs = db.session.scalars(sa.select(Invitation.ref).where(Invitation.case_id == case.id)).all()
    leads_there = sa.or_(
        OutboxMessage.path.like(f"%{case.ref}%"),
        OutboxMessage.path.in_([f"/invitations/{ref}" for ref in refs]),
    )
    db.session.execute(sa.delete(OutboxMessage).where(leads_there, OutboxMessage.sent_at.is_(None)))
    db.session.execute(sa.delete(Invitation).where(Invitation.case_id == case.id))
