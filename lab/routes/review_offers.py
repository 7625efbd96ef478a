"""The director's side of an offer: prepare, check, send, and answer what comes back."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import decisions, offer_steps
from lab.actions import offers as action
from lab.actions import reviews as review_action
from lab.clock import end_of_working_day, program_day
from lab.database import now
from lab.errors import BadInput
from lab.forms import review_offers as forms
from lab.hx import page, see, wants_fragment
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant, Offer
from lab.queries import candidates, capacity, declines, matching, recommendations, summaries
from lab.queries import decisions as decisions_queries
from lab.queries import differences as differences_queries
from lab.queries import review_offers as queries
from lab.routes.decision_form import CLEAR
from lab.routes.doors import DIRECTOR, form_key, opens_for, theirs
from lab.routes.reviews import case_or_404, named

if TYPE_CHECKING:
    from lab.models import Decision, Recommendation

review_offers = Blueprint("review_offers", __name__, url_prefix="/reviews")

WEEKS_OF_WORK = 13


@review_offers.route("/<ref>/offer", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def prepare(ref: str) -> Response:
    """The offer as it will go out: first to write, then to check, then it is sent. Nothing is sent by reading.

    While hours and days are typed, htmx asks for the text and the weeks alone.
    """
    case = theirs("offer.send", case_or_404(ref))
    step = request.form.get("step", "edit")
    stood, offers = _decided(case), queries.offers_of(case)
    if stood is None or case.state != "offering":
        refs = [ref for offer in offers for ref in offer.alternates]
        return page(
            "reviews/offers.html", case=case, offers=offers, key=form_key(), names=queries.names_of(refs),
            named=named,
        )  # fmt: skip
    decision, row, result = stood
    asked = request.values.get("consultant") or declines.next_to_ask(result, offers, decision.consultant_ref)
    consultant = _consultant(asked, result)
    form = _form(case, result, consultant, declined=declines.declined_in(offers))
    if wants_fragment():
        return _page("reviews/_preview.html", case, decision, row, result, consultant, form)
    if request.method == "POST":
        review_action.mark_stale(case.id)
    stale = _differences(case, row)
    live = [offer for offer in offers if offer.state in ("offered", "countered", "accepted")]
    if request.method == "POST" and step in ("check", "send") and not stale and not live and form.validate():
        if step == "check":
            return _page("reviews/offer_check.html", case, decision, row, result, consultant, form)
        try:
            _send(case, consultant, form)
        except BadInput as wrong:
            form.form_errors = list(wrong.problems) or [str(wrong)]
        else:
            return see(
                url_for(".prepare", ref=ref),
                saying=_("The offer is on its way to %(name)s.", name=consultant.name),
            )
    return _page(
        "reviews/offer.html", case, decision, row, result, consultant, form,
        status=422 if form.errors else 409 if request.method == "POST" and stale else 200,
    )  # fmt: skip


def _decided(case: Case) -> tuple[Decision, Recommendation, Result] | None:
    decision = decisions_queries.decision_of(case)
    if decision is None or decision.recommendation is None or not decision.consultant_ref:
        return None
    return decision, decision.recommendation, Result.from_record(decision.recommendation.result)


def _differences(case: Case, row: Recommendation) -> list[str]:
    """Why this recommendation cannot be sent from, in sentences; empty while it holds."""
    newest = recommendations.newest(case.id)
    if newest is not None and newest.id != row.id:
        names = {one["ref"]: one.get("name", one["ref"]) for one in newest.inputs["consultants"]}
        told = differences_queries.differences(
            Result.from_record(row.result), Result.from_record(newest.result), names
        )
        return told or [_("It was computed again and came out the same.")]
    return list(row.stale_because) if row.state == "stale" else []


def _consultant(ref: str, result: Result) -> Consultant:
    row = queries.consultant_by_ref(ref)
    if row is None or result.candidate(ref) is None:
        abort(404)
    return row


def _form(case: Case, result: Result, consultant: Consultant, *, declined: Container[str]) -> forms.OfferForm:
    today = program_day(now())
    application = matching.application_of(case)
    starts_on = max(today, application.starts_on, consultant.available_from)
    others = [one.ref for one in result.shortlist if one.ref != consultant.ref and one.ref not in declined]
    ready = [
        ref
        for ref in others
        if not decisions.look_keys(result, ref).keys() - decisions.look_keys(result, "").keys()
    ]
    form = forms.OfferForm(
        request.form if request.method == "POST" else None,
        data={
            "consultant": consultant.ref,
            "hours_low": result.hours.low,
            "hours_high": result.hours.high,
            "hours_month": candidates.pace_of(result),
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(weeks=WEEKS_OF_WORK),
            "alternate_1": ready[0] if ready else "",
            "alternate_2": ready[1] if len(ready) > 1 else "",
            "fewer_hours_allowed": True,
        },
        today=today,
    )
    names = queries.names_of(ready)
    for field in (form.alternate_1, form.alternate_2):
        field.choices = [("", _("Nobody")), *((ref, names.get(ref, ref)) for ref in ready)]
    if not form.key.data:
        form.key.data = form_key()
    return form


def _page(
    template: str,
    case: Case,
    decision: Decision,
    row: Recommendation,
    result: Result,
    consultant: Consultant,
    form: forms.OfferForm,
    *,
    status: int = 200,
) -> Response:
    terms = _terms(form, result)
    today = program_day(now())
    newest, offers = recommendations.newest(case.id), queries.offers_of(case)
    return page(
        template, status=status, case=case, decision=decision, form=form, consultant=consultant, result=result,
        summary=summaries.summary_for(case, row, consultant, **terms),
        weeks=capacity.weeks_of(
            consultant, today=today, hours_month=terms["hours_month"], starts_on=terms["starts_on"],
            ends_on=terms["ends_on"], but_offers_of=case.id,
        ),
        reply_by=end_of_working_day(now(), offer_steps.days_to_reply(case, result), consultant.person.time_zone),
        stale=_differences(case, row), newest=newest, offers=offers, declined=declines.declined_in(offers), key=form_key(),
        names=queries.names_of([one.ref for one in result.consultants]), terms=terms,
        looks=_open_looks(decision, result, consultant), named=named,
    )  # fmt: skip


def _terms(form: forms.OfferForm, result: Result) -> dict[str, Any]:
    """The terms as they were typed, or as proposed where something cannot be read."""

    def number(field: Any, otherwise: int) -> int:
        return field.data if isinstance(field.data, int) and not field.errors else otherwise

    today = form.today
    starts_on = form.starts_on.data if isinstance(form.starts_on.data, date) else today
    ends_on = form.ends_on.data if isinstance(form.ends_on.data, date) else starts_on + timedelta(days=91)
    return {
        "hours_low": number(form.hours_low, result.hours.low),
        "hours_high": number(form.hours_high, result.hours.high),
        "hours_month": number(form.hours_month, candidates.pace_of(result)),
        "starts_on": starts_on,
        "ends_on": max(ends_on, starts_on),
    }


def _send(case: Case, consultant: Consultant, form: forms.OfferForm) -> Offer:
    return action.send(
        case.id,
        consultant_ref=consultant.ref,
        hours_low=form.hours_low.data,
        hours_high=form.hours_high.data,
        hours_month=form.hours_month.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        alternates=form.alternates,
        next_by_itself=bool(form.next_by_itself.data),
        fewer_hours_allowed=bool(form.fewer_hours_allowed.data),
        key=str(form.key.data or ""),
        by=g.person,
        cleared={
            name.removeprefix(CLEAR): why for name, why in request.form.items() if name.startswith(CLEAR)
        },
    )


def _open_looks(decision: Decision, result: Result, consultant: Consultant) -> list[tuple[str, str, str]]:
    """What must still be cleared before this consultant is asked: field, sentence, what was typed."""
    cleared = {str(one["look"]) for one in decision.cleared_looks}
    return [
        (f"{CLEAR}{key}", sentence, request.form.get(f"{CLEAR}{key}", ""))
        for key, sentence in decisions.look_keys(result, consultant.ref).items()
        if key not in cleared
    ]


def _offer(ref: str, offer_ref: str) -> Offer:
    case = case_or_404(ref)
    found = next((offer for offer in queries.offers_of(case) if offer.ref == offer_ref), None)
    return theirs("offer.manage", found)


@review_offers.post("/<ref>/offers/<offer_ref>/<deed>")
@opens_for(DIRECTOR)
def answer(ref: str, offer_ref: str, deed: str) -> Response:
    """Take an offer back, clear a possible conflict, agree to a counter-proposal or thank for it."""
    offer = _offer(ref, offer_ref)
    reason, key = request.form.get("reason", ""), request.form.get("key", "")
    version = request.form.get("version", 0, int)
    said = {
        "withdraw": _("The offer is taken back."),
        "clear": _("The conflict is cleared; their time to answer runs on."),
        "confirm": _("You agreed. The work can begin."),
        "refuse": _("You thanked them and go on."),
        "reply": _("Your answer is with the consultant."),
    }
    match deed:
        case "withdraw":
            action.withdraw(offer.ref, reason=reason, by=g.person, key=key)
        case "clear":
            action.clear_conflict(offer.ref, note_text=reason, by=g.person, key=key)
        case "confirm":
            action.confirm_counter(offer.ref, version=version, key=key, by=g.person)
        case "refuse":
            action.refuse_counter(offer.ref, reason=reason, version=version, key=key, by=g.person)
        case "reply":
            number = request.form.get("number", -1, int)
            action.answer_question(offer.ref, number, text=reason, key=key, by=g.person)
        case _:
            abort(404)
    back = url_for("reviews.show", ref=ref) if deed == "confirm" else url_for(".prepare", ref=ref)
    return see(back, saying=said[deed])
