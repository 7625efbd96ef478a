"""How work went: asked of the clients' leads and the consultant after 30 days, at the end and half a year later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from lab import history, notices
from lab import vocabulary as words
from lab.actions.telling import leads_of
from lab.actions.timers import due
from lab.database import db, insert_if_new, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotNow
from lab.models import Engagement, Membership, Outcome, Person
from lab.queries.outcomes import CONSULTANT, HALF_A_YEAR, MONTH, moment_of

MORNING = time(16, tzinfo=UTC)  # early in the day from coast to coast
REMINDER = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The three answers."""

    goal: str
    trust: str
    recommend: str


def ask_later(work: Engagement) -> None:
    """Set the clock for the first question. Runs inside the deed that makes the engagement."""
    day = datetime.combine(work.starts_on + MONTH, MORNING)
    history.set_timer("outcome-asked", about=f"{work.ref} day_30", due_at=max(day, now()))


def ask_at_end(work: Engagement) -> None:
    """Set the clock for the questions at the end and after half a year. Runs inside the deed that ends the work."""
    history.set_timer("outcome-asked", about=f"{work.ref} close", due_at=now())
    # A day later than the day itself: whatever the zone, the question is open by then.
    later = now() + HALF_A_YEAR + timedelta(days=1)
    history.set_timer("outcome-asked", about=f"{work.ref} month_6", due_at=later)


def tell(engagement_id: int, answers: Answers, *, moment: str, key: str, by: Person) -> None:
    """Keep what somebody says for their side; what the side has said at this moment already stands.

    Raises `BadInput` for an unknown answer, `NotAllowed` for who is not asked, `NotNow` when it is not the time.
    """
    _check(answers)
    with transaction():
        work: Engagement = lock(Engagement, engagement_id)
        side = _side_of(work, by)
        if not history.claim(key, purpose="tell_outcome", by=by):
            return
        if moment != moment_of(work):
            raise NotNow("This question is no longer open. Thank you for coming back to it.")
        new = insert_if_new(
            Outcome,
            values={
                "engagement_id": work.id, "moment": moment, "side": side, "goal": answers.goal,
                "trust": answers.trust, "recommend": answers.recommend, "told_by_id": by.id, "told_at": now(),
            },
            unique=["engagement_id", "moment", "side"],
        )  # fmt: skip
        if not new:
            raise NotNow("Somebody of your side has answered already. What they said stands.")
        history.record(
            "outcome_told", about=f"engagement {work.ref}", by=by, case=work.case,
            details={"moment": moment, "side": side},
        )  # fmt: skip


def _check(answers: Answers) -> None:
    known = (
        answers.goal in words.OUTCOME_GOALS,
        answers.trust in words.OUTCOME_TRUST,
        answers.recommend in words.OUTCOME_RECOMMEND,
    )
    if not all(known):
        raise BadInput("Answer each of the three questions.")


def _side_of(work: Engagement, by: Person) -> str:
    if work.consultant.person_id == by.id:
        return CONSULTANT
    side = db.session.scalar(
        sa.select(Membership.side).where(
            Membership.case_id == work.case_id, Membership.person_id == by.id,
            Membership.role == "lead", Membership.removed_at.is_(None),
        )
    )  # fmt: skip
    if side is None:
        raise NotAllowed("The person who leads your side answers this. Talk with them first.")
    return side


@due("outcome-asked")
def ask(about: str) -> None:
    """The day has come: a neutral mail to everybody who is asked, and a reminder in a week."""
    if _write(about, again=""):
        history.set_timer("outcome-reminder", about=about, due_at=now() + REMINDER)


@due("outcome-reminder")
def remind(about: str) -> None:
    """One more neutral mail to whoever's side has not answered."""
    _write(about, again=" again")


def _write(about: str, *, again: str) -> bool:
    """Mail to those who are asked; False when the work is gone or it is another moment by now."""
    ref, _, moment = about.partition(" ")
    work = db.session.scalar(sa.select(Engagement).where(Engagement.ref == ref))
    if work is None or moment_of(work) != moment:
        return False
    told = set(
        db.session.scalars(
            sa.select(Outcome.side).where(Outcome.engagement_id == work.id, Outcome.moment == moment)
        )
    )
    asked: list[Person] = [] if CONSULTANT in told else [work.consultant.person]
    for side in ("management", "union"):
        asked += [] if side in told else leads_of(work.case, side=side)
    for person in asked:
        notices.queue(
            "outcome-asked", about=f"outcome {about}{again}", to=person, path=f"/outcomes/{work.ref}"
        )
    return True
