"""An applicant's own case: what was decided and why, what comes next, what happened, who looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import vocabulary as words
from lab.access import audiences_of
from lab.clock import program_day, working_days_after
from lab.database import db, now
from lab.models import (
    Case,
    Decision,
    Engagement,
    Membership,
    Network,
    NetworkMembership,
    Question,
    Task,
    TaskReport,
)
from lab.queries import networks
from lab.queries.network_conflicts import kept_apart
from lab.said import reworded, said_from, template
from lab.viewer import Viewer

APPEAL_DAYS = 30
FIRST_CONTACT_DAYS = 2
OPEN_FOR_TASKS = frozenset({"awaiting_conditions", "offering", "active"})
DECIDED = frozenset({"awaiting_conditions", "offering", "active", "closed", "referred"})
# How a reason reads for the applicant: spoken to them, without what is the director's to settle.
SPOKEN_TO_THEM = {
    "Its lead has a conflict with this case: the director asks first.": "",
    "This stage (%(stage)s) calls for a person beside them.": template(
        "This stage (%(stage)s) calls for a person beside you."
    ),
    "This stage (%(stage)s) calls for a person beside them, the more so with: %(conditions)s.": template(
        "This stage (%(stage)s) calls for a person beside you, the more so with: %(conditions)s."
    ),
}


def by_ref(ref: str) -> Case | None:
    """The case with this reference."""
    return db.session.scalar(
        sa.select(Case)
        .where(Case.ref == ref.upper())
        .options(joinedload(Case.owner), joinedload(Case.director))
    )


def own_cases(viewer: Viewer) -> Sequence[Case]:
    """The viewer's cases, the newest first."""
    return db.session.scalars(
        sa.select(Case).where(Case.id.in_(viewer.seats)).order_by(Case.created_at.desc(), Case.id.desc())
    ).all()


def decision_of(case: Case) -> Decision | None:
    """The decision that stands; one that was taken back does not."""
    if not case.decision:
        return None
    return db.session.scalar(
        sa.select(Decision)
        .where(Decision.case_id == case.id)
        .options(joinedload(Decision.recommendation))
        .order_by(Decision.id.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class Advice:
    """A tier that was decided, with the reason from the proposal."""

    code: str
    reason: str


def tiers_of(decision: Decision) -> list[Advice]:
    """The tiers of a decision, each with its reason where the proposal recommended it too."""
    told = _told(decision, "tiers", "tier")
    return [Advice(code, told.get(code, "")) for code in words.TIERS if code in decision.tiers]


def _told(decision: Decision, key: str, name: str) -> dict[str, str]:
    result: dict[str, Any] = decision.recommendation.result if decision.recommendation else {}
    return {
        row[name]: reworded(said_from(row["reason"]), SPOKEN_TO_THEM)
        for row in result.get(key, [])
        if row["standing"] in ("recommended", "optional", "conditional")
    }


def tasks_of(viewer: Viewer, case: Case) -> Sequence[Task]:
    """What is to be done by the applicant, what is open first."""
    rows = db.session.scalars(
        sa.select(Task)
        .where(Task.case_id == case.id, Task.audience.in_(audiences_of(viewer, case)))
        .options(joinedload(Task.reports).joinedload(TaskReport.told_by))
        .order_by(Task.met_at.is_not(None), Task.due_on, Task.id)
    )
    return rows.unique().all()


def waits_for_word(case: Case, task: Task) -> bool:
    """Whether the applicant can tell now that the task is done."""
    return task.met_at is None and task.told_done is None and case.state in OPEN_FOR_TASKS


def questions_of(viewer: Viewer, case: Case) -> Sequence[Question]:
    """The questions that wait for an answer of the viewer's side."""
    if case.state != "info_requested":
        return []
    return db.session.scalars(
        sa.select(Question)
        .where(
            Question.case_id == case.id,
            Question.answered_at.is_(None),
            Question.audience.in_(audiences_of(viewer, case)),
        )
        .order_by(Question.due_on, Question.id)
    ).all()


def team_of(viewer: Viewer, case: Case) -> Sequence[Membership]:
    """Who is in the case: in a joint case both sides' people, since both sides share it."""
    return db.session.scalars(
        sa.select(Membership)
        .where(Membership.case_id == case.id, Membership.removed_at.is_(None))
        .options(joinedload(Membership.person))
        .order_by(Membership.side, Membership.joined_at, Membership.id)
    ).all()


@dataclass(frozen=True)
class Work:
    """Accepted work, as the applicant sees it: who, how many hours, why this person, first contact."""

    engagement: Engagement
    why: tuple[str, ...]
    first_contact_by: date

    @property
    def name(self) -> str:
        """The consultant's name."""
        return self.engagement.consultant.name

    @property
    def bio(self) -> str:
        """What the consultant says of themselves."""
        return str(self.engagement.consultant.profile.get("bio") or "")


def work_of(case: Case) -> list[Work]:
    """The consultants who have accepted; nobody is named before that."""
    rows = db.session.scalars(
        sa.select(Engagement)
        .where(Engagement.case_id == case.id, Engagement.state.in_(("active", "completed")))
        .options(joinedload(Engagement.consultant), joinedload(Engagement.offer))
        .order_by(Engagement.id)
    )
    return [
        Work(
            row,
            tuple(row.offer.why),
            working_days_after(program_day(row.created_at), FIRST_CONTACT_DAYS),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Proposed:
    """A network that was proposed, and how things stand between it and the case."""

    network: Network
    reason: str
    membership: NetworkMembership | None
    why_not: str = ""  # why the case cannot ask to join now

    @property
    def state(self) -> str:
        """The state of the latest wish to join, or nothing."""
        return self.membership.state if self.membership else ""


def networks_of(case: Case, decision: Decision | None) -> list[Proposed]:
    """The networks of the decision, and those the case is in or waits for."""
    codes = decision.networks if decision else []
    reasons = _told(decision, "networks", "network") if decision else {}
    mine = sa.and_(NetworkMembership.network_id == Network.id, NetworkMembership.case_id == case.id)
    rows: dict[int, tuple[Network, NetworkMembership | None]] = {
        network.id: (network, row)
        for network, row in db.session.execute(
            sa.select(Network, NetworkMembership)
            .outerjoin(NetworkMembership, mine)
            .options(joinedload(Network.lead))
            .where(sa.or_(Network.code.in_(codes), NetworkMembership.state.in_(networks.LIVE)))
            .order_by(Network.id, NetworkMembership.id)
        )
    }
    asking = case.state in networks.CAN_ASK
    apart = kept_apart(case, [network for network, _row in rows.values()] if asking else [])
    return [
        Proposed(
            network,
            reasons.get(network.code, ""),
            row,
            networks.may_ask(case, network, frozenset(codes), apart),
        )
        for network, row in rows.values()
    ]


def appeal_until(case: Case, decision: Decision | None) -> date | None:
    """The last day for asking for a second look, while there is one."""
    if case.state != "referred" or decision is None:
        return None
    last = decision.decided_at + timedelta(days=APPEAL_DAYS)
    return program_day(last) if last >= now() else None
