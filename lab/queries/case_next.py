"""What comes next in a case, who has to do it, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from lab.clock import program_day, working_days_after
from lab.database import db, now
from lab.models import (
    Case,
    Offer,
    Question,
    Task,
)
from lab.queries.cases import Work
from lab.row_security import as_the_program

WAITING_FOR_US = frozenset({"submitted", "in_review", "offering"})


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
    with as_the_program():  # of an offer that waits, the applicant learns by when they hear, and no more
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
    open_ones = [task for task in tasks if task.kind == "condition" and task.met_at is None]
    waiting = [task for task in open_ones if task.told_done is None]
    if open_ones and not waiting:
        return Next(
            _("Your director looks at what you told"),
            _("You have nothing to do now. When everything is in place, help begins on the same day."),
            working_days_after(max(program_day(task.reports[-1].told_at) for task in open_ones), 1),
        )
    return Next(
        _("We said yes, and help begins when these tasks are done"),
        _("Tell us below when one is done. Your director looks at it, and the last one opens the way."),
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
