"""An offer in every state has a kind page with a way on, on a wide screen, on a telephone and on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from lab.actions import answers_to_offers, conflict_checks
from lab.database import db, now
from lab.models import Consultant, Engagement, Offer
from tests.browser.conftest import Live
from tests.browser.test_offer_journey import MUSEUM, an_offer_is_out
from tests.browser.tools import looks_right
from tests.browser.visitors import Arrive
from tests.browser.world import address_of


def the_offer() -> Offer:
    """The one offer of this test."""
    return db.session.query(Offer).order_by(Offer.id).limit(1).one()


def shown(offer: Offer) -> None:
    """The promise is given."""
    conflict_checks.show_identity(offer.ref, promised=True, by=offer.consultant.person)


def none_of_these(offer: Offer) -> None:
    """The conflict check is done."""
    none = dict.fromkeys(conflict_checks.QUESTIONS, "none")
    conflict_checks.answer_conflicts(
        offer.ref, none, version=offer.version, key="", by=offer.consultant.person
    )


def few_hours(offer: Offer) -> None:
    """Fewer hours are free than are asked for."""
    offer.consultant.capacity_hours_month = 6


def late(offer: Offer) -> None:
    """The time is over and the timer has not run yet."""
    offer.reply_by = now() - timedelta(minutes=5)


def in_state(state: str) -> Callable[[Offer], None]:
    """Put the offer into a state, with its reply-by ahead again."""

    def put(offer: Offer) -> None:
        offer.state, offer.clock_stopped_at, offer.answered_at = state, None, now()
        offer.reply_by = now() + timedelta(days=2)
        if state == "countered":
            offer.counter = {
                "hours_month": 6,
                "starts_on": offer.starts_on.isoformat(),
                "note": "January is full.",
            }
        if state == "declined":
            offer.questions = [
                {"text": "Are evenings possible?", "asked_at": "", "answer": "", "answered_at": ""}
            ]

    return put


def possible(offer: Offer) -> None:
    """A possible conflict is with the director."""
    in_state("offered")(offer)
    offer.clock_stopped_at = now()


def accepted(offer: Offer) -> None:
    """The work is theirs."""
    in_state("offered")(offer)
    offer.consultant.capacity_hours_month = 40
    db.session.commit()
    answers_to_offers.accept(offer.ref, version=offer.version, key="", by=offer.consultant.person)


def taken_by_other(offer: Offer) -> None:
    """Somebody else accepted the same work."""
    in_state("withdrawn")(offer)
    other = db.session.query(Consultant).where(Consultant.id != offer.consultant_id).limit(1).one()
    names = [one.key for one in db.inspect(Offer).columns if one.key not in ("id", "ref", "version")]
    copied = {name: getattr(offer, name) for name in names}
    db.session.add(Offer(**{**copied, "consultant_id": other.id, "state": "accepted"}))


def nobody_else(offer: Offer) -> None:
    """Nobody else took it."""
    db.session.query(Offer).where(Offer.id != offer.id).delete()


def ended(offer: Offer) -> None:
    """The work has come to its end."""
    work = db.session.query(Engagement).one()
    work.state, work.ended_at = "ended", now()


STATES: tuple[tuple[str, Callable[[Offer], None], str, str], ...] = (
    ("first", in_state("offered"), "", "Arts and culture"),
    ("promise", in_state("offered"), "/conflicts", "First, keep the names to yourself"),
    ("questions", shown, "/conflicts", "Is there a tie to one of these?"),
    ("answer", none_of_these, "/answer", f"Your answer to {MUSEUM}"),
    ("few hours", few_hours, "/answer", f"Your answer to {MUSEUM}"),
    ("late", late, "", "The time to answer is over"),
    ("expired", in_state("expired"), "", "The time to answer is over"),
    ("withdrawn", in_state("withdrawn"), "", "This offer is no longer open"),
    ("taken by another", taken_by_other, "", "Somebody else has taken this work"),
    ("declined", nobody_else, "", "This offer is no longer open"),
    ("declined", in_state("declined"), "", "You declined. Thank you for looking at it"),
    ("question", in_state("declined"), "/question", "Write to the director"),
    ("countered", in_state("countered"), "", "The director has it now"),
    ("conflict possible", possible, "", "The director has it now"),
    ("accepted", accepted, "", MUSEUM),
    ("ended", ended, "", "This work has come to its end"),
)


def each_state(live: Live) -> list[tuple[str, Callable[[], None], str, str]]:
    """For each state: its name, what brings it about, the address, and what the heading begins with."""

    def bring_about(change: Callable[[Offer], None]) -> Callable[[], None]:
        def brought() -> None:
            with live.app_context():
                change(the_offer())
                db.session.commit()

        return brought

    with live.app_context():
        base = f"/offers/{the_offer().ref}"
    return [(name, bring_about(change), base + path, heading) for name, change, path, heading in STATES]


def test_every_state_has_a_kind_page(live: Live, visitor: Arrive) -> None:
    an_offer_is_out(live)
    consultant = visitor(address_of(live, "C07"))
    page: Page = consultant.page
    for _name, bring_about, path, heading in each_state(live):
        bring_about()
        consultant.go(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        ways = page.get_by_role("main").locator("a[href], button:visible")
        assert ways.count(), f"{path} leads nowhere"
        looks_right(page)
        page.emulate_media(media="print")
        assert page.get_by_role("heading", level=1).is_visible()
        assert not page.get_by_role("navigation").first.is_visible()
        page.emulate_media(media="screen")
