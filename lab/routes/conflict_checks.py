"""Step 2 of an offer: the promise to keep the names, then four questions about them."""

from __future__ import annotations

from flask import Response, g, request, url_for

from lab.access import can
from lab.actions import conflict_checks as action
from lab.forms import conflict_checks as forms
from lab.hx import page, see
from lab.models import Offer
from lab.queries import conflict_checks as queries
from lab.routes.doors import CONSULTANT, form_key, opens_for, viewer
from lab.routes.offer_pages import about, offers, own_offer, sent_version, waits


@offers.get("/<ref>/conflicts")
@opens_for(CONSULTANT)
def conflicts(ref: str) -> Response:
    """First the promise; once it is given, the names and four questions."""
    offer = own_offer(ref)
    if not waits(offer):
        return see(url_for(".show", ref=ref))
    if not can(viewer(), "offer.identity", offer):
        return _promise(offer, forms.PromiseForm())
    return _questions(offer, forms.ConflictForm())


@offers.post("/<ref>/names")
@opens_for(CONSULTANT)
def names(ref: str) -> Response:
    """The promise to keep the names. Without the tick nothing is shown; with it, from here on they are."""
    offer = own_offer(ref)
    form = forms.PromiseForm(request.form)
    if not form.validate() and waits(offer) and not can(viewer(), "offer.identity", offer):
        return _promise(offer, form, status=422)
    action.show_identity(ref, promised=bool(form.promise.data), by=g.person)
    return see(url_for(".conflicts", ref=ref))


@offers.post("/<ref>/conflicts")
@opens_for(CONSULTANT)
def answer_conflicts(ref: str) -> Response:
    """The four answers, or "none of these" for all of them at once."""
    offer = own_offer(ref)
    form = forms.ConflictForm(request.form)
    if request.form.get("all") == "none":
        for name in action.QUESTIONS:
            form[name].data = "none"
    if not form.validate() and waits(offer) and can(viewer(), "offer.identity", offer):
        return _questions(offer, form, status=422)
    gravest = action.answer_conflicts(
        ref, form.answers(), note_text=form.note.data or "", version=sent_version(),
        key=str(form.key.data or ""), by=g.person,
    )  # fmt: skip
    return see(url_for(".answer" if gravest == "none" else ".show", ref=ref))


def _promise(offer: Offer, form: forms.PromiseForm, *, status: int = 200) -> Response:
    return page("offers/promise.html", status=status, form=form, **about(offer))


def _questions(offer: Offer, form: forms.ConflictForm, *, status: int = 200) -> Response:
    form.key.data = form.key.data or form_key()
    return page(
        "offers/conflicts.html", status=status, form=form, identity=queries.identity_of(offer.case),
        **about(offer),
    )  # fmt: skip
