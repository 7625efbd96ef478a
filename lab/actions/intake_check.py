"""Confirming the shared part and sending an application, once it is complete and both sides agree."""

from __future__ import annotations

import sqlalchemy as sa

from lab import exchange, lifecycle, notices
from lab.actions.telling import directors
from lab.clock import answer_due, program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.history import claim, record, remember_result
from lab.models import (
    Case,
    Membership,
    Person,
)  # fmt: skip
from lab.queries import intake as queries
from lab.queries.intake_document import document_of, shared_sections, shared_version
from lab.queries.matching import queue_columns
from lab.said import say


def confirm_joint_part(case_id: int, *, seen: int, by: Person) -> None:
    """One side's lead says yes to the shared part, as it stood at version `seen`.

    Raises `NotAllowed` for who does not lead a side, `NotNow` where it changed meanwhile.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        lead = _lead(case, by)
        lifecycle.after(lifecycle.CASE, "submit", case.state, by=lifecycle.APPLICANT)
        _check_seen(case, seen)
        _check_complete(case)
        lead.confirmed_version, lead.confirmed_at = seen, now()
        record("joint_part_confirmed", about=case.ref, by=by, case=case, audience="joint")


def submit(case_id: int, *, seen: int, by: Person, key: str) -> Case:
    """Send the application. `seen` is the version that was shown on the page with all answers.

    The same key sends it once. Raises `NotAllowed` for who leads no side, `NotNow` where it was sent
    or changed meanwhile or the other side has not confirmed, `BadInput` naming each missing part.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        if not claim(key, purpose="intake.submit", by=by):
            return case
        lead = _lead(case, by)
        state = lifecycle.after(lifecycle.CASE, "submit", case.state, by=lifecycle.APPLICANT)
        _check_seen(case, seen)
        _check_complete(case)
        lead.confirmed_version, lead.confirmed_at = seen, now()
        db.session.flush()
        if waiting := sides_to_confirm(case.id, seen):
            raise NotNow(_waiting_for(waiting[0]))
        case.state = state
        case.submitted_at = now()
        fill_document(case)
        case.next_action = "start_review"
        case.due_on = answer_due(program_day(case.submitted_at), case.clock_on)
        remember_result(key, case.ref)
        record("submitted", about=case.ref, by=by, case=case, audience=_shared(case))
        _tell_of_submission(case)
    return case


def _lead(case: Case, by: Person) -> Membership:
    member = db.session.scalar(
        sa.select(Membership).where(
            Membership.case_id == case.id, Membership.person_id == by.id, Membership.removed_at.is_(None)
        )
    )
    if member is None:
        raise NotFound("There is no such application.")
    if member.role != "lead":
        raise NotAllowed("The person who leads your side sends this. Ask them to look at it with you.")
    return member


def _shared(case: Case) -> str:
    return queries.audience_of(case.kind, "organization")


def _check_seen(case: Case, seen: int) -> None:
    if shared_version(case.id) != seen:
        raise NotNow("The answers have changed since you checked them. Look at them once more, then send.")


def _check_complete(case: Case) -> None:
    missing = [row.topic for row in shared_sections(case.id) if row.state != "done"]
    if missing:
        raise BadInput("Some parts are not finished yet.", missing)


def sides_to_confirm(case_id: int, seen: int) -> list[str]:
    """The sides that are in the case and have not said yes to the shared part at this version."""
    members = queries.members(case_id)
    sides = list(dict.fromkeys(member.side for member in members))
    said = {member.side for member in members if member.role == "lead" and member.confirmed_version == seen}
    return [side for side in sides if side not in said]


def _waiting_for(side: str) -> str:
    if side == "union":
        return say(
            "The union side has not confirmed the shared part yet. It can be sent as soon as they have."
        )
    return say(
        "The management side has not confirmed the shared part yet. It can be sent as soon as they have."
    )


def fill_document(case: Case) -> None:
    """The document, and the columns that order the queue. Raises `BadInput` if it cannot be read."""
    document = document_of(case)
    application = exchange.application_from(document)
    today = program_day(case.submitted_at or now())
    case.document = exchange.application_to(application)
    case.organization = application.organization.name[:300]
    case.sector = application.organization.sector
    case.place_state = application.organization.state
    for name, value in queue_columns(application, today).items():
        setattr(case, name, value)


def _tell_of_submission(case: Case) -> None:
    for member in queries.members(case.id):
        notices.queue(
            "application-submitted",
            about=f"submitted {case.ref}",
            to=member.person,
            path=f"/applications/{case.ref}/sent",
        )
    for director in directors(case):
        notices.queue("case-waiting", about=f"submitted {case.ref}", to=director)
