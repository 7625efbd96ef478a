"""Answering what a director asked."""

from __future__ import annotations

import sqlalchemy as sa

from lab import lifecycle, notices
from lab.actions import reviews
from lab.actions.intake_check import fill_document
from lab.clock import program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, NotFound, NotNow
from lab.history import claim, record, remember_result
from lab.models import (
    Case,
    Membership,
    Person,
    Question,
)  # fmt: skip
from lab.queries import intake as queries


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
        fill_document(case)
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
