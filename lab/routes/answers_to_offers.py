"""Step 3 of an offer: accept, propose fewer hours or a later start, or decline."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from lab.actions import answers_to_offers as action
from lab.actions import engaging
from lab.errors import BadInput
from lab.forms import offers as forms
from lab.hx import page, see
from lab.models import Offer
from lab.queries import capacity
from lab.routes.doors import CONSULTANT, form_key, opens_for
from lab.routes.offer_pages import (
    about,
    cleared,
    no_longer,
    offers,
    own_offer,
    sent_key,
    sent_version,
    waits,
)  # fmt: skip


@offers.get("/<ref>/answer")
@opens_for(CONSULTANT)
def answer(ref: str) -> Response:
    """Accept, propose something else, or decline; once it is answered, what became of it."""
    offer = own_offer(ref)
    if not waits(offer):
        return see(url_for(".show", ref=ref))
    if not cleared(offer):
        return see(url_for(".conflicts", ref=ref))
    return _answer(offer, _counter_form(offer))


@offers.post("/<ref>/accept")
@opens_for(CONSULTANT)
def accept(ref: str) -> Response:
    """Accept; where the free hours changed meanwhile, the page says by how much and what is possible."""
    own_offer(ref)
    try:
        action.accept(ref, version=sent_version(), key=sent_key(), by=g.person)
    except engaging.TooFewHours as short:
        offer = own_offer(ref)
        return _answer(offer, _counter_form(offer), short=short, status=409)
    return see(
        url_for(".show", ref=ref), saying=_("Thank you. The work is yours, and the organization knows.")
    )


@offers.post("/<ref>/counter")
@opens_for(CONSULTANT)
def counter(ref: str) -> Response:
    """Propose fewer hours or a later start."""
    offer = own_offer(ref)
    form = forms.CounterForm(request.form)
    short: engaging.TooFewHours | None = None
    if form.validate():
        try:
            action.counter(
                ref, hours_month=form.hours_month.data or 0, starts_on=form.starts_on.data or offer.starts_on,
                note_text=form.note.data or "", version=sent_version(), key=str(form.key.data or ""),
                by=g.person,
            )  # fmt: skip
        except BadInput as wrong:
            form.form_errors = list(wrong.problems) or [wrong.message]
        except engaging.TooFewHours as found:
            short = found
        else:
            return see(url_for(".show", ref=ref), saying=_("Your proposal is with the director."))
    return _answer(own_offer(ref), form, short=short, status=422)


@offers.post("/<ref>/decline")
@opens_for(CONSULTANT)
def decline(ref: str) -> Response:
    """Decline with one press; a reason can follow."""
    own_offer(ref)
    action.decline(ref, version=sent_version(), key=sent_key(), by=g.person)
    return see(url_for(".show", ref=ref))


@offers.post("/<ref>/why")
@opens_for(CONSULTANT)
def why(ref: str) -> Response:
    """Say why it was declined."""
    offer = own_offer(ref)
    form = forms.WhyForm(request.form)
    if not form.validate():
        return no_longer(offer, why_form=form, status=422)
    action.tell_why(
        ref,
        reason=form.reason.data or "",
        note_text=form.note.data or "",
        key=str(form.key.data or ""),
        by=g.person,
    )
    return see(url_for(".index"), saying=_("Thank you for telling us."))


def _counter_form(offer: Offer) -> forms.CounterForm:
    """Filled with what was asked for, or with the hours that are free where fewer are possible."""
    free = capacity.free_hours(offer.consultant, starts_on=offer.starts_on, ends_on=offer.ends_on)
    fewer = offer.fewer_hours_allowed and 0 < free < offer.hours_month
    hours = free if fewer else offer.hours_month
    return forms.CounterForm(data={"hours_month": hours, "starts_on": offer.starts_on, "key": form_key()})


def _answer(
    offer: Offer, form: forms.CounterForm, *, short: engaging.TooFewHours | None = None, status: int = 200
) -> Response:
    if not waits(offer):
        return no_longer(offer)
    return page(
        "offers/answer.html", status=status, form=form, short=short, organization=offer.case.organization,
        **about(offer),
    )  # fmt: skip
