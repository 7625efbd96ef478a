"""The director's queue and the match review: read, begin, decide, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lab import vocabulary as words
from lab.access import audiences_of
from lab.actions import decisions
from lab.actions import reviews as action
from lab.database import db
from lab.errors import BadInput, NotNow
from lab.forms import base as form_base
from lab.hx import page, see, wants_fragment
from lab.matching import turning_sentences
from lab.matching.result import Recommendation as Result
from lab.matching.stability import usual_change
from lab.models import Case
from lab.queries import candidates, intake, intake_rows, intake_words, policies, review_words
from lab.queries import queue as queue_queries
from lab.queries import reviews as queries
from lab.routes import queue_words
from lab.routes.decision_form import choice_of, decision_form, looks_for
from lab.routes.doors import DIRECTOR, demand, form_key, opens_for, theirs, viewer
from lab.routes.what_if_form import what_if_form
from lab.showing import label

reviews = Blueprint("reviews", __name__, url_prefix="/reviews")


@reviews.get("/")
@opens_for(DIRECTOR)
def queue() -> Response:
    """What waits, in the order of what is due; the filters stand in the address."""
    demand("queue.read")
    filters = queue_words.wanted(request.args)
    found = queue_queries.queue_of(
        viewer(), filters, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return page(
        "reviews/queue.html", fragment="reviews/_queue.html", queue=found, filters=queue_words.filters,
        listed=queue_words.listed(found, request.args),
    )  # fmt: skip


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
    keep_opened(case, "review")
    if wants_fragment() and request.args.get("part") == "looks":
        return _looks_page(case)
    return _review_page(case)


def _looks_page(case: Case) -> Response:
    shown = queries.review_of(case, audiences=audiences_of(viewer(), case))
    form = decision_form(shown, key="")
    form.looks = looks_for(shown, request.args.get("consultant", ""), request.args)
    return page("reviews/_looks.html", form=form)


def keep_opened(case: Case, what: str) -> None:
    """Keep in the access log that this case was opened, once a day for each person and thing."""
    # What was read stays readable without asking the database for it once more.
    db.session.expunge(case)
    action.opened(case.id, by_id=g.viewer.person_id, what=what)


def _review_page(case: Case, *, form: Any = None, status: int = 200) -> Response:
    order = request.args.get("order", "score")
    order = order if order in candidates.ORDERS else "score"
    shown = queries.review_of(
        case, order=order, beside=request.args.getlist("with"),
        audiences=audiences_of(viewer(), case),
    )  # fmt: skip
    mine = case.director_id == g.viewer.person_id
    if form is None and mine and case.state == "in_review" and not shown.preview:
        form = decision_form(shown, key=form_key())
    chosen = form.consultant.data if form is not None else shown.first
    policy = policies.policy_behind(shown.row)
    return page(
        "reviews/show.html", fragment="reviews/_people.html", status=status, review=shown,
        result=shown.result, application=shown.application, case=case, form=form, mine=mine, key=form_key(),
        orders=candidates.ORDERS, order=order, beside=request.args.getlist("with"),
        unit=review_words.unit_words(shown.application, shown.result.as_of),
        looks=decisions.look_keys, chosen=request.args.get("consultant", chosen),
        topic_title=partial(intake_words.title, line=case.line), in_words=in_words, named=named, review_needs=needs_in_short,
        hints_of=form_base.hints_of, what_if=what_if_form(shown.result, shown.names, policy),
        turning=turning_sentences.sentences, varied=usual_change(policy),
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
    """Begin the review: assigns the director, then computes what is recommended."""
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
    """Compute again, counted from today."""
    case = case_or_404(ref)
    action.compute(case.id, by=g.person)
    return see(url_for(".show", ref=ref), saying=_("The recommendation was computed again."))


@reviews.get("/<ref>/answers")
@opens_for(DIRECTOR)
def answers(ref: str) -> Response:
    """All answers, topic by topic, with who else can read them."""
    case = case_or_404(ref)
    keep_opened(case, "answers")
    sections = queries.sections_of(case, audiences_of(viewer(), case))
    return page(
        "reviews/answers.html", case=case, sections=sections, rows=intake_rows.rows,
        title_of=partial(intake_words.title, line=case.line), document=case.document, team=intake.members(case.id),
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
