"""The review page in a browser: the way through it, what is swapped in place, what is read aloud, and paper."""

from __future__ import annotations

import re

from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import Live
from tests.browser.test_review_journey import MUSEUM, begins
from tests.browser.tools import axe_clean, fits, looks_right, with_and_without_javascript
from tests.browser.visitors import Arrive
from tests.browser.world import DANA, a_submitted_case

NARROW: ViewportSize = {"width": 390, "height": 844}


@with_and_without_javascript
def test_the_hours_of_twelve_weeks_show_before_a_review_has_begun(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    dana.go("/reviews/")
    dana.follow(MUSEUM)

    table = dana.page.get_by_role("table", name="Hours of each candidate, week by week")
    expect(table.get_by_role("columnheader")).to_have_count(13)
    expect(table.get_by_role("rowheader", name="Promised").first).to_be_visible()
    expect(table.get_by_role("row", name=re.compile("^Free .*\\(")).first).to_be_visible()


@with_and_without_javascript
def test_a_narrow_page_has_a_way_to_the_decision_and_folds_the_points(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    dana.page.set_viewport_size(NARROW)

    tall = dana.page.evaluate("document.documentElement.scrollHeight")
    assert tall < 9000
    jump = dana.page.get_by_role("navigation", name="On this page")
    dana.follow("Decide", within=jump)
    expect(dana.page.get_by_role("heading", name="Decide", exact=True)).to_be_in_viewport()
    for name in ("Compare", "Capacity", "Not shown", "Tiers and networks"):
        dana.follow(name, within=jump)
        assert dana.page.url.partition("#")[2]
    fits(dana.page)
    if dana.runs_scripts:
        axe_clean(dana.page)


@with_and_without_javascript
def test_another_order_keeps_the_choice_and_says_so(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    second = dana.page.locator(".match-wide [name=consultant]").nth(1)
    chosen = str(second.get_attribute("value"))
    second.check(force=True)

    dana.follow("name", within=dana.page.locator(".order"))

    expect(dana.page).to_have_url(re.compile("order=name"))
    expect(dana.page.locator("#order-name")).to_have_attribute("aria-current", "true")
    if dana.runs_scripts:
        expect(dana.page.locator(f"#consultant-wide-{chosen}")).to_be_checked()
        expect(dana.page.locator("#order-name")).to_be_focused()
        expect(dana.page.locator("#status")).to_have_text(re.compile(r"^\d candidates, ordered by name$"))
        looks_right(dana.page)


@with_and_without_javascript
def test_the_text_of_an_offer_follows_its_hours(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    dana.press("Save the decision")
    dana.number("Hours, to", 77)

    if dana.runs_scripts:
        expect(dana.page.locator("#status")).to_have_text("The text and the weeks show your hours and days.")
        expect(dana.page.get_by_role("spinbutton", name="Hours, to").or_(
            dana.page.get_by_role("textbox", name="Hours, to")
        )).to_be_focused()  # fmt: skip
    else:
        dana.press("Show the text again")
    expect(dana.page.locator("#preview .letter")).to_contain_text("to 77 hours")


def test_paper_has_every_candidate_and_no_way_to_jump(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    dana.page.set_viewport_size(NARROW)
    dana.page.emulate_media(media="print")

    expect(dana.page.locator(".match-wide")).to_be_visible()
    expect(dana.page.locator(".capacity-wide")).to_be_visible()
    expect(dana.page.locator(".jump")).to_be_hidden()
