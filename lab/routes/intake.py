"""Writing an application: starting it, its list of parts, one topic a page, saving while typing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lab.actions import intake as action
from lab.clock import program_day
from lab.database import now
from lab.forms.intake import start as forms
from lab.hx import page, see
from lab.models import Case, Section
from lab.queries import intake as queries
from lab.queries import intake_document
from lab.queries import intake_words as say
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer
from lab.routes.intake_words import FILTERS, GLOBALS
from lab.row_security import as_the_program

intake = Blueprint("intake", __name__, url_prefix="/applications")
for name, shown in FILTERS.items():
    intake.add_app_template_filter(shown, name)
for name, said in GLOBALS.items():
    intake.add_app_template_global(said, name)


@intake.route("/new", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def start() -> Response:
    """Choose the line and say who is writing."""
    form = forms.StartForm(request.form, key=form_key(), name=g.viewer.name, line=request.args.get("line"))
    if request.method == "POST" and form.validate():
        schools = form.line.data == "schools"
        case = action.start(
            line=str(form.line.data), kind="joint" if schools else "employer", by=g.person,
            side=str(form.side.data) if schools else "management", name=str(form.name.data),
            key=str(form.key.data),
        )  # fmt: skip
        with as_the_program():  # it was not there yet when this request began
            return see(url_for(".tasks", ref=case.ref))
    return page("intake/start.html", status=422 if form.errors else 200, form=form)


def case_here(ref: str) -> Case:
    """The case of this address, if the viewer is in it; otherwise 404."""
    case = theirs("case.own", queries.case_by_ref(ref))
    g.case_here = case
    return case


@dataclass(frozen=True)
class Part:
    """One line of the list of parts."""

    title: str
    url: str
    summary: str
    status: str
    kind: str


def part_of(case: Case, section: Section) -> Part:
    """How one section stands in the list."""
    optional = section.topic in queries.MAY_STAY_EMPTY
    status, kind = {
        "done": (_("Done"), "done"),
        "in_progress": (_("In progress"), "attention"),
        "not_started": (_("If you like") if optional else _("Not started"), "neutral"),
    }[section.state]
    told = say.summary(section.topic, section.answers, program_day(now())) if section.state == "done" else ""
    return Part(
        say.title(section.topic, case.line),
        url_for("intake.section", ref=case.ref, topic=section.topic),
        told or say.invitation_to(section.topic),
        status,
        kind,
    )


@intake.get("/<ref>/tasks")
@opens_for(SIGNED_IN)
def tasks(ref: str) -> Response:
    """The parts of the application, and how far each is."""
    case = case_here(ref)
    if case.state != "draft":
        return see(url_for(".sent", ref=case.ref))
    sections = queries.sections_for(viewer(), case)
    today = program_day(now())
    return page(
        "intake/tasks.html",
        case=case,
        progress=queries.progress(sections),
        parts=[part_of(case, section) for section in sections],
        next_title=partial(say.title, line=case.line),
        near=intake_document.near_day_of_draft(sections, today),
        readers=readers_of(case),
        day_name=say.label_of,
    )


def readers_of(case: Case) -> list[tuple[str, str]]:
    """Who reads the application, and when; counted from the viewer's own side only."""
    side = viewer().seats[case.id].side
    others = sum(member.side == side for member in queries.members(case.id)) - 1
    own = (
        ngettext("You and the colleague you invited", "You and the %(num)s colleagues you invited", others)
        if others
        else _("You")
    )
    both = [(_("Everybody in this case, on both sides. Notes: only the side that wrote them."), "now")]
    return [
        *(both if case.kind == "joint" else [(own, "now")]),
        (_("The program's director, after you submit"), "later"),
        (_("A consultant, only once you both agree. Please name no employees."), "perhaps"),
    ]
