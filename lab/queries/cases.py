"""An applicant's own case: what was decided and why, what comes next, what happened, who looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from lab import vocabulary as words
from lab.access import Viewer, audiences_of
from lab.clock import program_day, working_days_after
from lab.database import db, now
from lab.models import (
    AccessReceipt,
    Case,
    Decision,
    Engagement,
    Membership,
    Network,
    NetworkMembership,
    Offer,
    Question,
    Task,
)
from lab.queries import networks

APPEAL_DAYS = 30
FIRST_CONTACT_DAYS = 3
DECIDED = frozenset({"awaiting_conditions", "offering", "active", "closed", "referred"})
DIRECTORS_NOTE = " Its lead has a conflict with this case: the director asks first."
WAITING_FOR_US = frozenset({"submitted", "in_review", "offering"})


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
        row[name]: _told_to_them(row["reason"])
        for row in result.get(key, [])
        if row["standing"] in ("recommended", "optional", "conditional")
    }


def _told_to_them(reason: str) -> str:
    """A reason as the applicant reads it: spoken to them, without what is the director's to settle."""
    return reason.removesuffix(DIRECTORS_NOTE).replace("a person beside them", "a person beside you")


def tasks_of(viewer: Viewer, case: Case) -> Sequence[Task]:
    """What is to be done by the applicant, what is open first."""
    return db.session.scalars(
        sa.select(Task)
        .where(Task.case_id == case.id, Task.audience.in_(audiences_of(viewer, case)))
        .order_by(Task.met_at.is_not(None), Task.due_on, Task.id)
    ).all()


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
            tuple(str(reason) for reason in row.offer.why),
            working_days_after(program_day(row.created_at), FIRST_CONTACT_DAYS),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Proposed:
    """A network that was proposed, and how things stand between it and the case."""

    network: Network
    reason: str
    seats: networks.Seats
    membership: NetworkMembership | None

    @property
    def state(self) -> str:
        """The state of the latest wish to join, or nothing."""
        return self.membership.state if self.membership else ""


def networks_of(case: Case, decision: Decision | None) -> list[Proposed]:
    """The networks of the decision, and those the case is in or waits for, with their places."""
    codes = decision.networks if decision else []
    reasons = _told(decision, "networks", "network") if decision else {}
    mine = sa.and_(NetworkMembership.network_id == Network.id, NetworkMembership.case_id == case.id)
    rows: dict[int, tuple[Network, NetworkMembership | None]] = {
        network.id: (network, row)
        for network, row in db.session.execute(
            sa.select(Network, NetworkMembership)
            .outerjoin(NetworkMembership, mine)
            .where(sa.or_(Network.code.in_(codes), NetworkMembership.state.in_(networks.LIVE)))
            .order_by(Network.id, NetworkMembership.id)
        )
    }
    seats = networks.seats_of(network for network, _row in rows.values()) if rows else {}
    return [
        Proposed(network, reasons.get(network.code, ""), seats[network.id], row)
        for network, row in rows.values()
    ]


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
    }
    return said.get(what, _("your case"))


@dataclass(frozen=True)
class Next:
    """What comes next, in words, and by when."""

    title: str
    text: str
    by: date | None = None
    yours: bool = False

    @property
    def late(self) -> bool:
        """Whether the day has passed."""
        return self.by is not None and self.by < program_day(now())


def next_step(
    case: Case, *, questions: Sequence[Question], tasks: Sequence[Task], work: Sequence[Work]
) -> Next:
    """What comes next in this case, who has to do it, and by when."""
    if case.state in WAITING_FOR_US:
        return _ours(case)
    if case.state == "info_requested":
        return _answer(case, questions)
    if case.state == "awaiting_conditions":
        return _conditions(tasks)
    if case.state == "active":
        return _under_way(tasks, work)
    return _over(case)


def _ours(case: Case) -> Next:
    if case.state == "submitted":
        return Next(
            _("We have it, and a director reads it next"),
            _("A person reads every word. You have an answer from us by this day."),
            case.due_on,
        )
    if case.state == "in_review":
        return Next(
            _("A director is reading your application"),
            _("You have an answer, or a question from us, by this day."),
            case.due_on,
        )
    reply = db.session.scalar(
        sa.select(sa.func.max(Offer.reply_by)).where(
            Offer.case_id == case.id, Offer.state.in_(("offered", "countered"))
        )
    )
    days = [day for day in (case.due_on, program_day(reply) if reply else None) if day is not None]
    hear = working_days_after(max(days), 1) if days else working_days_after(program_day(now()), 1)
    return Next(
        _("We are finding your consultant"),
        _(
            "We ask one person at a time, without your name at first. You hear from us by this day, also if it takes longer."
        ),
        hear,
    )


def _answer(case: Case, questions: Sequence[Question]) -> Next:
    if not questions:
        return Next(
            _("A director has a question and waits for the answer"),
            _("You have nothing to do. The review goes on as soon as the answer is here."),
            case.due_on,
        )
    return Next(
        _("We have a question for you"),
        _("Please answer by this day. A later answer counts too."),
        questions[0].due_on,
        yours=True,
    )


def _conditions(tasks: Sequence[Task]) -> Next:
    waiting = [task for task in tasks if task.kind == "condition" and task.met_at is None]
    return Next(
        _("We said yes, and help begins when these tasks are done"),
        _("Tell your director when one is done. They mark it, and the last one opens the way."),
        waiting[0].due_on if waiting else None,
        yours=bool(waiting),
    )


def _under_way(tasks: Sequence[Task], work: Sequence[Work]) -> Next:
    started = [one for one in work if one.engagement.state == "active"]
    if started:
        return Next(
            _("%(name)s writes to you", name=started[0].name),
            _("The first talk is about what you need most and when to meet. You need to prepare nothing."),
            started[0].first_contact_by,
        )
    waiting = [task for task in tasks if task.met_at is None]
    return Next(
        _("Your support has begun"),
        _("Use what was proposed to you below, whenever it suits you."),
        waiting[0].due_on if waiting else None,
        yours=bool(waiting),
    )


def _over(case: Case) -> Next:
    if case.state == "referred":
        return Next(
            _("We are not the right help now, and others may be"),
            _("They are named below. The door stays open: you may ask for a second look, or apply again."),
        )
    if case.state == "withdrawn":
        return Next(
            _("You took this application back"),
            _("Nobody works on it any more. You can still read it, and you may apply again."),
        )
    if case.state == "closed":
        return Next(_("The work is done"), _("You can still read everything here."))
    return Next(
        _("This draft was deleted"),
        _("Nobody had touched it for 90 days. You may begin again at any time."),
    )


def appeal_until(case: Case, decision: Decision | None) -> date | None:
    """The last day for asking for a second look, while there is one."""
    if case.state != "referred" or decision is None:
        return None
    last = decision.decided_at + timedelta(days=APPEAL_DAYS)
    return program_day(last) if last >= now() else None
