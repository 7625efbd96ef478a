"""What the pages of one offer share: whose it is, whether it waits, and the page once it no longer does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from lab.database import now
from lab.forms import offers as forms
from lab.hx import page
from lab.models import Offer
from lab.queries import capacity
from lab.queries import offers as queries
from lab.routes.doors import form_key, theirs
from lab.said import say

offers = Blueprint("offers", __name__, url_prefix="/offers")

TAKEN = frozenset({"accepted", "active", "completed", "ended_early"})
OVER = frozenset({"declined", "expired", "withdrawn"})
# Whoever was made a consultant before their profile was brought in.
NO_PROFILE = say(
    "Your profile as a consultant is not here yet. Ask the program to bring it in; then your offers and hours stand here."
)


def own_offer(ref: str) -> Offer:
    """The offer with this reference, if it was made to the viewer; otherwise 404."""
    return theirs("offer.read", queries.by_ref(ref))


def waits(offer: Offer) -> bool:
    """Whether there is something to answer now."""
    return offer.state == "offered" and offer.clock_stopped_at is None and now() <= offer.reply_by


def cleared(offer: Offer) -> bool:
    """Whether no conflict stands in the way of an answer."""
    return offer.conflict_answer == "none" or offer.conflict_cleared_at is not None


def sent_version() -> int:
    """The version of the offer that the form was made for."""
    return request.form.get("version", 0, int)


def sent_key() -> str:
    """The key of the form, by which a second sending is known."""
    return request.form.get("key", "")


def about(offer: Offer) -> dict[str, Any]:
    """What every page of an open offer shows."""
    director = offer.case.director
    return {
        "offer": offer,
        "summary": offer.summary,
        "here": offer.consultant.person.time_zone,
        "there": director.time_zone if director else offer.consultant.person.time_zone,
        "key": form_key(),
        "free": capacity.free_hours(offer.consultant, starts_on=offer.starts_on, ends_on=offer.ends_on),
    }


def no_longer(offer: Offer, *, why_form: forms.WhyForm | None = None, status: int = 200) -> Response:
    """Declined, expired, taken back, late, or with the director: a kind page with the next thing to do."""
    form = why_form or forms.WhyForm(data={"reason": offer.decline_reason, "note": offer.decline_note})
    form.key.data = form_key()
    late = offer.state == "offered" and offer.clock_stopped_at is None
    return page(
        "offers/over.html", status=status, offer=offer, form=form, late=late,
        with_director=offer.state == "countered" or offer.clock_stopped_at is not None,
        taken_by_other=offer.state == "withdrawn" and queries.another_accepted(offer),
    )  # fmt: skip


@offers.app_template_filter("is_late_soon")
def is_late_soon(offer: Offer) -> bool:
    """Whether less than a day is left."""
    return offer.reply_by - now() < timedelta(days=1)


@offers.app_template_filter("time_left")
def time_left(offer: Offer) -> str:
    """How long the consultant has, in words."""
    left = offer.reply_by - now()
    if left >= timedelta(days=2):
        return _("%(count)s days left", count=left.days)
    if left >= timedelta(hours=2):
        return _("%(count)s hours left", count=int(left.total_seconds() // 3600))
    return _("%(count)s minutes left", count=max(0, int(left.total_seconds() // 60)))
