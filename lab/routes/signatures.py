"""What needs two people of the program: asking, answering, and using what was agreed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab import row_security
from lab.access import audiences_of
from lab.actions import people as people_actions
from lab.actions import signatures as action
from lab.actions import signed
from lab.errors import NotFound, NotNow
from lab.forms import people as people_forms
from lab.forms import signatures as forms
from lab.hx import page, see
from lab.models import Person, SecondSignature
from lab.queries import cases as case_queries
from lab.queries import intake_rows, intake_words
from lab.queries import reviews as review_queries
from lab.queries import signatures as queries
from lab.routes.doors import ADMINISTRATOR, DIRECTOR, SIGNED_IN, demand, freshly, opens_for, theirs, viewer
from lab.routes.people import person_here

signatures = Blueprint("signatures", __name__, url_prefix="/second-signature")


def _here(ref: str, may: str = "signature.read") -> SecondSignature:
    return theirs(may, queries.by_ref(ref))


@signatures.get("/")
@opens_for(SIGNED_IN)
def index() -> Response:
    """What waits, what is open for a day, what was."""
    demand("signatures.list")
    rows = [(row, queries.state_of(row)) for row in queries.listed(viewer())]
    now = (queries.WAITING, queries.OPEN)
    return page(
        "signatures/index.html", waiting=[one for one in rows if one[1] in now],
        earlier=[one for one in rows if one[1] not in now], called=_called, states=forms.STATES,
    )  # fmt: skip


@signatures.get("/<ref>")
@opens_for(SIGNED_IN)
def show(ref: str) -> Response:
    """Who asks for what and why; the answer, or the way to what was agreed to."""
    row = _here(ref)
    return page(
        "signatures/show.html", row=row, state=queries.state_of(row), called=_called, states=forms.STATES,
        mine=row.asked_by_id == g.person.id,
    )  # fmt: skip


@signatures.route("/ask/export", methods=["GET", "POST"])
@opens_for(DIRECTOR)
@freshly
def ask_export() -> Response:
    """Ask for a table of all cases."""
    form = forms.ReasonForm(request.form)
    asked = sent(form, lambda reason: action.ask_export(reason=reason, by=g.person))
    return asked or ask_page(form, "export", url_for(".ask_export"))


@signatures.route("/ask/case", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
@freshly
def ask_case() -> Response:
    """Ask to read a case one is not on."""
    demand("signatures.list")
    form = forms.CaseForm(request.form)
    try:
        asked = sent(form, lambda reason: action.ask_glass(str(form.case.data), reason=reason, by=g.person))
    except NotFound as missing:
        asked, form.case.errors = None, (str(missing),)
    return asked or ask_page(form, "glass", url_for(".ask_case"))


@signatures.route("/ask/role/<ref>/<role>", methods=["GET", "POST"])
@opens_for(ADMINISTRATOR)
@freshly
def ask_role(ref: str, role: str) -> Response:
    """Ask that somebody get a role that opens everything."""
    person = person_here(ref)
    if role not in people_actions.BY_TWO:
        abort(404)
    form = forms.ReasonForm(request.form)
    asked = sent(form, lambda reason: action.ask_grant(person.id, role, reason=reason, by=g.person))
    return asked or ask_page(
        form, "grant", url_for(".ask_role", ref=ref, role=role), about=_role_of(person, role)
    )


@signatures.route("/ask/reset/<ref>", methods=["GET", "POST"])
@opens_for(ADMINISTRATOR)
@freshly
def ask_reset(ref: str) -> Response:
    """Ask that somebody's lost second factor be taken away."""
    person = person_here(ref)
    if person.second_since is None or person.id == g.person.id:
        abort(404)
    form = forms.ReasonForm(request.form)
    asked = sent(form, lambda reason: action.ask_reset(person.id, reason=reason, by=g.person))
    return asked or ask_page(form, "reset", url_for(".ask_reset", ref=ref), about=person.name or person.email)


@signatures.post("/<ref>/approve")
@opens_for(SIGNED_IN)
@freshly
def approve(ref: str) -> Response:
    """The second signature."""
    row = action.approve(_here(ref, "signature.answer").ref, by=g.person)
    if row.deed == signed.EARLY:
        return see(url_for("deletions.index"), saying=_("Deleted."))
    return see(url_for(".show", ref=row.ref), saying=_("You have agreed."))


@signatures.post("/<ref>/refuse")
@opens_for(SIGNED_IN)
def refuse(ref: str) -> Response:
    """The second person says no."""
    action.refuse(_here(ref, "signature.answer").ref, by=g.person)
    return see(url_for(".index"), saying=_("You have refused. Nothing is done."))


@signatures.post("/<ref>/withdraw")
@opens_for(SIGNED_IN)
def withdraw(ref: str) -> Response:
    """Who asked takes it back."""
    action.withdraw(_here(ref, "signature.own").ref, by=g.person)
    return see(url_for(".index"), saying=_("You have taken it back."))


@signatures.post("/<ref>/table")
@opens_for(DIRECTOR)
@freshly
def table(ref: str) -> Response:
    """The table of all cases, once."""
    demand("cases.export")
    row = _here(ref, "signature.own")
    text = queries.table_of_cases(viewer())
    action.take(row.ref, text, by=g.person)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=cases.csv"
    return response


@signatures.get("/<ref>/case")
@opens_for(SIGNED_IN)
@freshly
def case(ref: str) -> Response:
    """Everything that was answered, to read on this page for a day. Every look leaves a row."""
    row = _here(ref, "signature.own")
    about, case_id = row.about, action.look(row.ref, by=g.person)
    g.viewer = replace(viewer(), glass_case_ids=frozenset({case_id}))
    row_security.read_as(g.viewer)
    found = theirs("glass.look", case_queries.by_ref(about))
    return page(
        "signatures/case.html", case=found, row=_here(ref, "signature.own"), rows=intake_rows.rows,
        sections=review_queries.sections_of(found, audiences_of(viewer(), found)),
        title_of=partial(intake_words.title, line=found.line),
    )  # fmt: skip


def sent(form: forms.ReasonForm, ask: Callable[[str], SecondSignature]) -> Response | None:
    """Ask with the reason that was sent; None where the form is still to be filled in, or says what stands against it."""
    if request.method != "POST" or not form.validate():
        return None
    try:
        row = ask(str(form.reason.data))
    except NotNow as wrong:
        form.form_errors = [wrong.message]
        return None
    return see(
        url_for("signatures.show", ref=row.ref), saying=_("Noted. A second person answers within a day.")
    )


def ask_page(form: forms.ReasonForm, deed: str, here: str, about: str = "") -> Response:
    """The page that asks why, for one of the deeds."""
    return page(
        "signatures/ask.html", status=422 if form.errors else 200, form=form, deed=deed, about=about, here=here,
        deeds=forms.DEEDS,
    )  # fmt: skip


def _role_of(person: Person, role: str) -> str:
    return f"{person.name or person.email}: {people_forms.NAMES[role]}"


def _called(row: SecondSignature) -> str:
    """What was asked for, in one line."""
    what = str(forms.DEEDS[row.deed])
    if row.deed == signed.EARLY:  # an administrator reads the reference of the case and nothing else of it
        return f"{what}: {row.about.split()[0]}"
    if row.person is not None:
        person = row.person
        about = _role_of(person, row.about) if row.about else person.name or person.email
        return f"{what}: {about}"
    return f"{what}: {row.about}" if row.about else what
