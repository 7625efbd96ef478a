"""Asking somebody to join a case: inviting, saying yes or no, taking back, and the end of an invitation.

Nobody is written to before a lead says so.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab import lifecycle, notices
from lab import vocabulary as words
from lab.actions.team import leads_of_side, place_of
from lab.actions.timers import due
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.history import claim, record, remember_result, result_of, set_timer
from lab.models import Case, Invitation, Membership, Person

INVITATION_LIFE = timedelta(days=7)
SIDES = ("management", "union")


def invite(
    case_id: int, *, email: str, side: str, by: Person, key: str, name: str = "", seat: str = ""
) -> Invitation:
    """Ask an address to join the case on one side; the same key asks once.

    Raises `NotAllowed` for who does not lead a side, `NotNow` where the case is closed, `BadInput` for
    a side the case does not have, a seat of the other side, or somebody who is in or asked already.
    """
    email = email.strip().lower()
    with transaction():
        case: Case = lock(Case, case_id)
        _lead(case, by)
        if not claim(key, purpose="team.invite", by=by):
            return db.session.scalars(
                sa.select(Invitation).where(Invitation.ref == result_of(key, by=by))
            ).one()
        _check_open(case)
        _check_place(case, side, seat)
        _check_new(case, email)
        moment = now()
        invitation = Invitation(
            case_id=case.id, email=email, name=name.strip(), side=side, seat=seat, invited_by_id=by.id,
            created_at=moment, expires_at=moment + INVITATION_LIFE,
        )  # fmt: skip
        db.session.add(invitation)
        db.session.flush()
        set_timer("invitation_ends", about=invitation.ref, due_at=invitation.expires_at)
        known = db.session.scalar(sa.select(Person).where(Person.email == email))
        notices.queue(
            "invited",
            about=f"invitation {invitation.ref}",
            to=known or email,
            path=f"/invitations/{invitation.ref}",
        )
        record("invited", about=invitation.ref, by=by, case=case, audience=side)
        remember_result(key, invitation.ref)
    return invitation


def _check_open(case: Case) -> None:
    if case.state not in lifecycle.OPEN_CASE_STATES:
        raise NotNow("This case has ended, so nobody can join it any more.")


def _check_place(case: Case, side: str, seat: str) -> None:
    if side not in SIDES or (case.kind == "employer" and side == "union"):
        raise BadInput("Only your own side works on this case. An employer case never has a union side.")
    if seat and (case.kind != "joint" or seat not in words.TEAM_SEATS):
        raise BadInput("There is no such seat.")
    if seat and words.TEAM_SEATS[seat].side != side:
        raise BadInput("This seat belongs to the other side.")


def _check_new(case: Case, email: str) -> None:
    inside = db.session.scalar(
        sa.select(Membership.id)
        .join(Person, Membership.person_id == Person.id)
        .where(Membership.case_id == case.id, Membership.removed_at.is_(None), Person.email == email)
    )
    if inside is not None:
        raise BadInput("This person is in the case already.")
    asked = db.session.scalar(
        sa.select(Invitation.id).where(
            Invitation.case_id == case.id, Invitation.email == email, Invitation.state == "invited"
        )
    )
    if asked is not None:
        raise BadInput("This address was asked already. Take the invitation back first if it should change.")


def accept(invitation_id: int, *, by: Person, name: str = "") -> Membership:
    """Join the case on the side that the invitation names, by the address that was invited.

    Raises `NotFound` for another address, `NotNow` where the invitation has ended or the case is closed.
    """
    with transaction():
        invitation = _theirs(invitation_id, by)
        case: Case = lock(Case, invitation.case_id)
        invitation = lock(Invitation, invitation_id)
        held = place_of(case, by)
        if invitation.state == "accepted" and held is not None:
            return held
        if invitation.expires_at <= now():
            raise NotNow("This invitation has ended. Ask for a new one.")
        invitation.state = lifecycle.after(
            lifecycle.INVITATION, "accept", invitation.state, by=lifecycle.APPLICANT
        )
        _check_open(case)
        _check_place(case, invitation.side, invitation.seat)
        if held is not None:
            raise NotNow(
                "You are in this case already. Sides are never changed: leave first, then join again."
            )
        person = db.session.get_one(Person, by.id)
        person.name = person.name or name.strip() or invitation.name
        invitation.answered_at = now()
        member = Membership(
            case_id=case.id, person_id=by.id, side=invitation.side, seat=invitation.seat, joined_at=now(),
            role="member" if leads_of_side(case, invitation.side) else "lead",
        )  # fmt: skip
        db.session.add(member)
        db.session.flush()
        record("joined", about=invitation.ref, by=by, case=case, audience=invitation.side)
    return member


def decline(invitation_id: int, *, by: Person) -> None:
    """Say no. The inviting side reads only that."""
    with transaction():
        invitation = lock(Invitation, _theirs(invitation_id, by).id)
        invitation.state = lifecycle.after(
            lifecycle.INVITATION, "decline", invitation.state, by=lifecycle.APPLICANT
        )
        invitation.answered_at = now()
        case = db.session.get_one(Case, invitation.case_id)
        record("invitation_declined", about=invitation.ref, by=by, case=case, audience=invitation.side)


def revoke(invitation_id: int, *, by: Person) -> None:
    """Take an invitation back, by who sent it or who leads its side. Raises `NotFound` or `NotAllowed`."""
    with transaction():
        invitation = db.session.get(Invitation, invitation_id)
        if invitation is None:
            raise NotFound("There is no such invitation.")
        case: Case = lock(Case, invitation.case_id)
        invitation = lock(Invitation, invitation_id)
        lead = _lead(case, by)
        if by.id != invitation.invited_by_id and lead.side != invitation.side:
            raise NotFound("There is no such invitation.")
        invitation.state = lifecycle.after(
            lifecycle.INVITATION, "revoke", invitation.state, by=lifecycle.APPLICANT
        )
        invitation.answered_at = now()
        record("invitation_revoked", about=invitation.ref, by=by, case=case, audience=invitation.side)


@due("invitation_ends")
def end_invitation(ref: str) -> None:
    """Seven days have passed without an answer."""
    with transaction():
        invitation = db.session.scalar(sa.select(Invitation).where(Invitation.ref == ref))
        if invitation is None or invitation.state != "invited":
            return
        invitation = lock(Invitation, invitation.id)
        invitation.state = lifecycle.after(
            lifecycle.INVITATION, "expire", invitation.state, by=lifecycle.CLOCK
        )
        case = db.session.get_one(Case, invitation.case_id)
        record("invitation_ended", about=ref, by=None, case=case, audience=invitation.side)


def _theirs(invitation_id: int, by: Person) -> Invitation:
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.email != by.email:
        raise NotFound("There is no such invitation.")
    return invitation


def _lead(case: Case, by: Person) -> Membership:
    member = place_of(case, by)
    if member is None:
        raise NotFound("There is no such case.")
    if member.role != "lead":
        raise NotAllowed("The person who leads your side invites others.")
    return member
