"""Checking all answers, confirming and sending them, and the page that says they arrived."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flask import Response, current_app, g, request, url_for
from flask_babel import gettext as _

from lab.access import can
from lab.actions import intake_check as action
from lab.clock import program_day
from lab.database import now
from lab.errors import BadInput, NotNow
from lab.forms.intake import check as forms
from lab.hx import page, see
from lab.models import Case, Section
from lab.queries import intake as queries
from lab.queries import intake_document, intake_rows
from lab.queries import intake_words as say
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer
from lab.routes.intake import case_here, intake
from lab.routes.intake_topics import audience_text


@dataclass(frozen=True)
class Answer:
    """One row of the summary, with where it can be changed."""

    label: str
    value: str
    change_url: str | None
    change_text: str
    missing: bool = False


@dataclass(frozen=True)
class Answers:
    """One part with all its answers."""

    topic: str
    title: str
    audience: str
    audience_text: str
    done: bool
    optional: bool
    url: str
    rows: list[Answer]


def answers_of(case: Case, section: Section, *, changeable: bool) -> Answers:
    """All answers of one part; with links only where they can be changed."""
    url = url_for("intake.section", ref=case.ref, topic=section.topic, back="check")
    rows = [
        Answer(row.label, row.value, url if changeable else None, row.label)
        for row in intake_rows.rows(section.topic, section.answers)
    ]
    return Answers(
        section.topic, say.title(section.topic, case.line), section.audience, audience_text(section),
        section.state == "done", section.topic in queries.MAY_STAY_EMPTY, url, rows,
    )  # fmt: skip


@intake.get("/<ref>/check")
@opens_for(SIGNED_IN)
def check(ref: str) -> Response:
    """All answers before they are sent."""
    case = case_here(ref)
    if case.state != "draft":
        return see(url_for(".sent", ref=case.ref))
    return _check_page(case, forms.CheckForm(key=form_key()))


def _check_page(case: Case, form: forms.CheckForm, *, status: int = 200, problem: str = "") -> Response:
    sections = queries.sections_for(viewer(), case)
    seen = intake_document.shared_version(case.id)
    seat = viewer().seats[case.id]
    waiting = [side for side in action.sides_to_confirm(case.id, seen) if side != seat.side]
    return page(
        "intake/check.html",
        status=status,
        case=case,
        form=form,
        seen=seen,
        problem=problem,
        missing=queries.progress(sections).missing,
        title_of=partial(say.title, line=case.line),
        parts=[answers_of(case, section, changeable=True) for section in sections],
        leads=can(viewer(), "case.submit", case),
        waiting=waiting,
        confirmed=seat.side not in action.sides_to_confirm(case.id, seen),
        near=intake_document.near_day_of_draft(sections, program_day(now())),
    )


def _seen() -> int:
    told = request.form.get("seen", "")
    return int(told) if told.isdigit() else 0


@intake.post("/<ref>/submit")
@opens_for(SIGNED_IN)
def submit(ref: str) -> Response:
    """Send the application."""
    return _send(ref, only_confirm=False)


@intake.post("/<ref>/confirm")
@opens_for(SIGNED_IN)
def confirm(ref: str) -> Response:
    """Say yes to the shared part, for one's own side; the other side's lead does the same."""
    return _send(ref, only_confirm=True)


def _send(ref: str, *, only_confirm: bool) -> Response:
    case = case_here(ref)
    theirs("case.submit", case)
    form = forms.CheckForm(request.form)
    if case.state == "draft" and not form.validate():
        return _check_page(case, form, status=422)
    try:
        if only_confirm:
            action.confirm_joint_part(case.id, seen=_seen(), by=g.person)
            return see(url_for(".check", ref=case.ref), saying=_("Your side has confirmed the shared part."))
        action.submit(case.id, seen=_seen(), by=g.person, key=str(form.key.data or ""))
    except BadInput:
        return _check_page(
            case_here(ref),
            form,
            status=422,
            problem=_("Some parts are not finished yet. They are listed below."),
        )
    except NotNow as late:
        again = case_here(ref)
        if again.state != "draft":
            return see(url_for(".sent", ref=again.ref))
        return _check_page(again, form, status=409, problem=_(late.message))
    return see(url_for(".sent", ref=ref.upper()))


@intake.get("/<ref>/sent")
@opens_for(SIGNED_IN)
def sent(ref: str) -> Response:
    """It arrived: the reference, what happens next and by when, and all answers to print."""
    case = case_here(ref)
    if case.state == "draft":
        return see(url_for(".tasks", ref=case.ref))
    sections = queries.sections_for(viewer(), case)
    return page(
        "intake/sent.html",
        case=case,
        parts=[answers_of(case, section, changeable=False) for section in sections],
        questions=queries.open_questions(case, (viewer().seats[case.id].side, "joint")),
        links=_links(case),
    )


def _links(case: Case) -> dict[str, str]:
    """Where else the applicant can go, as far as those pages exist."""
    here = {"follow": "cases.show", "withdraw": "cases.withdraw"}
    return {
        name: url_for(endpoint, ref=case.ref)
        for name, endpoint in here.items()
        if endpoint in current_app.view_functions
    }
