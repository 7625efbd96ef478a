"""The what-if in a browser: in place with scripts, on a page of its own without, and back again."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Live
from tests.browser.test_review_journey import MUSEUM, begins
from tests.browser.tools import axe_clean, fits, looks_right, with_and_without_javascript
from tests.browser.visitors import Arrive
from tests.browser.world import DANA, a_submitted_case


@with_and_without_javascript
def test_what_is_tried_out_shows_what_moves_and_goes_away_again(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    page = dana.page
    second = page.locator(".match-wide [name=consultant]").nth(1)
    chosen = str(second.get_attribute("value"))
    second.check(force=True)

    page.locator("#what-if-fold > summary").click()
    page.get_by_label("Hours of work").fill("60")
    page.get_by_role("button", name="Show what would move").click()

    expect(page.locator("#what-if-banner")).to_contain_text("What if, nothing saved")
    expect(page.get_by_role("heading", name="What would move")).to_be_visible()
    expect(page.get_by_label("Hours of work")).to_have_value("60")
    share = str(page.get_by_role("link", name="Address of this what-if, for your team").get_attribute("href"))
    assert share.endswith("/what-if?hours=60")
    fits(page)
    if dana.runs_scripts:
        expect(page.get_by_role("heading", name="What would move")).to_be_focused()
        expect(page.locator("#status")).to_have_text("The what-if is computed. Nothing is saved.")
        expect(page.locator(f"#consultant-wide-{chosen}")).to_be_checked()
        axe_clean(page)
        looks_right(page)

    page.get_by_role("link", name="Reset").or_(page.get_by_role("button", name="Reset")).click()

    expect(page.locator("#what-if-banner")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/reviews/[\w-]+$"))
    if dana.runs_scripts:
        expect(page.get_by_text("Leave empty what should stay as it is.")).to_be_focused()
        expect(page.locator(f"#consultant-wide-{chosen}")).to_be_checked()


@with_and_without_javascript
def test_a_bad_number_is_told_at_the_field_and_kept(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    page = dana.page
    page.locator("#what-if-fold > summary").click()
    page.get_by_label("Hours of work").fill("999")
    page.get_by_role("button", name="Show what would move").click()

    expect(page.locator("#error-summary")).to_be_visible()
    if dana.runs_scripts:
        expect(page.locator("#error-summary")).to_be_focused()
    expect(page.get_by_label("Hours of work")).to_have_value("999")
    expect(page.locator("#hours-error")).to_contain_text("Type 0 to 400 hours, or nothing.")
