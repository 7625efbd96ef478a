"""What an applicant does with a case after it was sent: ends it, or asks for a second look at a referral."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab.actions import convenings, group_answers, networks, offers, outcomes
from lab.actions.telling import director_of, directors
from lab.clock import answer_due, program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.history import receipt, record
from lab.lifecycle import (
    APPLICANT,
    CASE,
    ENGAGEMENT,
    INVITATION,
    OFFER,
    TAKEN_OFFER_STATES,
    after,
)
from lab.models import Case, Decision, Engagement, Invitation, Membership, Person
from lab.notices import queue
from lab.said import say

APPEAL = timedelta(days=30)
LONGEST_APPEAL = 4000


def withdraw(case_id: int, *, by: Person) -> str:
    """End a case, or in a joint case the part of one's own side; gives `case` or `side`.

    In a joint case the side's people leave, and the case goes on while the other side has a lead.
    Otherwise the case ends: open offers are taken back, work ends, networks and convenings are left.
    Ending it twice changes nothing. Raises `NotFound` for strangers, `NotAllowed` for who leads no
    side, `NotNow` when the case is already over.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        mine = _membership(case, by)
        if case.state == "withdrawn":
            return "case"
        if mine.role != "lead":
            raise NotAllowed("The person who leads your side ends this. Talk with them first.")
        after(CASE, "withdraw", case.state, by=APPLICANT)
        others = _leads_of_other_side(case, mine.side)
        if others:
            _leave(case, mine.side, heir=others[0], by=by)
            return "side"
        _end(case, by=by)
        return "case"


def appeal(case_id: int, *, text: str, by: Person) -> None:
    """Ask for a second look at a referral, within 30 days, with a word why; somebody else may read it.

    Raises `BadInput` without a text, `NotNow` after 30 days or when the case is not referred.
    """
    text = text.strip()
    if not text:
        raise BadInput("Say in a few words what we should look at again.")
    if len(text) > LONGEST_APPEAL:
        raise BadInput(say("Use at most %(most)s characters.", most=LONGEST_APPEAL))
    with transaction():
        case: Case = lock(Case, case_id)
        if _membership(case, by).role != "lead":
            raise NotAllowed("The person who leads your side asks for this. Talk with them first.")
        state = after(CASE, "appeal", case.state, by=APPLICANT)
        decision = db.session.scalar(
            sa.select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
        )
        if decision is None or now() > decision.decided_at + APPEAL:
            raise NotNow("The 30 days for a second look are over. You may apply again at any time.")
        decision.appeal, decision.appealed_at, decision.appealed_by_id = text, now(), by.id
        told = director_of(case)
        case.state, case.next_action = state, "start_review"
        case.decision, case.tier, case.director_id, case.closed_at = "", "", None, None
        case.due_on = answer_due(program_day(now()), case.clock_on)
        record("appealed", about=case.ref, by=by, case=case, audience="joint")
        for person in {person.id: person for person in (*told, *directors(case))}.values():
            queue("case-waiting", about=f"appeal {case.ref} {decision.id}", to=person)


def opened(case: Case, *, by_id: int, what: str) -> None:
    """Keep that somebody opened the case, for its access log."""
    with transaction():
        receipt(case, by_id=by_id, what=what)


def _membership(case: Case, person: Person) -> Membership:
    found = db.session.scalar(
        sa.select(Membership).where(
            Membership.case_id == case.id, Membership.person_id == person.id, Membership.removed_at.is_(None)
        )
    )
    if found is None:
        raise NotFound("There is no such case.")
    return found


def _live(case: Case) -> list[Membership]:
    return list(
        db.session.scalars(
            sa.select(Membership)
            .where(Membership.case_id == case.id, Membership.removed_at.is_(None))
            .order_by(Membership.id)
        )
    )


def _leads_of_other_side(case: Case, side: str) -> list[Membership]:
    if case.kind != "joint":
        return []
    return [one for one in _live(case) if one.side != side and one.role == "lead"]


def _leave(case: Case, side: str, *, heir: Membership, by: Person) -> None:
    """One side of a joint case goes, with its people and its open invitations; the other side keeps the case."""
    stay = [one for one in _live(case) if one.side != side]
    for one in _live(case):
        if one.side == side:
            one.removed_at = now()
    _revoke_invitations(case, side)
    if case.owner_id not in {one.person_id for one in stay}:
        case.owner_id = heir.person_id
    record("side_left", about=case.ref, by=by, case=case, audience="joint", details={"side": side})
    told = [one.person for one in stay] + ([] if case.state == "draft" else list(director_of(case)))
    for person in told:
        queue("case-withdrawn", about=f"side left {case.ref} {side}", to=person, path=_path_for(case, person))


def _end(case: Case, *, by: Person) -> None:
    was_sent = case.state != "draft"
    told = [one.person for one in _live(case) if one.person_id != by.id]
    if was_sent:
        told += director_of(case)
    offers.withdraw_open(case, by=by, step_by=APPLICANT)
    _end_work(case)
    networks.leave_all(case, by=by)
    group_answers.end_all(case, by=by)
    convenings.cancel_all(case, by=by)
    _revoke_invitations(case, "")
    case.state = after(CASE, "withdraw", case.state, by=APPLICANT)
    case.closed_at, case.next_action, case.due_on = now(), "", None
    record("withdrawn", about=case.ref, by=by, case=case, audience="joint")
    for person in told:
        queue("case-withdrawn", about=f"withdrawn {case.ref}", to=person, path=_path_for(case, person))


def _end_work(case: Case) -> None:
    """Work that has begun ends today; hours that were used stay."""
    work = sa.select(Engagement).where(Engagement.case_id == case.id, Engagement.state == "active")
    for engagement in db.session.scalars(work).all():
        engagement.state = after(ENGAGEMENT, "end_early", engagement.state, by=APPLICANT)
        engagement.ended_at = now()
        outcomes.ask_at_end(engagement)
        offer = engagement.offer
        if offer.state in TAKEN_OFFER_STATES:
            offer.state = after(OFFER, "end_early", offer.state, by=APPLICANT)
        record("work_ended", about=f"engagement {engagement.ref}", by=None, case=case, audience="joint")
        queue(
            "case-withdrawn", about=f"engagement {engagement.ref} ended", to=engagement.consultant.person,
            path="/offers/",
        )  # fmt: skip


def _revoke_invitations(case: Case, side: str) -> None:
    """The open invitations of one side, or with no side named of all."""
    query = sa.select(Invitation).where(Invitation.case_id == case.id, Invitation.state == "invited")
    for invitation in db.session.scalars(query.where(Invitation.side == side) if side else query).all():
        invitation.state, invitation.answered_at = (
            after(INVITATION, "revoke", invitation.state, by=APPLICANT),
            now(),
        )


def _path_for(case: Case, person: Person) -> str:
    """The page of the case for its own people, the front page for the program's."""
    return f"/cases/{case.ref}" if any(one.person_id == person.id for one in _live(case)) else "/"
