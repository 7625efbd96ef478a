"""What happened in a case, told to its own people: what their side may know, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from lab.access import audiences_of
from lab.database import db
from lab.models import Case, Convening, Event, Network
from lab.viewer import Viewer

Told = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Happened:
    """One line of the history."""

    title: str
    at: datetime
    by: str = ""
    verb: str = ""


# What each deed is called for the people of the case. A deed that is not here stays the program's.
VERBS: dict[str, Told] = {
    "started": lambda d: _("The application was begun"),
    "joint_part_confirmed": lambda d: _("One side confirmed the shared part"),
    "submitted": lambda d: _("The application was sent"),
    "application_updated": lambda d: _("The answers were brought up to date"),
    "review_begun": lambda d: _("A director began the review"),
    "review_taken_over": lambda d: _("Another director took over the review"),
    "question_asked": lambda d: _("A director asked a question"),
    "question_answered": lambda d: _("The question was answered"),
    "decided": lambda d: _DECIDED.get(str(d.get("decision")), lambda: _("A director decided"))(),
    "decision_withdrawn": lambda d: _("A director looks at the decision again"),
    "task_told_done": lambda d: _("A task was told done"),
    "task_not_yet": lambda d: _("A director says what is still missing"),
    "task_met": lambda d: _("A task was done"),
    "conditions_met": lambda d: _("All conditions are met"),
    "consultant_agreed": lambda d: _("A consultant said yes"),
    "work_ended": lambda d: _("The work with the consultant ended"),
    "network_asked": lambda d: _("Asked to join: %(name)s", name=d["name"]),
    "network_active": lambda d: _("Joined: %(name)s", name=d["name"]),
    "network_waitlisted": lambda d: _("On the waiting list: %(name)s", name=d["name"]),
    "network_refused": lambda d: _("Not this network now: %(name)s", name=d["name"]),
    "network_invited": lambda d: _("Invited: %(name)s", name=d["name"]),
    "network_declined": lambda d: _("Said no to: %(name)s", name=d["name"]),
    "pair_asked": lambda d: _("You were asked whether you would meet a peer"),
    "pair_agreed": lambda d: _("A peer and you agreed to meet"),
    "network_left": lambda d: _("Left: %(name)s", name=d["name"]),
    "convening_interest": lambda d: _("Would like to come: %(name)s", name=d["name"]),
    "convening_cancelled": lambda d: _("Not coming after all: %(name)s", name=d["name"]),
    "appealed": lambda d: _("A second look was asked for"),
    "side_left": lambda d: (
        _("The union side left") if d.get("side") == "union" else _("The management side left")
    ),
    "withdrawn": lambda d: _("The application was taken back"),
    "closed": lambda d: _("The case was closed"),
}
_DECIDED: dict[str, Callable[[], str]] = {
    "accept": lambda: _("A director said yes"),
    "accept_with_conditions": lambda: _("A director said yes, with conditions"),
    "decline_refer": lambda: _("A director referred you to others"),
}
BY_THE_TEAM = frozenset(
    {"started", "joint_part_confirmed", "submitted", "question_answered", "network_asked", "network_left",
     "convening_interest", "convening_cancelled", "appealed", "withdrawn",
     "task_told_done"}
)  # fmt: skip


def history_of(viewer: Viewer, case: Case) -> list[Happened]:
    """What happened, the latest first, from the events this viewer's side may read."""
    rows = db.session.scalars(
        sa.select(Event)
        .where(Event.case_id == case.id, Event.audience.in_(audiences_of(viewer, case) - {"program"}))
        .options(joinedload(Event.actor))
        .order_by(Event.at.desc(), Event.id.desc())
    ).all()
    names = _names(rows)
    return [_line(row, names) for row in rows if row.verb in VERBS]


def _line(row: Event, names: dict[str, str]) -> Happened:
    code = _code(row)
    title = VERBS[row.verb]({**row.details, "name": names.get(code, code)})
    who = row.actor.name if row.actor is not None and row.verb in BY_THE_TEAM else ""
    return Happened(title, row.at, who, row.verb)


def _code(row: Event) -> str:
    return str(row.details.get("network") or row.details.get("convening") or "")


def _names(rows: Iterable[Event]) -> dict[str, str]:
    """The names of the networks and convenings these events speak of, in one query or none."""
    codes = {_code(row) for row in rows} - {""}
    if not codes:
        return {}
    query = sa.union_all(
        sa.select(Network.code, Network.name).where(Network.code.in_(codes)),
        sa.select(Convening.code, Convening.name).where(Convening.code.in_(codes)),
    )
    return {str(code): str(name) for code, name in db.session.execute(query)}
