"""What a director asked, and the answer: only the parts that were named can be changed."""

from __future__ import annotations

from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import intake_questions as action
from lab.clock import program_day
from lab.database import now
from lab.errors import BadInput
from lab.forms.intake import question as forms
from lab.hx import page, see
from lab.models import Case, Question
from lab.queries import intake as queries
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer
from lab.routes.intake import case_here, intake
from lab.routes.intake_check import answers_of


@intake.route("/<ref>/questions/<question_ref>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def question(ref: str, question_ref: str) -> Response:
    """One question, the parts it is about, and one button that sends the answer."""
    case = case_here(ref)
    asked = _asked(case, question_ref)
    form = forms.AnswerForm(request.form, key=form_key())
    if request.method == "POST":
        needs_text = not asked.topics
        if form.validate_for(needs_text=needs_text):
            try:
                action.answer_question(
                    asked.id, text=str(form.answer.data or ""), by=g.person, key=str(form.key.data or "")
                )
                return see(url_for(".sent", ref=case.ref), saying=_("Your answer is sent. Thank you."))
            except BadInput:
                case, asked = case_here(ref), _asked(case_here(ref), question_ref)
                form.answer.errors = (_("Finish the parts below first; they are marked."),)
    return _question_page(case, asked, form)


def _asked(case: Case, question_ref: str) -> Question:
    found = queries.question_by_ref(case, question_ref)
    if found is None:
        abort(404)
    theirs("question.answer", (case, found))
    return found


def _question_page(case: Case, asked: Question, form: forms.AnswerForm) -> Response:
    sections = [row for row in queries.sections_for(viewer(), case) if row.topic in asked.topics]
    return page(
        "intake/question.html",
        status=422 if form.errors else 200,
        case=case,
        question=asked,
        form=form,
        late=asked.answered_at is None and program_day(now()) > asked.due_on,
        open=asked.answered_at is None and case.state == "info_requested",
        parts=[(answers_of(case, row, changeable=False), row.state) for row in sections],
    )
