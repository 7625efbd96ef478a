"""Applications from the first line to their submission: starting, saving, submitting, answering questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lab import exchange, lifecycle, notices
from lab import vocabulary as words
from lab.access import Viewer, has_tie
from lab.actions import reviews
from lab.actions.timers import due
from lab.clock import answer_due, program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.history import claim, record, remember_result, result_of, set_timer
from lab.models import (
    Case,
    Invitation,
    Membership,
    OutboxMessage,
    Person,
    Question,
    RoleGrant,
    Section,
    SectionRevision,
)  # fmt: skip
from lab.queries import intake as queries
from lab.queries.matching import queue_columns

FIRST_NOTICE, LAST_NOTICE, IDLE_END = timedelta(days=60), timedelta(days=83), timedelta(days=90)


def start(*, line: str, kind: str, by: Person, key: str, side: str = "management", name: str = "") -> Case:
    """Begin an application; the same key begins it once.

    `side` is the side of the person in a joint case. Raises `BadInput` for a line, kind or side
    that does not exist or does not fit.
    """
    _check_start(line, kind, side)
    with transaction():
        person = db.session.get_one(Person, by.id)
        if not claim(key, purpose="intake.start", by=person):
            return db.session.scalars(sa.select(Case).where(Case.ref == result_of(key, by=person))).one()
        if name.strip():
            person.name = name.strip()
        moment = now()
        case = Case(line=line, kind=kind, owner_id=person.id, created_at=moment)
        db.session.add(case)
        db.session.flush()
        db.session.add(
            Membership(case_id=case.id, person_id=person.id, side=side, role="lead", joined_at=moment)
        )
        for topic in queries.topics_of(kind):
            db.session.add(Section(case_id=case.id, topic=topic, audience=queries.audience_of(kind, topic)))
        record("started", about=case.ref, by=person, case=case, audience=_own(case, side))
        notices.queue(
            "application-started",
            about=f"started {case.ref}",
            to=person,
            path=f"/applications/{case.ref}/tasks",
        )
        set_timer("draft_idle", about=case.ref, due_at=moment + FIRST_NOTICE)
        remember_result(key, case.ref)
    return case


def _check_start(line: str, kind: str, side: str) -> None:
    if line not in words.LINES or kind not in words.CASE_KINDS or side not in ("management", "union"):
        raise BadInput("Choose the kind of help you are looking for.")
    if (line == "schools") != (kind == "joint"):
        raise BadInput("Nonprofits apply as employers, and schools as joint teams of labor and management.")
    if kind == "employer" and side != "management":
        raise BadInput("An employer case has no union side.")


def _own(case: Case, side: str) -> str:
    return side if case.kind == "joint" else "management"


@dataclass(frozen=True)
class Saved:
    """What became of a text: kept as the section's own, or beside it because somebody was faster."""

    section_id: int
    version: int
    saved_at: datetime
    clash: int | None = None  # the revision that keeps the text that lost


def save(
    section_id: int,
    *,
    typed: dict[str, list[str]],
    answers: dict[str, Any] | None,
    read_version: int,
    by: Person,
    finished: bool = False,
) -> Saved:
    """Keep what stands in the form of one section.

    `answers` is the valid part of the exchange format, or None while it is not valid. `finished` says
    that the writer is done with it. Where the section has changed since `read_version` and says
    something else, nothing is overwritten: the text is kept as a revision and named in `clash`.
    Raises `NotFound` for who may not write it, `NotNow` where it can no longer be changed.
    """
    with transaction():
        section = db.session.get(Section, section_id)
        if section is None:
            raise NotFound("There is no such part.")
        case: Case = lock(Case, section.case_id)
        section = lock(Section, section_id)
        _check_writer(case, section, by)
        moment = now()
        if section.version != read_version and section.typed != typed:
            return _keep_beside(section, typed, by)
        if section.typed and section.typed != typed:
            _keep_revision(section, section.typed, section.saved_by_id or by.id)
        was_done = section.state == "done"
        answers = _with_dates_of_units(section.answers, answers)
        section.typed = typed
        section.answers = answers
        section.state = "done" if answers is not None and (finished or was_done) else "in_progress"
        section.saved_at, section.saved_by_id = moment, by.id
        _carry_over(case, section)
        db.session.flush()
        if finished and not was_done and section.state == "done":
            record("section_done", about=section.topic, by=by, case=case, audience=section.audience)
        return Saved(section.id, section.version, moment)


