"""One topic a page: its questions, keeping what was typed, and saving while it is typed."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lab.access import audiences_of
from lab.actions import intake as action
from lab.clock import program_day
from lab.database import now
from lab.forms.intake import base as form_base
from lab.forms.intake import prefill as prefill_forms
from lab.forms.intake import topics as forms
from lab.hx import page, see
from lab.models import Case, Section
from lab.queries import intake as queries
from lab.queries import intake_document
from lab.queries import intake_words as say
from lab.routes.doors import KEEPERS, SIGNED_IN, opens_for, theirs, viewer
from lab.routes.intake import case_here, intake
from lab.showing import clock

TOPIC = (
    "<any(organization,people,dates,needs,foundation,time,conflicts,team,notes_management,notes_union):topic>"
)
FIRST_FIELDS = {"units": "label", "days": "kind"}


def asked_of(case: Case) -> form_base.Asked:
    """What the forms of this case need to know."""
    return form_base.Asked(
        line=case.line,
        kind=case.kind,
        today=program_day(now()),
        ask=partial(intake_document.told_of, case.id),
    )


def section_here(case: Case, topic: str) -> Section:
    """The section of this address if the viewer may write it; otherwise 404."""
    return theirs("section.write", queries.section_of(case, topic))


@intake.route(f"/<ref>/{TOPIC}", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def section(ref: str, topic: str) -> Response:
    """One topic: its questions, or what was typed to be kept."""
    case = case_here(ref)
    here = section_here(case, topic)
    if request.method == "POST":
        return _keep(case, here)
    if topic not in queries.writable_topics(case, audiences_of(viewer(), case)):
        return see(url_for(".sent", ref=case.ref))
    asked = asked_of(case)
    typed = here.typed or prefill_forms.typed_of(topic, here.answers)
    form = forms.form_of(topic, asked)(form_base.as_form(typed) if typed else None, asked=asked)
    return show(case, here, form, version=here.version)


def show(
    case: Case, here: Section, form: form_base.TopicForm, *, version: int, status: int = 200, more: Any = ()
) -> Response:
    """The page of one topic with this form."""
    sections = queries.sections_for(viewer(), case)
    topics = [row.topic for row in queries.progress(sections).needed]
    return page(
        f"intake/topics/{'notes' if here.topic in queries.NOTES else here.topic}.html",
        status=status,
        case=case,
        section=here,
        form=form,
        version=version,
        problems=form.problems() if status == 422 else [],
        warned=list(more),
        title=say.title(here.topic, case.line),
        number=topics.index(here.topic) + 1 if here.topic in topics else 0,
        total=len(topics),
        back=_back(),
        asked=form.asked,
        audience_text=audience_text(here),
        spoken=say.spoken,
    )


def audience_text(here: Section) -> str:
    """Who sees a section, in words."""
    if here.audience == "joint":
        return _("Both sides of this case see this, and the director after you submit.")
    if here.topic in queries.NOTES:
        return _("Only your side and the program see this. The other side does not see that it exists.")
    return _("Only your management team sees this, and the director after you submit.")


def _back() -> str:
    wanted = request.values.get("back", "")
    return wanted if wanted == "check" or wanted.startswith("question:") else ""


def _keep(case: Case, here: Section) -> Response:
    deed, _sep, rest = request.form.get("do", "continue").partition(":")
    typed = form_base.typed_from(request.form)
    if deed in ("add", "remove"):
        return _change_rows(case, here, typed, deed, rest)
    asked = asked_of(case)
    form = forms.form_of(here.topic, asked)(form_base.as_form(typed), asked=asked)
    fine = form.validate()
    doubts = form.warnings() if fine and deed == "continue" else []
    saved = action.save(
        here.id, typed=form_base.known_of(typed, type(form)), answers=form.fragment() if fine else None, read_version=read_version(),
        by=g.person, finished=fine and not doubts and deed in ("continue", "keep"),
    )  # fmt: skip
    if saved.clash:
        return clashed(case, here.topic, saved.clash)
    if deed == "later":
        return see(_overview(case), saying=_("Saved. You can come back whenever you like."))
    if not fine or doubts:
        return show(case, here, form, version=saved.version, status=422, more=doubts)
    return see(_onward(case, here.topic))


def _change_rows(case: Case, here: Section, typed: dict[str, list[str]], deed: str, rest: str) -> Response:
    """One more row, or one less, with everything else as it was typed."""
    name, _sep, number = rest.partition(":")
    if name not in FIRST_FIELDS or (deed == "remove" and not number.isdigit()):
        return see(url_for(".section", ref=case.ref, topic=here.topic))
    if deed == "add":
        typed = form_base.add_row(typed, name, 1, FIRST_FIELDS[name])
    else:
        typed = form_base.drop_row(typed, name, int(number))
    typed = form_base.known_of(typed, forms.form_of(here.topic, asked_of(case)))
    saved = action.save(here.id, typed=typed, answers=None, read_version=read_version(), by=g.person)
    if saved.clash:
        return clashed(case, here.topic, saved.clash)
    to = url_for(".section", ref=case.ref, topic=here.topic, back=_back() or None)
    return see(f"{to}#{name}-last" if deed == "add" else f"{to}#{name}")


def read_version() -> int:
    """The version that the writer had read; 0 where the form does not say."""
    told = request.form.get("read_version", "")
    return int(told) if told.isdigit() else 0


def _overview(case: Case) -> str:
    back = _back()
    if back.startswith("question:"):
        return url_for("intake.question", ref=case.ref, question_ref=back.removeprefix("question:"))
    return url_for(".tasks", ref=case.ref)


def _onward(case: Case, topic: str) -> str:
    """After a topic comes the next one that is open, and after the last one the check."""
    back = _back()
    if back == "check":
        return url_for("intake.check", ref=case.ref)
    if back or case.state != "draft":
        return _overview(case)
    sections = queries.sections_for(viewer(), case)
    at = next(number for number, row in enumerate(sections) if row.topic == topic)
    for row in (*sections[at + 1 :], *queries.progress(sections[:at]).missing):
        if row.state != "done" and row.topic != topic:
            return url_for(".section", ref=case.ref, topic=row.topic)
    return url_for("intake.check", ref=case.ref)


@intake.post(f"/<ref>/{TOPIC}/autosave")
@opens_for(SIGNED_IN)
def autosave(ref: str, topic: str) -> Response:
    """Keep what stands in the form while it is being typed."""
    here = theirs("section.write", queries.section_at(ref, topic))
    case = g.case_here = theirs("case.own", here.case)
    asked, typed = asked_of(case), form_base.typed_from(request.form)
    form = forms.form_of(topic, asked)(form_base.as_form(typed), asked=asked)
    fine = form.validate()
    saved = action.save(
        here.id,
        typed=form_base.known_of(typed, type(form)),
        answers=form.fragment() if fine else None,
        read_version=read_version(),
        by=g.person,
    )
    if saved.clash:
        return clashed(case, topic, saved.clash)
    return make_response(
        render_template("intake/_saved.html", time=clock(saved.saved_at), version=saved.version)
    )


def _keep_for_later(ref: str, topic: str) -> str | None:
    """The session ended while somebody typed: keep the text, and show both after they have signed in again."""
    kept = action.keep_of_ended_session(g.ended_secret, ref, topic, form_base.typed_from(request.form))
    if kept == 0:
        return url_for("intake.section", ref=ref, topic=topic)
    return url_for("intake.versions", ref=ref, topic=topic, revision=kept, kept=1) if kept else None


KEEPERS["intake.section"] = KEEPERS["intake.autosave"] = _keep_for_later


def clashed(case: Case, topic: str, revision: int) -> Response:
    """Somebody was faster: both texts are kept, and here is where to choose."""
    from lab.routes.intake_versions import both_texts

    return both_texts(case, section_here(case, topic), revision, status=409)
