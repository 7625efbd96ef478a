"""A consultant's offers: what waits, one offer in three steps, and the work that came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.access import can
from lab.actions import answers_to_offers as action
from lab.actions.engaging import TooFewHours
from lab.clock import program_day, working_days_after
from lab.database import db, now
from lab.errors import BadInput
from lab.forms.offers import ConflictForm, CounterForm, QuestionForm, WhyForm
from lab.hx import page, see
from lab.models import Consultant, Offer
from lab.queries import offers as queries
from lab.queries.capacity import Week, free_hours, weeks_of
from lab.routes.doors import CONSULTANT, form_key, opens_for, theirs, viewer

offers = Blueprint("offers", __name__, url_prefix="/offers")

FIRST_CONTACT_DAYS = 2
PROFILE_IS_OLD = timedelta(days=60)
TAKEN = frozenset({"accepted", "active", "completed", "ended_early"})
OVER = frozenset({"declined", "expired", "withdrawn"})


@offers.get("/")
@opens_for(CONSULTANT)
def index() -> Response:
    """What waits for an answer, the work that runs, and whether the profile is still right."""
    mine = _consultant()
    reviewed = mine.reviewed_at
    return page(
        "offers/index.html",
        me=mine,
        today=_today(),
        open_offers=queries.open_offers(mine.id),
        engagements=queries.engagements(mine.id),
        past=queries.past_offers(mine.id),
        profile_is_old=reviewed is None or reviewed + PROFILE_IS_OLD < now(),
        now=now(),
    )


@offers.get("/<ref>")
@opens_for(CONSULTANT)
def show(ref: str) -> Response:
    """Step 1; or, when there is nothing to answer any more, what became of it and what to do now."""
    offer = _mine(ref)
    if offer.state in TAKEN:
        return _work(offer)
    if not _waits(offer):
        return _no_longer(offer)
    action.opened(ref, what="summary", by=g.person)
    offer = _mine(ref)
    return page("offers/show.html", **_about(offer), weeks=_weeks(offer), time_left=time_left(offer))


@offers.get("/<ref>/conflicts")
@opens_for(CONSULTANT)
def conflicts(ref: str) -> Response:
    """Step 2: first the promise, then the names and four questions."""
    offer = _mine(ref)
    if not _waits(offer):
        return see(url_for(".show", ref=ref))
    return _conflicts(offer, ConflictForm())


@offers.post("/<ref>/names")
@opens_for(CONSULTANT)
def names(ref: str) -> Response:
    """The promise to keep the names; from here on they are shown."""
    _mine(ref)
    action.show_identity(ref, by=g.person)
    return see(url_for(".conflicts", ref=ref))


@offers.post("/<ref>/conflicts")
@opens_for(CONSULTANT)
def answer_conflicts(ref: str) -> Response:
    """The four answers, or "none of these" for all of them at once."""
    offer = _mine(ref)
    form = ConflictForm(request.form)
    if request.form.get("all") == "none":
        for name in action.QUESTIONS:
            form[name].data = "none"
    if not form.validate():
        return _conflicts(offer, form, status=422)
    gravest = action.answer_conflicts(
        ref, form.answers(), note_text=form.note.data or "", version=_version(), key=str(form.key.data or ""),
        by=g.person,
    )  # fmt: skip
    return see(url_for(".answer" if gravest == "none" else ".show", ref=ref))


@offers.get("/<ref>/answer")
@opens_for(CONSULTANT)
def answer(ref: str) -> Response:
    """Step 3: accept, propose something else, or decline."""
    offer = _mine(ref)
    if not _waits(offer):
        return see(url_for(".show", ref=ref))
    if not _cleared(offer):
        return see(url_for(".conflicts", ref=ref))
    return _answer(offer, _counter_form(offer))


@offers.post("/<ref>/accept")
@opens_for(CONSULTANT)
def accept(ref: str) -> Response:
    """Accept; where the free hours changed meanwhile, the page says by how much and what is possible."""
    offer = _mine(ref)
    try:
        action.accept(ref, version=_version(), key=_key(), by=g.person)
    except TooFewHours as short:
        offer = _mine(ref)
        return _answer(offer, _counter_form(offer, hours_month=short.free), short=short, status=409)
    return see(
        url_for(".show", ref=ref), saying=_("Thank you. The work is yours, and the organization knows.")
    )


@offers.post("/<ref>/counter")
@opens_for(CONSULTANT)
def counter(ref: str) -> Response:
    """Propose fewer hours or a later start."""
    offer = _mine(ref)
    form = CounterForm(request.form)
    short: TooFewHours | None = None
    if form.validate():
        try:
            action.counter(
                ref, hours_month=form.hours_month.data or 0, starts_on=form.starts_on.data or offer.starts_on,
                note_text=form.note.data or "", version=_version(), key=str(form.key.data or ""), by=g.person,
            )  # fmt: skip
        except BadInput as wrong:
            form.form_errors = list(wrong.problems) or [str(wrong)]
        except TooFewHours as found:
            short = found
        else:
            return see(url_for(".show", ref=ref), saying=_("Your proposal is with the director."))
    return _answer(_mine(ref), form, short=short, status=422)


@offers.post("/<ref>/decline")
@opens_for(CONSULTANT)
def decline(ref: str) -> Response:
    """Decline with one press; a reason can follow."""
    _mine(ref)
    action.decline(ref, version=_version(), key=_key(), by=g.person)
    return see(url_for(".show", ref=ref))


@offers.post("/<ref>/why")
@opens_for(CONSULTANT)
def why(ref: str) -> Response:
    """Say why it was declined."""
    offer = _mine(ref)
    form = WhyForm(request.form)
    if not form.validate():
        return _no_longer(offer, why_form=form, status=422)
    action.tell_why(
        ref,
        reason=form.reason.data or "",
        note_text=form.note.data or "",
        key=str(form.key.data or ""),
        by=g.person,
    )
    return see(url_for(".index"), saying=_("Thank you for telling us."))


@offers.post("/<ref>/time")
@opens_for(CONSULTANT)
def more_time(ref: str) -> Response:
    """Two working days more, once."""
    _mine(ref)
    action.take_more_time(ref, key=_key(), by=g.person)
    return see(url_for(".show", ref=ref), saying=_("You have two working days more."))


@offers.route("/<ref>/question", methods=["GET", "POST"])
@opens_for(CONSULTANT)
def question(ref: str) -> Response:
    """Ask the director something."""
    offer = _mine(ref)
    form = QuestionForm(request.form if request.method == "POST" else None)
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


def _consultant() -> Consultant:
    found = db.session.get(Consultant, viewer().consultant_id) if viewer().consultant_id else None
    if found is None:
        abort(404)
    return found


def _mine(ref: str) -> Offer:
    return theirs("offer.read", queries.by_ref(ref))


def _waits(offer: Offer) -> bool:
    """Whether there is something to answer now."""
    return offer.state == "offered" and offer.clock_stopped_at is None and now() <= offer.reply_by


def _cleared(offer: Offer) -> bool:
    return offer.conflict_answer == "none" or offer.conflict_cleared_at is not None


def _version() -> int:
    return request.form.get("version", 0, int)


def _key() -> str:
    return request.form.get("key", "")


def _today() -> date:
    return program_day(now())


def _about(offer: Offer) -> dict[str, Any]:
    """What every page of an open offer shows."""
    director = offer.case.director
    return {
        "offer": offer,
        "summary": offer.summary,
        "here": offer.consultant.person.time_zone,
        "there": director.time_zone if director else offer.consultant.person.time_zone,
        "key": form_key(),
        "free": free_hours(offer.consultant, starts_on=offer.starts_on, ends_on=offer.ends_on),
    }


def _weeks(offer: Offer) -> list[Week]:
    return weeks_of(
        offer.consultant, today=_today(), hours_month=offer.hours_month, starts_on=offer.starts_on,
        ends_on=offer.ends_on, but_offers_of=offer.case_id,
    )  # fmt: skip


def _conflicts(offer: Offer, form: ConflictForm, *, status: int = 200) -> Response:
    shown = can(viewer(), "offer.identity", offer)
    form.key.data = form.key.data or form_key()
    return page(
        "offers/conflicts.html", status=status, form=form, **_about(offer),
        identity=queries.identity_of(offer.case) if shown else None,
    )  # fmt: skip


def _counter_form(offer: Offer, *, hours_month: int | None = None) -> CounterForm:
    hours = offer.hours_month if hours_month is None else max(1, hours_month)
    return CounterForm(data={"hours_month": hours, "starts_on": offer.starts_on, "key": form_key()})


def _answer(
    offer: Offer, form: CounterForm, *, short: TooFewHours | None = None, status: int = 200
) -> Response:
    if not _waits(offer):
        return _no_longer(offer)
    return page(
        "offers/answer.html", status=status, form=form, short=short, organization=offer.case.organization,
        **_about(offer),
    )  # fmt: skip


def _no_longer(offer: Offer, *, why_form: WhyForm | None = None, status: int = 200) -> Response:
    """Declined, expired, taken back, late, or with the director: a kind page with the next thing to do."""
    form = why_form or WhyForm(data={"reason": offer.decline_reason, "note": offer.decline_note})
    form.key.data = form_key()
    late = offer.state == "offered" and offer.clock_stopped_at is None
    return page(
        "offers/over.html", status=status, offer=offer, form=form, late=late,
        with_director=offer.state == "countered" or offer.clock_stopped_at is not None, key=form_key(),
    )  # fmt: skip


def _work(offer: Offer) -> Response:
    work = queries.engagement_of(offer)
    if work is None or work.state != "active" or offer.case_id not in viewer().engaged_case_ids:
        return page("offers/ended.html", offer=offer, work=work)
    created_at = work.created_at
    action.opened(offer.ref, what="answers", by=g.person)
    offer = _mine(offer.ref)
    work = queries.engagement_of(offer)
    g.case_here = offer.case
    return page(
        "offers/work.html", offer=offer, work=work, case=offer.case, shared=queries.shared_with(offer.case),
        director=offer.case.director,
        first_contact_by=working_days_after(program_day(created_at), FIRST_CONTACT_DAYS),
    )  # fmt: skip
