"""The periods of lab/retention.py, carried out once a day by a timer: in batches, safe to run twice, late or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lab import audit, history
from lab.actions import deletion_log, deletions, erasing
from lab.actions.timers import due
from lab.database import WIPE, afterwards, changed, db, lock, now, transaction
from lab.models import (
    AccessReceipt,
    Case,
    Decision,
    Deletion,
    IdempotencyKey,
    LegalHold,
    Membership,
    OutboxMessage,
    Person,
    PolicyCase,
    PolicyEffect,
    PortfolioCase,
    PortfolioRun,
    RoleGrant,
    SecondSignature,
    Timer,
    WorkerBeat,
)  # fmt: skip
from lab.retention import days

BATCH = 50
KIND, ALL = "retention", "all"
HOUR = 10  # in UTC: the night of the program
GONE = "@learning-lab.invalid"
ENDED_EARLY = ("withdrawn", "referred")
ALONE = (
    (OutboxMessage, sa.func.coalesce(OutboxMessage.sent_at, OutboxMessage.failed_at), "mails"),
    (IdempotencyKey, IdempotencyKey.at, "bookkeeping"),
    (Timer, Timer.done_at, "bookkeeping"),
    (WorkerBeat, WorkerBeat.at, "bookkeeping"),
    (AccessReceipt, AccessReceipt.at, "access_log"),
    (SecondSignature, SecondSignature.ends_at, "access_log"),
)


def wind() -> None:
    """Set the timer of the coming night if there is none. For the job that comes every minute."""
    waits = sa.select(Timer.id).where(Timer.kind == KIND, Timer.done_at.is_(None)).limit(1)
    if db.session.scalar(waits) is None:
        with transaction():
            history.set_timer(KIND, about=ALL, due_at=_next_night(now()))


@due(KIND)
def carry_out(about: str) -> None:
    """Let everything go whose period is over; what is left of a large batch follows at once."""
    with transaction():
        done = _cases() + _people() + _plans() + _rows()
        let_go = audit.let_go(audit.PROGRAM, before=_before("access_log"))
        if done or let_go:
            history.record("retention", about=about, by=None, details={"rows": done, "events": let_go})
            afterwards(WIPE)
        more = bool(due_cases(1) or due_people(1))
        history.set_timer(
            KIND, about=about, due_at=now() + timedelta(seconds=1) if more else _next_night(now())
        )


def due_cases(limit: int) -> list[int]:
    """Ended cases whose period is over and that no hold keeps, the oldest first."""
    decided = sa.select(sa.func.max(Decision.decided_at)).where(Decision.case_id == Case.id).scalar_subquery()
    ended = sa.func.coalesce(Case.closed_at, decided)
    held = sa.exists().where(LegalHold.case_id == Case.id, LegalHold.lifted_at.is_(None))
    over = sa.or_(
        sa.and_(Case.state.in_(ENDED_EARLY), ended < _before("ended_early")),
        sa.and_(Case.state == "closed", ended < _before("closed")),
    )
    query = sa.select(Case.id).where(over, ~held, ~_asked_for()).order_by(ended, Case.id).limit(limit)
    return list(db.session.scalars(query))


def due_people(limit: int) -> list[int]:
    """Who holds no role and belongs to no case any more, since long enough."""
    before = _before("accounts")
    live_case = sa.exists().where(
        Membership.person_id == Person.id, Membership.removed_at.is_(None), Membership.case_id == Case.id,
        sa.or_(
            Case.state.not_in(("deleted", "expired")),
            sa.func.coalesce(Case.deleted_at, Case.closed_at) >= before,
        ),
    )  # fmt: skip
    role = sa.exists().where(RoleGrant.person_id == Person.id)
    left = sa.exists().where(Membership.person_id == Person.id, Membership.removed_at >= before)
    owns = sa.exists().where(Case.owner_id == Person.id, Case.state.not_in(("deleted", "expired")))
    query = (
        sa.select(Person.id)
        .where(~live_case, ~role, ~left, ~owns, Person.created_at < before, ~Person.email.endswith(GONE))
        .order_by(Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _asked_for() -> Any:
    return sa.exists().where(
        Deletion.case_id == Case.id, Deletion.side == "", Deletion.state.in_(deletions.LIVE)
    )


def _cases() -> int:
    return sum(deletions.by_time(lock(Case, ident)) for ident in due_cases(BATCH))


def _people() -> int:
    idents = due_people(BATCH)
    for ident in idents:
        person: Person = lock(Person, ident)
        deletion_log.note("person", person.ref)
        erasing.erase_person(person)
        history.record("person_deleted", about=f"person {person.id}", by=None)
    return len(idents)


def _plans() -> int:
    before = _before("planning")
    runs = sa.select(PortfolioRun.id).where(PortfolioRun.finished_at < before)
    effects = sa.select(PolicyEffect.id).where(PolicyEffect.finished_at < before)
    db.session.execute(sa.delete(PortfolioCase).where(PortfolioCase.run_id.in_(runs)))
    db.session.execute(sa.delete(PolicyCase).where(PolicyCase.effect_id.in_(effects)))
    return changed(sa.delete(PortfolioRun).where(PortfolioRun.finished_at < before)) + changed(
        sa.delete(PolicyEffect).where(PolicyEffect.finished_at < before)
    )


def _rows() -> int:
    """What stands for itself and has only its time."""
    return sum(
        changed(sa.delete(model).where(moment < _before(rule)).execution_options(synchronize_session=False))
        for model, moment, rule in ALONE
    )


def _before(rule: str) -> datetime:
    return now() - timedelta(days=days(rule))


def _next_night(moment: datetime) -> datetime:
    tonight = moment.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > moment else tonight + timedelta(days=1)