def _with_dates_of_units(before: dict[str, Any] | None, answers: dict[str, Any] | None) -> Any:
    """Dates that an import put into a group stay with the group of that name."""
    dated = {
        unit["label"]: unit["dates"]
        for unit in (before or {}).get("bargaining_units", [])
        if unit.get("dates")
    }
    if not dated or not answers:
        return answers
    units = [
        {**unit, "dates": dated[unit["label"]]} if unit["label"] in dated else unit
        for unit in answers["bargaining_units"]
    ]
    return {**answers, "bargaining_units": units}


def _check_writer(case: Case, section: Section, by: Person) -> None:
    member = db.session.scalar(
        sa.select(Membership).where(
            Membership.case_id == case.id, Membership.person_id == by.id, Membership.removed_at.is_(None)
        )
    )
    if member is None or section.audience not in (member.side, "joint"):
        raise NotFound("There is no such part.")
    if section.topic not in queries.writable_topics(case, (member.side, "joint")):
        raise NotNow("This was sent, so it can no longer be changed here. Nothing you sent is lost.")


def _keep_beside(section: Section, typed: dict[str, list[str]], by: Person) -> Saved:
    """The text that came second, kept once however often it is sent."""
    for old in queries.revisions_of(section):
        if old.saved_by_id == by.id and old.typed == typed:
            return Saved(section.id, section.version, old.saved_at, clash=old.id)
    kept = _keep_revision(section, typed, by.id)
    db.session.flush()
    return Saved(section.id, section.version, kept.saved_at, clash=kept.id)


def _keep_revision(section: Section, typed: dict[str, Any], by_id: int) -> SectionRevision:
    kept = SectionRevision(
        section_id=section.id, audience=section.audience, version=section.version, typed=typed,
        saved_at=now(), saved_by_id=by_id,
    )  # fmt: skip
    db.session.add(kept)
    return kept


def _carry_over(case: Case, section: Section) -> None:
    """What other places show of a section: the name in the header, the tick for the consultant."""
    if section.topic == "organization" and section.answers and case.state == "draft":
        case.organization = section.answers["organization"]["name"][:300]
    if section.topic in queries.NOTES:
        section.shared_with_consultant = bool(section.answers and section.answers.get("share"))


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
        _fill_document(case)
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
    if queries.shared_version(case.id) != seen:
        raise NotNow("The answers have changed since you checked them. Look at them once more, then send.")


def _check_complete(case: Case) -> None:
    missing = [row.topic for row in queries.shared_sections(case.id) if row.state != "done"]
    if missing:
        raise BadInput("Some parts are not finished yet.", missing)


def sides_to_confirm(case_id: int, seen: int) -> list[str]:
    """The sides that are in the case and have not said yes to the shared part at this version."""
    members = queries.members(case_id)
    sides = list(dict.fromkeys(member.side for member in members))
    said = {member.side for member in members if member.role == "lead" and member.confirmed_version == seen}
    return [side for side in sides if side not in said]


def _waiting_for(side: str) -> str:
    who = "union" if side == "union" else "management"
    return f"The {who} side has not confirmed the shared part yet. It can be sent as soon as they have."


def _fill_document(case: Case) -> None:
    """The document, and the columns that order the queue. Raises `BadInput` if it cannot be read."""
    document = queries.document_of(case)
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
    for director in _directors(case):
        notices.queue("case-waiting", about=f"submitted {case.ref}", to=director)


def _directors(case: Case) -> list[Person]:
    """Every director without a declared tie to the organization: for the others the case does not exist."""
    people = db.session.scalars(
        sa.select(Person)
        .join(RoleGrant)
        .where(RoleGrant.role == "director", RoleGrant.revoked_at.is_(None), Person.removed_at.is_(None))
    ).unique()
    return [person for person in people if not has_tie(Viewer(ties=tuple(person.ties)), case)]


