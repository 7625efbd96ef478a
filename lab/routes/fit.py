"""Do we fit? Five questions, one a page, without an account; nothing of it is stored."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from lab.forms import fit as form
from lab.hx import page
from lab.routes.doors import PUBLIC, opens_for

fit = Blueprint("fit", __name__)


@fit.get("/fit")
@opens_for(PUBLIC)
def questions() -> Response:
    """The next question that has no answer yet, or what the answers amount to."""
    told = form.read(request.args)
    open_questions = [q for q in form.QUESTIONS if any(name not in told for name in form.names_of(q, told))]
    if not open_questions:
        return page("fit/result.html", verdict=form.verdict(told), again=url_for(".questions"))
    question = open_questions[0]
    here = form.QUESTIONS.index(question)
    before = {
        name: value for q in form.QUESTIONS[:here] for name in form.names_of(q) if (value := told.get(name))
    }
    wrong = request.args.get("asked") == question
    return page(
        "fit/question.html",
        status=422 if wrong else 200,
        question=question,
        title=_title(question),
        number=here + 1,
        total=len(form.QUESTIONS),
        choices=form.choices(question),
        names=form.names_of(question, told),
        told=told,
        before=before,
        wrong=wrong,
        back=_back(before, here),
    )


def _back(before: dict[str, str], here: int) -> str:
    """The question before this one, with all answers but its own."""
    if here == 0:
        return url_for("public.home")
    dropped = form.names_of(form.QUESTIONS[here - 1])
    kept: dict[str, Any] = {name: value for name, value in before.items() if name not in dropped}
    return url_for(".questions", **kept)


def _title(question: str) -> str:
    return {
        "role": _("What is your role in the organization?"),
        "kind": _("What kind of organization is it?"),
        "stage": _("Where do things stand?"),
        "state": _("In which state do most of your staff work?"),
        "commitments": _("Can your organization agree to these commitments?"),
    }[question]
