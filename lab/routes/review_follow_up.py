"""What follows a review: a decision that is kept, withdrawn or goes on, tasks that are met, a case that is closed."""

from __future__ import annotations

from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import decisions, follow_up, reopening, task_reports
from lab.actions import reviews as action
from lab.forms import reviews as forms
from lab.hx import page, see
from lab.queries import decisions as decisions_queries
from lab.routes.doors import DIRECTOR, form_key, opens_for, theirs
from lab.routes.reviews import case_or_404, reviews


@reviews.post("/<ref>/keep")
@opens_for(DIRECTOR)
def keep(ref: str) -> Response:
    """Let the decision stand on the newer recommendation."""
    case = theirs("review.decide", case_or_404(ref))
    decisions.keep(
        case.id, recommendation_ref=request.form.get("recommendation", ""), key=request.form.get("key", ""),
        by=g.person,
    )  # fmt: skip
    return see(
        url_for("review_offers.prepare", ref=ref), saying=_("The decision stands on the new recommendation.")
    )


@reviews.post("/<ref>/go-on")
@opens_for(DIRECTOR)
def go_on(ref: str) -> Response:
    """Go on without the answer that was asked for."""
    case = theirs("review.decide", case_or_404(ref))
    follow_up.stop_waiting(case.id, by=g.person)
    return see(url_for(".show", ref=ref))


@reviews.post("/<ref>/tasks/<task_ref>/met")
@opens_for(DIRECTOR)
def meet(ref: str, task_ref: str) -> Response:
    """A condition or a first task is done; with the last condition the case goes on."""
    case = theirs("review.decide", case_or_404(ref))
    if not any(task.ref == task_ref for task in decisions_queries.tasks_of(case)):
        abort(404)
    after = follow_up.meet(task_ref, by=g.person)
    if after.state == "offering":
        return see(
            url_for("review_offers.prepare", ref=ref), saying=_("All conditions are met. Now the offer.")
        )
    return see(url_for(".show", ref=ref), saying=_("Marked as done."))


@reviews.route("/<ref>/tasks/<task_ref>/not-yet", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def not_yet(ref: str, task_ref: str) -> Response:
    """What was told done is not done yet: say what is missing."""
    case = theirs("review.decide", case_or_404(ref))
    task = next((one for one in decisions_queries.tasks_of(case) if one.ref == task_ref), None)
    if task is None:
        abort(404)
    form = forms.NotYetForm(request.form, key=form_key())
    if request.method == "POST" and form.validate():
        task_reports.not_yet(task_ref, text=str(form.text.data), by=g.person)
        return see(url_for(".show", ref=ref), saying=_("They can read what is missing, and tell you again."))
    if request.method == "GET" and task.told_done is None:
        return see(url_for(".show", ref=ref))
    return page("reviews/not_yet.html", status=422 if form.errors else 200, form=form, case=case, task=task)


@reviews.route("/<ref>/reopen", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def reopen(ref: str) -> Response:
    """Withdraw a decision before a consultant has accepted."""
    case = theirs("review.decide", case_or_404(ref))
    form = forms.NoteForm(request.form, key=form_key())
    if request.method == "POST" and form.validate():
        reopening.reopen(case.id, note=str(form.note.data), by=g.person)
        action.compute(case.id, by=g.person)
        return see(url_for(".show", ref=ref), saying=_("The decision is withdrawn. You can decide anew."))
    return page("reviews/reopen.html", status=422 if form.errors else 200, form=form, case=case)


@reviews.route("/<ref>/close", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def close(ref: str) -> Response:
    """Close a case whose work is done, after a page that says what this means."""
    case = theirs("review.decide", case_or_404(ref))
    if request.method == "POST":
        follow_up.close(case.id, by=g.person)
        return see(url_for(".show", ref=ref), saying=_("The case is closed."))
    return page("reviews/close.html", case=case)
