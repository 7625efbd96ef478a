"""The work that came of an accepted offer, and its first contact as an entry for a calendar."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, current_app, g, make_response, url_for

from lab.actions import answers_to_offers as action
from lab.clock import program_day, working_days_after
from lab.database import now
from lab.hx import page
from lab.models import Engagement, Offer
from lab.queries import cases as case_queries
from lab.queries import engagements as queries
from lab.queries import intake_rows
from lab.routes.calendar_entries import day_entry, day_text
from lab.routes.doors import CONSULTANT, opens_for, viewer
from lab.routes.offer_pages import TAKEN, offers, own_offer
from lab.settings import Settings


def work_page(offer: Offer) -> Response:
    """What the organization told, whom to write to, and the next step; or that the work has ended."""
    work = _running(offer)
    if work is None:
        return page("offers/ended.html", offer=offer)
    action.opened(offer.ref, what="answers", by=g.person)
    offer = own_offer(offer.ref)
    work = _running(offer) or abort(404)
    g.case_here = offer.case
    first_contact_by = _first_contact_by(work)
    return page(
        "offers/work.html", offer=offer, work=work, case=offer.case,
        shared=queries.shared_with(offer.case), rows_of=intake_rows.rows, director=offer.case.director,
        first_contact_by=first_contact_by, calendar_text=day_text(first_contact_by, url=_address(offer)),
    )  # fmt: skip


@offers.get("/<ref>/first-contact.ics")
@opens_for(CONSULTANT)
def first_contact(ref: str) -> Response:
    """The day of the first contact for the consultant's own calendar; it names nobody."""
    offer = own_offer(ref)
    work = _running(offer) if offer.state in TAKEN else None
    if work is None:
        abort(404)
    text = day_entry(
        _first_contact_by(work), about=f"first-contact-{work.ref}",
        url=_address(offer), made_at=now(),
    )  # fmt: skip
    response = make_response(text)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="learning-lab.ics"'
    return response


def _running(offer: Offer) -> Engagement | None:
    """The engagement of an offer while it runs and the viewer is in it."""
    work = queries.engagement_of(offer)
    here = work is not None and work.state == "active" and offer.case_id in viewer().engaged_case_ids
    return work if here else None


def _first_contact_by(work: Engagement) -> date:
    return working_days_after(program_day(work.created_at), case_queries.FIRST_CONTACT_DAYS)


def _address(offer: Offer) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.base_url + url_for(".show", ref=offer.ref)
