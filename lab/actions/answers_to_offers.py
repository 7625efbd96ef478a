"""What a consultant does with an offer: look at it, accept, propose something else, decline, ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lab import history
from lab import vocabulary as words
from lab.actions import engaging
from lab.actions.answer_guards import answerable, own, still_open
from lab.actions.engaging import ConflictAppeared
from lab.actions.offer_steps import (
    check_version,
    declined,
    find,
    hold,
    move,
    note,
    tell_director,
    to_director,
)  # fmt: skip
from lab.clock import program_day
from lab.database import now, transaction
from lab.errors import BadInput, NotNow
from lab.lifecycle import CONSULTANT
from lab.models import Engagement, Offer, Person
from lab.said import say

LATEST_START = timedelta(days=92)


def opened(ref: str, *, what: str, by: Person) -> None:
    """Keep that the consultant opened the case; the client reads this in the access log."""
    with transaction():
        history.receipt(find(ref).case, by_id=by.id, what=what)


def accept(ref: str, *, version: int, key: str, by: Person) -> Engagement:
    """Accept: the slot is taken, the hours are promised, the case is active. The same key again gives the same.

    Raises `TooFewHours` when capacity changed, `ConflictAppeared` when a check of today closes the way
    (the director is told and the clock stops), `NotNow` when the offer is gone or changed.
    """
    try:
        with transaction():
            first = find(ref)
            own(first, by)
            engaging.hold_consultant(first)
            case, offer = hold(ref)
            if not history.claim(key, purpose="accept_offer", by=by):
                return engaging.engagement_of(offer)
            answerable(offer)
            check_version(offer, version)
            return engaging.take(case, offer, step="accept", by=by, step_by=CONSULTANT)
    except ConflictAppeared:
        with transaction():
            case, offer = hold(ref)
            answerable(offer)
            to_director(case, offer)
            note("conflict_appeared", offer, by=None)
        raise


def counter(
    ref: str,
    *,
    hours_month: int,
    starts_on: date,
    note_text: str = "",
    version: int,
    key: str,
    by: Person,
) -> None:
    """Propose fewer hours a month or a later start; the slot stays held until the director answers.

    The hours in all shrink with the hours a month, and the end moves with the start. Raises `BadInput`
    outside the bounds, `TooFewHours` when even that is more than is free.
    """
    with transaction():
        first = find(ref)
        own(first, by)
        consultant = engaging.hold_consultant(first)
        case, offer = hold(ref)
        if not history.claim(key, purpose="counter_offer", by=by):
            return
        answerable(offer)
        check_version(offer, version)
        proposal = _counter_of(offer, hours_month=hours_month, starts_on=starts_on, note_text=note_text)
        ends_on = date.fromisoformat(proposal["ends_on"])
        engaging.check_hours(consultant, hours_month=hours_month, starts_on=starts_on, ends_on=ends_on)
        move(offer, "counter", by=CONSULTANT)
        offer.counter = proposal
        case.next_action, case.due_on = "answer_counter", program_day(now())
        tell_director("offer-answered", offer, about="countered")
        note("offer_countered", offer, by=by)


def _counter_of(offer: Offer, *, hours_month: int, starts_on: date, note_text: str) -> dict[str, Any]:
    problems: list[str] = []
    if not 1 <= hours_month <= offer.hours_month:
        problems.append(say("Propose between 1 and %(most)s hours a month.", most=offer.hours_month))
    if hours_month < offer.hours_month and not offer.fewer_hours_allowed:
        problems.append(say("This offer needs all its hours. You can propose a later start, or decline."))
    if not offer.starts_on <= starts_on <= offer.starts_on + LATEST_START:
        problems.append(say("The start lies between the day asked for and three months later."))
    if not problems and (hours_month, starts_on) == (offer.hours_month, offer.starts_on):
        problems.append(say("This is what was asked for. Accept it, or change the hours or the start."))
    if problems:
        raise BadInput(problems[0], problems)
    share = hours_month / offer.hours_month
    return {
        "hours_month": hours_month,
        "hours_low": max(1, round(offer.hours_low * share)),
        "hours_high": max(1, round(offer.hours_high * share)),
        "starts_on": starts_on.isoformat(),
        "ends_on": (offer.ends_on + (starts_on - offer.starts_on)).isoformat(),
        "note": note_text.strip(),
    }


def decline(ref: str, *, reason: str = "", note_text: str = "", version: int, key: str, by: Person) -> None:
    """Decline; a reason is welcome and not needed, and the applicant never sees it.

    Raises `NotNow` when the offer is gone or changed, `BadInput` for a reason that does not exist.
    """
    if reason and reason not in words.DECLINE_REASONS:
        raise BadInput("Choose one of the reasons, or none.")
    with transaction():
        _case, offer = hold(ref)
        own(offer, by)
        if not history.claim(key, purpose="decline_offer", by=by):
            return
        if offer.clock_stopped_at is None:
            still_open(offer)
        check_version(offer, version)
        offer.decline_reason, offer.decline_note = reason, note_text.strip()
        declined(offer, by=by)


def tell_why(ref: str, *, reason: str, note_text: str, key: str, by: Person) -> None:
    """Say afterwards why an offer was declined. Raises `BadInput` for an unknown reason, `NotNow` otherwise."""
    if reason and reason not in words.DECLINE_REASONS:
        raise BadInput("Choose one of the reasons, or none.")

    def told(offer: Offer) -> None:
        if offer.state != "declined":
            raise NotNow("This offer was not declined.")
        offer.decline_reason, offer.decline_note = reason, note_text.strip()
        note("decline_reason_given", offer, by=by, reason=reason)

    _deed(ref, told, purpose="decline_reason", key=key, by=by)


def ask(ref: str, *, text: str, key: str, by: Person) -> None:
    """Ask the director something; the question is kept with the offer and the notice says only that there is one.

    Also possible when the offer is over, for example to be asked again. Raises `BadInput` without a text.
    """
    if not text.strip():
        raise BadInput("Write your question.")

    def asked(offer: Offer) -> None:
        offer.questions = [
            *offer.questions,
            {"text": text.strip(), "asked_at": now().isoformat(), "answer": "", "answered_at": ""},
        ]
        tell_director("offer-question", offer, about=f"question {len(offer.questions)}")
        note("offer_question_asked", offer, by=by)

    _deed(ref, asked, purpose="ask_about_offer", key=key, by=by)


def _deed(ref: str, deed: Callable[[Offer], None], *, purpose: str, key: str, by: Person) -> None:
    with transaction():
        _case, offer = hold(ref)
        own(offer, by)
        if history.claim(key, purpose=purpose, by=by):
            deed(offer)
