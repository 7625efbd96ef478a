"""Two people wrote in one part: both texts side by side, and a choice."""

from __future__ import annotations

from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import intake as action
from lab.forms.intake import base as form_base
from lab.forms.intake import compare as compare_forms
from lab.forms.intake import topics as forms
from lab.hx import page, see
from lab.models import Case, Section
from lab.queries import intake as queries
from lab.queries import intake_words as say
from lab.routes.doors import SIGNED_IN, opens_for
from lab.routes.intake import case_here, intake
from lab.routes.intake_topics import TOPIC, asked_of, read_version, section_here
from lab.showing import clock


@intake.route(f"/<ref>/{TOPIC}/versions/<int:revision>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def versions(ref: str, topic: str, revision: int) -> Response:
    """Choose between two texts, question by question."""
    case = case_here(ref)
    here = section_here(case, topic)
    if request.method == "POST":
        return _choose(case, here, revision)
    return both_texts(case, here, revision)


def both_texts(case: Case, here: Section, revision: int, *, status: int = 200) -> Response:
    """The page, or with htmx the short notice, that shows that there are two texts."""
    kept = queries.revision_of(here, revision)
    if kept is None or kept.saved_by_id != g.viewer.person_id:
        abort(404)
    asked = asked_of(case)
    return page(
        "intake/versions.html",
        fragment="intake/_clash.html",
        status=status,
        case=case,
        section=here,
        revision=revision,
        differences=compare_forms.differences(
            forms.form_of(here.topic, asked), asked, mine=kept.typed, theirs=here.typed
        ),
        title=say.title(here.topic, case.line),
        writer=here.saved_by.name or here.saved_by.email if here.saved_by else _("Somebody"),
        when=clock(here.saved_at) if here.saved_at else "",
    )


def _choose(case: Case, here: Section, revision: int) -> Response:
    kept = queries.revision_of(here, revision)
    if kept is None or kept.saved_by_id != g.viewer.person_id:
        abort(404)
    keep = {
        name.removeprefix("keep-"): value for name, value in request.form.items() if name.startswith("keep-")
    }
    typed = compare_forms.merged(kept.typed, here.typed, keep)
    asked = asked_of(case)
    form = forms.form_of(here.topic, asked)(form_base.as_form(typed), asked=asked)
    fine = form.validate()
    saved = action.save(
        here.id,
        typed=typed,
        answers=form.fragment() if fine else None,
        read_version=read_version(),
        by=g.person,
    )
    if saved.clash:
        return both_texts(case, section_here(case, here.topic), saved.clash, status=409)
    return see(
        url_for(".section", ref=case.ref, topic=here.topic),
        saying=_("Your choice is saved. Look through it once more, then continue."),
    )