def answer_question(question_id: int, *, text: str, by: Person, key: str) -> Question:
    """Answer what was asked, with the sections it named as they stand now. Late answers count too.

    Raises `NotFound` for who cannot see the question, `NotNow` where it was answered or the case went
    on, `BadInput` where a named section is not finished or nothing was said.
    """
    with transaction():
        question: Question | None = db.session.get(Question, question_id)
        if question is None:
            raise NotFound("There is no such question.")
        case: Case = lock(Case, question.case_id)
        question = db.session.get_one(Question, question_id, with_for_update=True, populate_existing=True)
        if not claim(key, purpose="intake.answer", by=by):
            return question
        _check_answerer(case, question, by, text)
        question.answer, question.answered_by_id, question.answered_at = text.strip(), by.id, now()
        db.session.flush()
        _fill_document(case)
        if not queries.open_questions(case, ("management", "union", "joint")):
            case.state = lifecycle.after(lifecycle.CASE, "answer", case.state, by=lifecycle.APPLICANT)
            case.next_action = "decide"
        remember_result(key, question.ref)
        late = program_day(question.answered_at) > question.due_on
        record(
            "question_answered", about=question.ref, by=by, case=case, audience=question.audience,
            details={"late": late},
        )  # fmt: skip
        asker = db.session.get_one(Person, case.director_id or question.asked_by_id)
        notices.queue("question-answered", about=f"question {question.ref}", to=asker)
    reviews.mark_stale(question.case_id)
    return question


def _check_answerer(case: Case, question: Question, by: Person, text: str) -> None:
    member = db.session.scalar(
        sa.select(Membership).where(
            Membership.case_id == case.id, Membership.person_id == by.id, Membership.removed_at.is_(None)
        )
    )
    if member is None or question.audience not in (member.side, "joint"):
        raise NotFound("There is no such question.")
    if question.answered_at is not None:
        raise NotNow("Somebody of your team has answered this already.")
    if case.state != "info_requested":
        raise NotNow("The case has moved on since this was asked, so no answer is needed.")
    sections = [queries.section_of(case, topic) for topic in question.topics]
    missing = [row.topic for row in sections if row is not None and row.state != "done"]
    if missing:
        raise BadInput("Some parts are not finished yet.", missing)
    if not text.strip() and not question.topics:
        raise BadInput("Type your answer.")


@due("draft_idle")
def keep_watch_on_draft(ref: str) -> None:
    """What time does to a draft that nobody touches: a word after 60 and 83 days, its end after 90."""
    case = db.session.scalar(sa.select(Case).where(Case.ref == ref))
    if case is None or case.state != "draft":
        return
    lock(Case, case.id)
    touched = max([case.created_at, *(row.saved_at for row in case.sections if row.saved_at)])
    idle = now() - touched
    if idle < FIRST_NOTICE:
        set_timer("draft_idle", about=ref, due_at=touched + FIRST_NOTICE)
    elif idle < IDLE_END:
        last = idle >= LAST_NOTICE
        for member in queries.members(case.id):
            notices.queue(
                "draft-idle",
                about=f"idle {ref} {touched.date()} {'last' if last else 'first'}",
                to=member.person,
                path=f"/applications/{ref}/tasks",
            )
        set_timer("draft_idle", about=ref, due_at=touched + (IDLE_END if last else LAST_NOTICE))
    else:
        _expire(case)


def _expire(case: Case) -> None:
    """The draft goes, with everything in it; the reference stays so that it is never given again."""
    case.state = lifecycle.after(lifecycle.CASE, "expire", case.state, by=lifecycle.CLOCK)
    case.organization, case.closed_at = "", now()
    sections = sa.select(Section.id).where(Section.case_id == case.id).scalar_subquery()
    db.session.execute(sa.delete(SectionRevision).where(SectionRevision.section_id.in_(sections)))
    db.session.execute(sa.delete(Section).where(Section.case_id == case.id))
    db.session.execute(sa.delete(Invitation).where(Invitation.case_id == case.id))
    db.session.execute(
        sa.delete(OutboxMessage).where(
            OutboxMessage.path.like(f"%{case.ref}%"), OutboxMessage.sent_at.is_(None)
        )
    )
    record("expired", about=case.ref, by=None, case=case, audience="joint")
