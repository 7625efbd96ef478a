"""A consultant's offers: what waits, what one offer is, a question about it, and two days more."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from lab.actions import answers_to_offers as action
from lab.actions import offer_clock
from lab.clock import program_day
from lab.database import db, now
from lab.errors import NotNow
from lab.forms import offers as forms
from lab.hx import page, see
from lab.models import Consultant, Offer
from lab.queries import capacity, engagements, outcomes
from lab.queries import offers as queries
from lab.routes.doors import CONSULTANT, form_key, opens_for, viewer
from lab.routes.engagements import work_page
from lab.routes.offer_pages import (
    NO_PROFILE,
    OVER,
    TAKEN,
    about,
    no_longer,
    offers,
    own_offer,
    sent_key,
    time_left,
    waits,
)


@offers.get("/")
@opens_for(CONSULTANT)
def index() -> Response:
    """What waits for an answer, the work that runs, and whether the availability is still right."""
    mine = _consultant()
    return page(
        "offers/index.html",
        me=mine,
        today=program_day(now()),
        open_offers=queries.open_offers(mine.id),
        engagements=engagements.of_consultant(mine.id),
        past=queries.past_offers(mine.id),
        asked=outcomes.waiting_for(mine.id),
        availability_is_old=capacity.told_days_ago(mine) > capacity.AVAILABILITY_IS_OLD,
        now=now(),
    )


@offers.get("/<ref>")
@opens_for(CONSULTANT)
def show(ref: str) -> Response:
    """Step 1; or, when there is nothing to answer any more, what became of it and what to do now."""
    offer = own_offer(ref)
    if offer.state in TAKEN:
        return work_page(offer)
    if not waits(offer):
        return no_longer(offer)
    action.opened(ref, what="summary", by=g.person)
    offer = own_offer(ref)
    return page(
        "offers/show.html", **about(offer), weeks=_weeks(offer), left=_left(offer), time_left=time_left(offer)
    )


@offers.post("/<ref>/time")
@opens_for(CONSULTANT)
def more_time(ref: str) -> Response:
    """Two working days more, once."""
    own_offer(ref)
    offer_clock.take_more_time(ref, key=sent_key(), by=g.person)
    return see(url_for(".show", ref=ref), saying=_("You have two working days more."))


@offers.route("/<ref>/question", methods=["GET", "POST"])
@opens_for(CONSULTANT)
def question(ref: str) -> Response:
    """Ask the director something."""
    offer = own_offer(ref)
    form = forms.QuestionForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        action.ask(ref, text=form.text.data or "", key=str(form.key.data or ""), by=g.person)
        return see(url_for(".show", ref=ref), saying=_("Your question is with the director."))
    form.key.data = form.key.data or form_key()
    return page(
        "offers/question.html",
        status=422 if form.errors else 200,
        offer=offer,
        form=form,
        over=offer.state in OVER,
    )


def _consultant() -> Consultant:
    found = db.session.get(Consultant, viewer().consultant_id) if viewer().consultant_id else None
    if found is None:
        raise NotNow(NO_PROFILE)
    return found


def _weeks(offer: Offer) -> list[capacity.Week]:
    return capacity.weeks_of(
        offer.consultant, today=program_day(now()), hours_month=offer.hours_month, starts_on=offer.starts_on,
        ends_on=offer.ends_on, but_offers_of=offer.case_id,
    )  # fmt: skip


def _left(offer: Offer) -> int:
    return capacity.left_with(
        offer.consultant, hours_month=offer.hours_month, starts_on=offer.starts_on, ends_on=offer.ends_on,
        but_offers_of=offer.case_id,
    )  # fmt: skip
