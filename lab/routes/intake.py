"""Writing an application: starting it, its list of parts, one topic a page, saving while typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import format_time, ngettext
from flask_babel import gettext as _

from lab.access import audiences_of
from lab.actions import intake as action
from lab.clock import program_day
from lab.database import now
from lab.forms.intake import Asked, TopicForm, form_of
from lab.forms.intake.base import add_row, as_form, drop_row, typed_from
from lab.forms.intake.prefill import typed_of
from lab.forms.intake.start import StartForm
from lab.hx import page, see
from lab.models import Case, Section
from lab.queries import intake as queries
from lab.queries import intake_words as say
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer
from lab.routes.intake_words import FILTERS, GLOBALS

intake = Blueprint("intake", __name__, url_prefix="/applications")
for name, shown in FILTERS.items():
    intake.add_app_template_filter(shown, name)
for name, said in GLOBALS.items():
    intake.add_app_template_global(said, name)
TOPIC = (
    "<any(organization,people,dates,needs,foundation,time,conflicts,team,notes_management,notes_union):topic>"
)
FIRST_FIELDS = {"units": "label", "days": "kind"}


@intake.route("/new", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def start() -> Response:
    """Choose the line and say who is writing."""
    form = StartForm(request.form, key=form_key(), name=g.viewer.name, line=request.args.get("line"))
    if request.method == "POST" and form.validate():
        schools = form.line.data == "schools"
        case = action.start(
            line=str(form.line.data), kind="joint" if schools else "employer", by=g.person,
            side=str(form.side.data) if schools else "management", name=str(form.name.data),
            key=str(form.key.data),
        )  # fmt: skip
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
    status, kind = {
        "done": (_("Done"), "done"),
        "in_progress": (_("In progress"), "attention"),
        "not_started": (_("Not started"), "neutral"),
    }[section.state]
    told = say.summary(section.topic, section.answers, program_day(now())) if section.state == "done" else ""
    return Part(
        say.title(section.topic),
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
        next_title=say.title,
        near=queries.near_day_of_draft(sections, today),
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


def asked_of(case: Case) -> Asked:
    """What the forms of this case need to know."""
    units, unions = queries.units_told(case.id)
    return Asked(
        line=case.line, kind=case.kind, units=units, unions=unions,
        budget_band=queries.budget_told(case.id), today=program_day(now()),
    )  # fmt: skip


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
    typed = here.typed or typed_of(topic, here.answers)
    form = form_of(topic, asked)(as_form(typed) if typed else None, asked=asked)
    return show(case, here, form, version=here.version)


def show(
    case: Case, here: Section, form: TopicForm, *, version: int, status: int = 200, more: Any = ()
) -> Response:
    """The page of one topic with this form."""
    sections = queries.sections_for(viewer(), case)
    topics = [row.topic for row in sections]
    return page(
        f"intake/topics/{'notes' if here.topic in queries.NOTES else here.topic}.html",
        status=status,
        case=case,
        section=here,
        form=form,
        version=version,
        problems=form.problems() if status == 422 else [],
        warned=list(more),
        title=say.title(here.topic),
        number=topics.index(here.topic) + 1,
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
    typed = typed_from(request.form)
    if deed in ("add", "remove"):
        return _change_rows(case, here, typed, deed, rest)
    asked = asked_of(case)
    form = form_of(here.topic, asked)(as_form(typed), asked=asked)
    fine = form.validate()
    doubts = form.warnings() if fine and deed == "continue" else []
    saved = action.save(
        here.id, typed=typed, answers=form.fragment() if fine else None, read_version=read_version(),
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
        typed = add_row(typed, name, 1, FIRST_FIELDS[name])
    else:
        typed = drop_row(typed, name, int(number))
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
    for row in (*sections[at + 1 :], *sections[:at]):
        if row.state != "done" and row.topic != topic:
            return url_for(".section", ref=case.ref, topic=row.topic)
    return url_for("intake.check", ref=case.ref)


@intake.post(f"/<ref>/{TOPIC}/autosave")
@opens_for(SIGNED_IN)
def autosave(ref: str, topic: str) -> Response:
    """Keep what stands in the form while it is being typed."""
    case = case_here(ref)
    here = section_here(case, topic)
    asked, typed = asked_of(case), typed_from(request.form)
    form = form_of(topic, asked)(as_form(typed), asked=asked)
    fine = form.validate()
    saved = action.save(
        here.id,
        typed=typed,
        answers=form.fragment() if fine else None,
        read_version=read_version(),
        by=g.person,
    )
    if saved.clash:
        return clashed(case, topic, saved.clash)
    return make_response(
        render_template(
            "intake/_saved.html", time=format_time(saved.saved_at, "HH:mm"), version=saved.version
        )
    )


def clashed(case: Case, topic: str, revision: int) -> Response:
    """Somebody was faster: both texts are kept, and here is where to choose."""
    from lab.routes.intake_versions import both_texts

    return both_texts(case, section_here(case, topic), revision, status=409)
