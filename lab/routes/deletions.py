"""Deleting: an applicant asks, types a code, may undo and reads the receipt; the program sees what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import deletions as action
from lab.actions import signatures
from lab.errors import BadInput
from lab.forms import deletions as forms
from lab.forms import signatures as signature_forms
from lab.hx import page, see
from lab.models import Case
from lab.queries import cases as case_queries
from lab.queries import deletions as queries
from lab.queries import signatures as signature_queries
from lab.routes.cases import cases
from lab.routes.doors import SIGNED_IN, demand, freshly, opens_for, theirs, viewer
from lab.routes.signatures import ask_page, sent

if TYPE_CHECKING:
    from lab.models import Deletion

deletions = Blueprint("deletions", __name__, url_prefix="/deletions")


def _here(ref: str) -> tuple[Case, Deletion | None]:
    """The case and the wish to delete it; 404 for whom it is not. Who asked reads the receipt also afterwards."""
    case = case_queries.by_ref(ref)
    if case is None or case.id not in viewer().seats:
        carried_out = queries.receipt_for(g.person.id, ref)
        if carried_out is None:
            abort(404)
        return carried_out.case, carried_out
    theirs("deletion.read", case)
    wish = queries.of_case(viewer(), case)
    if case.state != "deleted":
        g.case_here = case
    return case, wish


@cases.route("/<ref>/deletion", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def deletion(ref: str) -> Response:
    """How far the wish is, or what would go; sent, it asks for the code."""
    case, wish = _here(ref)
    if request.method == "POST":
        action.ask(theirs("case.ask_deletion", case).id, by=g.person)
        return see(url_for(".deletion", ref=ref), saying=_("We have sent you a code."))
    return _page(case, wish, forms.CodeForm())


@cases.post("/<ref>/deletion/code")
@opens_for(SIGNED_IN)
def deletion_code(ref: str) -> Response:
    """The code: seven days begin."""
    case, wish = _here(ref)
    form = forms.CodeForm(request.form)
    theirs("case.ask_deletion", case)
    if wish is None:
        abort(404)
    if form.validate():
        try:
            action.verify(wish.ref, str(form.code.data), by=g.person)
        except BadInput as refused:
            form.code.errors = (str(refused),)
        else:
            return see(url_for(".deletion", ref=ref), saying=_("Noted. You can still change your mind."))
    return _page(*_here(ref), form)


@cases.post("/<ref>/deletion/undo")
@opens_for(SIGNED_IN)
def deletion_undo(ref: str) -> Response:
    """Keep it after all."""
    case, wish = _here(ref)
    theirs("case.ask_deletion", case)
    if wish is None:
        abort(404)
    action.undo(wish.ref, by=g.person)
    return see(url_for(".deletion", ref=ref), saying=_("Nothing is deleted."))


def _page(case: Case, wish: Deletion | None, form: forms.CodeForm) -> Response:
    live = wish is not None and wish.state in queries.LIVE
    hold = queries.hold_of(case) if live else None
    return page(
        "deletions/mine.html", status=422 if form.errors else 200, case=case, wish=wish, form=form,
        receipt=queries.receipt_of(wish) if wish is not None else [], ended=case.state in action.ENDED,
        review_on=hold.review_on if hold is not None else None,
        side_only=case.kind == "joint" and case.state not in (*action.ENDED, "deleted"),
    )  # fmt: skip


@deletions.get("/")
@opens_for(SIGNED_IN)
def index() -> Response:
    """What will be deleted, what is on hold and what is gone. Administrators see references, no names."""
    demand("deletions.manage")
    return page(
        "deletions/index.html", waiting=queries.waiting(), holds=queries.holds(), done=queries.done(),
        receipt_of=queries.receipt_of, asked=signature_queries.early_ones(viewer()),
    )  # fmt: skip


@deletions.route("/<ref>/earlier", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
@freshly
def earlier(ref: str) -> Response:
    """Not after seven days but now: one person asks with a reason, and another one agrees."""
    demand("deletions.manage")
    wish = theirs("deletions.manage", queries.by_ref(ref))
    if wish.state != "queued":
        return see(url_for(".index"))
    if (asked := signature_queries.early_of(viewer(), wish)) is not None:
        return see(url_for("signatures.show", ref=asked.ref))
    form = signature_forms.ReasonForm(request.form)
    done = sent(form, lambda reason: signatures.ask_early(wish.ref, reason=reason, by=g.person))
    return done or ask_page(
        form, "early", url_for(".earlier", ref=ref), about=_("Case %(ref)s", ref=wish.case.ref)
    )
