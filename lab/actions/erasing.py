"""Erasing: what a case, one side of it or a person leaves behind when it is deleted, by the registry.

Nothing here decides that something is deleted; `deletions` and `retention` do. Each function belongs into a
deed of theirs.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lab import audit
from lab.actions.quotes import quoted, take_out
from lab.database import LOOK_AGAIN, WIPE, afterwards, changed, db, now
from lab.lifecycle import APPLICANT, CASE, CLOCK, PEER_PAIR, after
from lab.models import (
    AccessReceipt,
    Case,
    CodeApp,
    ConveningInterest,
    Decision,
    Deletion,
    Engagement,
    IdempotencyKey,
    Invitation,
    KeptForm,
    LegalHold,
    Membership,
    NetworkMembership,
    Offer,
    OrganizationAccount,
    OutboxMessage,
    Outcome,
    PairSeat,
    Passkey,
    PeerPair,
    Person,
    PolicyCase,
    PortfolioCase,
    Question,
    Recommendation,
    RecoveryCode,
    SecondSignature,
    Section,
    SectionRevision,
    Shortlist,
    SignInToken,
    Task,
    TaskReport,
    TextIndexRow,
    Timer,
    WebSession,
    tables,
)  # fmt: skip
from lab.retention import DELETE, TABLES

Counts = dict[str, int]


def erase_case(case: Case) -> Counts:
    """Everything of a case but its reference, its dates and the hours of its work; gives how many rows of what."""
    told, refs = quoted(case), _refs(case)
    gone = _rows_of(case)
    gone |= _letters(refs)
    _blank(case)
    gone["quotes"] = take_out(told)
    gone["events"] = audit.let_go(case.id)
    _afterwards()
    return {name: number for name, number in gone.items() if number}


def erase_side(case: Case, side: str) -> Counts:
    """What one side of a joint case wrote for itself, and its people; what both share stays with the other side."""
    theirs = sa.select(Section.id).where(Section.case_id == case.id, Section.audience == side)
    tasks = sa.select(Task.id).where(Task.case_id == case.id, Task.audience == side)
    invited = sa.select(Invitation.ref).where(Invitation.case_id == case.id, Invitation.side == side)
    gone = _letters([f"/invitations/{ref}" for ref in db.session.scalars(invited)])
    for model, condition in (
        (SectionRevision, SectionRevision.section_id.in_(theirs)),
        (Section, sa.and_(Section.case_id == case.id, Section.audience == side)),
        (TaskReport, TaskReport.task_id.in_(tasks)),
        (Task, sa.and_(Task.case_id == case.id, Task.audience == side)),
        (Question, sa.and_(Question.case_id == case.id, Question.audience == side)),
        (Invitation, sa.and_(Invitation.case_id == case.id, Invitation.side == side)),
    ):
        _delete(gone, model, condition)
    _afterwards()
    return {name: number for name, number in gone.items() if number}


def erase_person(person: Person) -> None:
    """The name and address of somebody who belongs to no case any more; only a number stays, for what they did."""
    for model in (Passkey, CodeApp, RecoveryCode, KeptForm, WebSession, OrganizationAccount):
        db.session.execute(sa.delete(model).where(model.person_id == person.id))
    db.session.execute(sa.delete(Membership).where(Membership.person_id == person.id))
    db.session.execute(sa.delete(SignInToken).where(SignInToken.email == person.email))
    db.session.execute(sa.delete(OutboxMessage).where(OutboxMessage.recipient == person.email))
    db.session.execute(sa.delete(Invitation).where(Invitation.email == person.email))
    person.email, person.name, person.ties = f"deleted-{person.ref}@learning-lab.invalid", "", []
    person.removed_at = person.removed_at or now()
    _afterwards()


def _refs(case: Case) -> list[str]:
    """What letters, timers and forms of this case may name it by."""
    models = (Offer, Invitation, Question, Task, NetworkMembership, PairSeat, Engagement, Recommendation)
    found = [case.ref]
    for model in models:
        found += db.session.scalars(sa.select(model.ref).where(model.case_id == case.id))
    return found


def _rows_of(case: Case) -> Counts:
    """Delete what hangs on the case, what hangs on that first; work that was done stays as its hours."""
    sections = sa.select(Section.id).where(Section.case_id == case.id)
    tasks = sa.select(Task.id).where(Task.case_id == case.id)
    work = sa.select(Engagement.id).where(Engagement.case_id == case.id)
    worked = sa.select(Engagement.offer_id).where(Engagement.case_id == case.id)
    pairs = list(db.session.scalars(sa.select(PairSeat.pair_id).where(PairSeat.case_id == case.id)))
    gone: Counts = {}
    model: Any
    for model, condition in (
        (TaskReport, TaskReport.task_id.in_(tasks)),
        (SectionRevision, SectionRevision.section_id.in_(sections)),
        (Outcome, Outcome.engagement_id.in_(work)),
    ):
        _delete(gone, model, condition)
    for model in (
        Task, Section, Question, Invitation, NetworkMembership, ConveningInterest, PairSeat, PolicyCase,
        PortfolioCase, Shortlist, Decision, AccessReceipt, SecondSignature,
    ):  # fmt: skip
        _delete(gone, model, model.case_id == case.id)
    _delete(gone, Offer, sa.and_(Offer.case_id == case.id, Offer.id.not_in(worked)))
    used = sa.select(Offer.recommendation_id).where(Offer.case_id == case.id)
    _delete(gone, Recommendation, sa.and_(Recommendation.case_id == case.id, Recommendation.id.not_in(used)))
    every = tables()
    for name, store in TABLES.items():  # and whatever else the registry says goes with its case
        table = every[name]
        if store.with_case == DELETE and "case_id" in table.columns and name not in (*gone, "events"):
            gone[name] = changed(sa.delete(table).where(table.c.case_id == case.id))
    _delete(gone, TextIndexRow, sa.true())  # the worker builds it anew from what is there
    for pair in db.session.scalars(sa.select(PeerPair).where(PeerPair.id.in_(pairs))):
        if pair.state != "ended":
            pair.state = after(PEER_PAIR, "end", pair.state, by=APPLICANT)
        pair.reasons, pair.ended_at = [], pair.ended_at or now()
        for seat in pair.seats:
            seat.ended_at = seat.ended_at or now()
    return gone


def _delete(gone: Counts, model: type[Any], condition: sa.ColumnElement[bool]) -> None:
    # Rows that this deed has read already must not be written back, so the session forgets them.
    statement = sa.delete(model).where(condition).execution_options(synchronize_session="fetch")
    gone[model.__tablename__] = changed(statement)


def _letters(refs: list[str]) -> Counts:
    """Mail, timers and marks of forms that lead to what is gone."""
    gone: Counts = {"outbox": 0}
    for ref in refs:
        names = sa.or_(OutboxMessage.path.contains(ref), OutboxMessage.event.contains(ref))
        gone["outbox"] += changed(sa.delete(OutboxMessage).where(names))
        db.session.execute(sa.delete(Timer).where(Timer.about.contains(ref)))
        db.session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.result.contains(ref)))
    return gone


def _blank(case: Case) -> None:
    """The case becomes what is left of it; offers that led to work keep their dates and hours."""
    case.state = after(CASE, "erase", case.state, by=CLOCK)
    case.deleted_at = now()
    case.closed_at = case.closed_at or case.deleted_at
    case.organization, case.imported_ref, case.document = "", None, None
    case.stage, case.sector, case.place_state, case.tier, case.decision = "", "", "", "", ""
    case.next_action, case.due_on, case.clock_on, case.clock_kind = "", None, None, ""
    case.urgent_rank, case.budget_rank = 2, 9
    offers = sa.update(Offer).where(Offer.case_id == case.id)
    db.session.execute(
        offers.values(
            summary={}, why=[], alternates=[], counter=None, questions=[], decline_reason="", decline_note="",
            conflict_answer="", conflict_answers={}, conflict_note="",
        )
    )  # fmt: skip
    kept = sa.update(Recommendation).where(Recommendation.case_id == case.id)
    db.session.execute(kept.values(inputs={}, result={}, inputs_hash="", stale_because=[]))
    db.session.execute(sa.update(LegalHold).where(LegalHold.case_id == case.id).values(reason=""))
    db.session.execute(sa.update(Deletion).where(Deletion.case_id == case.id).values(code_hash=""))
    db.session.flush()


def _afterwards() -> None:
    afterwards(LOOK_AGAIN)
    afterwards(WIPE)
