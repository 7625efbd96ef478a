"""Asking for the director's queue: cases in the order of what is due, with filters, one page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lab.clock import program_day
from lab.database import db, now, values_of
from lab.models import Case, Offer, Person
from lab.queries.queue_page import ENDED, PAGE, STATES, WAITING, Filters, Queue, Side
from lab.queries.urgency import (
    AT_WORK,
    NEAR_DAY,
    TODAY,
    WAITS,
    Place,
    days,
    ids_in_order,
    order_in,
    place_of,
)
from lab.queries.urgency import ENDED as HAS_ENDED
from lab.row_security import as_the_program
from lab.statements import as_one_text, literally, one_of
from lab.viewer import Viewer

PHASES = {**dict.fromkeys(WAITING, WAITS), "active": AT_WORK, **dict.fromkeys(ENDED, HAS_ENDED)}


@dataclass(frozen=True)
class Shape:
    """What a statement of the queue looks like, whatever the values: for each there is one, made once."""

    states: tuple[str, ...]
    equal: tuple[str, ...]  # columns that must hold one value
    flag: str
    mine: bool
    text: bool
    ties: int
    after: tuple[int, int] | None = None
    before: tuple[int, int] | None = None


def queue_of(viewer: Viewer, filters: Filters, *, after: str = "", before: str = "") -> Queue:
    """The cases this director may see, in the order of what is due; those that have ended come last.

    `after` is the reference of the case that the page follows, `before` of the one it leads up to; a
    reference that is unknown means the first page.
    """
    today = program_day(now())
    ties = [tie for tie in viewer.ties if tie]
    # A case that does not exist for this director is no place to begin at either.
    hidden: dict[str, Any] = {"rules": _without_ties(len(ties)), "values": _tied(ties)}
    begins = place_of(after, today, **hidden) if after else None
    ends = place_of(before, today, **hidden) if before and begins is None else None
    shape = _shape(filters, viewer, begins, ends)
    values = _values(filters, viewer, today, begins or ends)
    # One more than a page holds tells whether there is another.
    read = values_of(_page(shape), values)[0][0] or "[]"
    with as_the_program():  # drafts are nobody's but their writers'; here they are a number
        counts = _counts(shape, values)
    drafts = counts.pop("draft", 0)
    waiting = sum(counts.values())
    found = waiting if not filters.any else db.session.scalar(_number(shape), values) or 0
    side: Side = "after" if begins else "before" if ends else ""
    return Queue(
        today=today, read=read, side=side, found=found, filters=filters, drafts=drafts, waiting=waiting
    )


def _shape(filters: Filters, viewer: Viewer, begins: Place | None, ends: Place | None) -> Shape:
    return Shape(
        states=_states(filters),
        equal=tuple(name for name in ("line", "stage", "tier") if getattr(filters, name)),
        flag=filters.flag, mine=filters.mine, text=bool(filters.text.strip()),
        ties=len([tie for tie in viewer.ties if tie]),
        after=begins.stretch if begins else None, before=ends.stretch if ends else None,
    )  # fmt: skip


def _values(filters: Filters, viewer: Viewer, today: date, place: Place | None) -> dict[str, Any]:
    text = filters.text.strip()
    ties = [tie for tie in viewer.ties if tie]
    return {
        **days(today), **(place.values if place else {}),
        "line": filters.line, "stage": filters.stage, "tier": filters.tier, "me": viewer.person_id,
        "name": _holding(text.casefold()), "ref": _holding(text.upper()),
        **_tied(ties),
    }  # fmt: skip


def _holding(text: str) -> str:
    """A pattern for whatever holds this text."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"


@lru_cache(maxsize=512)
def _page(shape: Shape) -> Any:
    phases = sorted({PHASES[state] for state in shape.states})
    rules = [*_wanted(shape), *_without_ties(shape.ties)]
    if any(state not in shape.states for state in STATES if PHASES[state] in phases):
        rules.append(_in_state(shape))  # whole phases need no rule: they are walked through one by one
    nearest = ids_in_order(rules, phases, count=PAGE + 1, after=shape.after, before=shape.before)
    return as_one_text(
        sa.select(
            Case.ref, Case.organization, Case.line, Case.stage, Case.tier, Case.state, Case.next_action, Case.due_on,
            Case.clock_on, Case.clock_kind, Case.submitted_on, Person.name, _possible_conflict(),
        )
        .join(nearest, nearest.c.id == Case.id)
        .outerjoin(Person, Person.id == Case.director_id)
        .order_by(*order_in(nearest, backwards=shape.before is not None))
        .limit(literally(PAGE + 1))
    )  # fmt: skip


@lru_cache(maxsize=512)
def _number(shape: Shape) -> Any:
    rules = [_in_state(shape), *_wanted(shape), *_without_ties(shape.ties)]
    return sa.select(sa.func.count()).select_from(Case).where(*rules)


@lru_cache(maxsize=64)
def _by_state(ties: int) -> Any:
    return (
        sa.select(Case.state, sa.func.count())
        .where(one_of(Case.state, ("draft", *WAITING)), *_without_ties(ties))
        .group_by(Case.state)
    )


def _counts(shape: Shape, values: dict[str, Any]) -> dict[str, int]:
    """How many drafts there are, and how many cases of each state that waits."""
    return {state: count for state, count in values_of(_by_state(shape.ties), values)}  # noqa: C416 - rows are no pairs


def _without_ties(ties: int) -> list[Any]:
    """Cases to which a director declared a tie do not exist for them, also not in counts."""
    return [Case.folded_name.not_like(sa.bindparam(f"tie_{number}"), escape="\\") for number in range(ties)]


def _tied(ties: Sequence[str]) -> dict[str, str]:
    return {f"tie_{number}": _holding(tie.casefold()) for number, tie in enumerate(ties)}


def _possible_conflict() -> Any:
    return (
        sa.select(Offer.id)
        .where(
            Offer.case_id == Case.id,
            Offer.state == literally("offered"),
            Offer.conflict_answer == literally("possible"),
            Offer.conflict_cleared_at.is_(None),
        )
        .exists()
    )


def _states(filters: Filters) -> tuple[str, ...]:
    if filters.state in STATES:
        return (filters.state,)
    return {"all": STATES, "ended": ENDED}.get(filters.state, WAITING)


def _in_state(shape: Shape) -> Any:
    return one_of(Case.state, shape.states)


def _wanted(shape: Shape) -> list[Any]:
    """What the cases must meet beside their state."""
    wanted: list[Any] = [getattr(Case, name) == sa.bindparam(name) for name in shape.equal]
    match shape.flag:
        case "conflict":
            wanted.append(_possible_conflict())
        case "date_near":
            wanted += [Case.clock_on.between(TODAY, NEAR_DAY), ~one_of(Case.state, ENDED)]
        case "waiting_for_info":
            wanted.append(Case.state == literally("info_requested"))
    if shape.mine:
        wanted.append(Case.director_id == sa.bindparam("me"))
    if shape.text:
        in_name = Case.folded_name.like(sa.bindparam("name"), escape="\\")
        wanted.append(sa.or_(in_name, Case.ref.like(sa.bindparam("ref"), escape="\\")))
    return wanted
