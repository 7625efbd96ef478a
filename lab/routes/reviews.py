"""The director's queue and the match review: read, begin, decide, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lab import vocabulary as words
from lab.access import audiences_of
from lab.actions import decisions, follow_up, reopening
from lab.actions import reviews as action
from lab.clock import program_day
from lab.database import db, now
from lab.errors import BadInput, NotNow
from lab.forms.base import hints_of
from lab.forms.reviews import FLAG_LABELS, NEXT_ACTIONS, NoteForm, QueueForm
from lab.hx import page, see
from lab.matching.result import Recommendation as Result
from lab.models import Case
from lab.queries import intake_rows, intake_words, proposals, review_words
from lab.queries import queue as queue_queries
from lab.queries import reviews as queries
from lab.routes.decision_form import choice_of, decision_form
from lab.routes.doors import DIRECTOR, demand, form_key, opens_for, theirs, viewer
from lab.showing import label

reviews = Blueprint("reviews", __name__, url_prefix="/reviews")


@reviews.get("/")
@opens_for(DIRECTOR)
def queue() -> Response:
    """What waits, in the order of what is due; the filters stand in the address."""
    demand("queue.read")
    form = QueueForm(request.args, states=queue_queries.STATES)
    filters = queue_queries.Filters(
        state=form.state.data or "", line=form.line.data or "", stage=form.stage.data or "",
        tier=form.tier.data or "", flag=form.flag.data or "", text=form.text.data or "",
        mine=bool(form.mine.data),
    )  # fmt: skip
    found = queue_queries.queue_of(viewer(), filters, page=request.args.get("page", 1, int))
    return page(
        "reviews/queue.html", fragment="reviews/_queue.html", form=form, queue=found, to=_to_page,
        flag_labels=FLAG_LABELS, next_actions=NEXT_ACTIONS,
    )  # fmt: skip


def _to_page(number: int) -> str:
    set_now = {key: value for key, value in request.args.items() if key != "page" and value}
    return url_for("reviews.queue", **{**set_now, "page": number})  # type: ignore[arg-type]


def case_or_404(ref: str) -> Case:
    """The case, if this director may review it."""
    case = theirs("review.read", queries.case_by_ref(ref))
    if case.document is None:
        abort(404)
    return case


@reviews.get("/<ref>")
@opens_for(DIRECTOR)
def show(ref: str) -> Response:
    """The match review; opening it is kept in the access log that the client reads."""
    case = case_or_404(ref)
    _keep_opened(case, "review")
    return _review_page(case)


def _keep_opened(case: Case, what: str) -> None:
    # What was read stays readable without asking the database for it once more.
    db.session.expunge(case)
    action.opened(case.id, by_id=g.viewer.person_id, what=what)


def _review_page(case: Case, *, form: Any = None, status: int = 200) -> Response:
    shown = queries.review_of(
        case, order=request.args.get("order", "score"), beside=request.args.getlist("with"),
        audiences=audiences_of(viewer(), case),
    )  # fmt: skip
    mine = case.director_id == g.viewer.person_id
    if form is None and mine and case.state == "in_review" and not shown.preview:
        form = decision_form(shown, key=form_key())
    return page(
        "reviews/show.html", status=status, review=shown, case=case, form=form, mine=mine, key=form_key(),
        orders=queries.ORDERS, order=request.args.get("order", "score"), beside=request.args.getlist("with"),
        unit=review_words.unit_words(shown.application, shown.result.as_of),
        looks=decisions.look_keys, chosen=form.consultant.data if form is not None else shown.first,
        topic_title=intake_words.title, in_words=in_words, named=named, review_needs=needs_in_short,
        hints_of=hints_of,
    )  # fmt: skip


def in_words(terms: Mapping[str, Any], codes: Iterable[str]) -> str:
    """The labels of some codes, in one line."""
    return ", ".join(label(terms, code) for code in codes)


def named(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """The names of networks or convenings, in one line."""
    return ", ".join(names.get(code) or code for code in codes)


def needs_in_short(result: Result) -> tuple[str, str]:
    """The first three needs and where they come from."""
    found = result.needs[:3]
    told = ", ".join(label(words.NEEDS, one.need) for one in found) or _("No need named")
    read = sum(one.source == "text" for one in result.needs)
    more = len(result.needs) - len(found)
    parts = [
        ngettext("%(num)s more", "%(num)s more", more) if more else "",
        ngettext("one read from the text", "%(num)s read from the text", read) if read else "",
    ]
    return told, ", ".join(part for part in parts if part) or _("as they ticked them")


@reviews.post("/<ref>/start")
@opens_for(DIRECTOR)
def start(ref: str) -> Response:
    """Begin the review: assigns the director, then computes what is proposed."""
    case = theirs("review.start", case_or_404(ref))
    action.begin(case.id, by=g.person)
    action.compute(case.id, by=g.person)
    return see(url_for(".show", ref=ref))


@reviews.post("/<ref>/take-over")
@opens_for(DIRECTOR)
def take_over(ref: str) -> Response:
    """Take the case over from another director."""
    case = theirs("review.start", case_or_404(ref))
    action.take_over(case.id, by=g.person)
    return see(url_for(".show", ref=ref), saying=_("This case is yours now."))


@reviews.post("/<ref>/compute")
@opens_for(DIRECTOR)
def compute(ref: str) -> Response:
    """Compute again, counted from the day of submission as the first time, or from today once that has passed."""
    case = case_or_404(ref)
    before = proposals.newest(case.id)
    action.compute(case.id, by=g.person, as_of=program_day(now()) if before is not None else None)
    return see(url_for(".show", ref=ref), saying=_("The proposal was computed again."))


@reviews.get("/<ref>/answers")
@opens_for(DIRECTOR)
def answers(ref: str) -> Response:
    """All answers, topic by topic, with who else can read them."""
    case = case_or_404(ref)
    _keep_opened(case, "answers")
    sections = queries.sections_of(case, audiences_of(viewer(), case))
    return page(
        "reviews/answers.html", case=case, sections=sections, rows=intake_rows.rows,
        title_of=intake_words.title, document=case.document,
    )  # fmt: skip


@reviews.post("/<ref>/decision")
@opens_for(DIRECTOR)
def decide(ref: str) -> Response:
    """One form, one decision; what is missing comes back with everything that was typed."""
    case = case_or_404(ref)
    action.must_be_theirs(case, g.person)
    shown = queries.review_of(case, audiences=audiences_of(viewer(), case))
    form = decision_form(shown, key=form_key(), sent=request.form)
    if form.validate():
        try:
            decided = decisions.decide(
                case.id, choice_of(form, request.form), key=str(form.key.data or ""), by=g.person
            )
        except BadInput as wrong:
            form.form_errors = list(wrong.problems) or [str(wrong)]
        except NotNow as late:
            return _look_again(ref, late)
        else:
            return _after_decision(ref, with_hours=bool(decided and decided.consultant_ref))
    return _review_page(queries.case_by_ref(ref) or case, form=form, status=422)


def _look_again(ref: str, late: NotNow) -> Response:
    """The case as it stands now, what has changed, and everything that was typed. Raises `NotNow` where it is over."""
    case = case_or_404(ref)
    if case.state != "in_review" or case.director_id != g.viewer.person_id:
        raise late
    shown = queries.review_of(case, audiences=audiences_of(viewer(), case))
    form = decision_form(shown, key=form_key(), sent=request.form)
    form.read_version.data = str(case.version)
    form.recommendation.data = shown.row.ref if shown.row else ""
    form.form_errors = [late.message]
    return _review_page(case, form=form, status=409)


def _after_decision(ref: str, *, with_hours: bool) -> Response:
    case = case_or_404(ref)
    if case.state == "offering" and with_hours:
        return see(
            url_for("review_offers.prepare", ref=ref), saying=_("The decision is saved. Now the offer.")
        )
    if case.state == "info_requested":
        return see(url_for(".show", ref=ref), saying=_("Your question is on its way."))
    return see(url_for(".show", ref=ref), saying=_("The decision is saved, and the applicant is told."))


@reviews.post("/<ref>/keep")
@opens_for(DIRECTOR)
def keep(ref: str) -> Response:
    """Let the decision stand on the newer proposal."""
    case = theirs("review.decide", case_or_404(ref))
    decisions.keep(
        case.id, recommendation_ref=request.form.get("recommendation", ""), key=request.form.get("key", ""),
        by=g.person,
    )  # fmt: skip
    return see(
        url_for("review_offers.prepare", ref=ref), saying=_("The decision stands on the new proposal.")
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
    if not any(task.ref == task_ref for task in queries.tasks_of(case)):
        abort(404)
    after = follow_up.meet(task_ref, by=g.person)
    if after.state == "offering":
        return see(
            url_for("review_offers.prepare", ref=ref), saying=_("All conditions are met. Now the offer.")
        )
    return see(url_for(".show", ref=ref), saying=_("Marked as done."))


@reviews.route("/<ref>/reopen", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def reopen(ref: str) -> Response:
    """Withdraw a decision before a consultant has accepted."""
    case = theirs("review.decide", case_or_404(ref))
    form = NoteForm(request.form, key=form_key())
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
