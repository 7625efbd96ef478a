"""Hours week by week, in a browser: one row by itself, all at once, a pause, with and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from lab.database import db
from lab.models import Consultant
from tests.browser.conftest import Live
from tests.browser.test_offer_journey import an_offer_is_out
from tests.browser.tools import looks_right, with_and_without_javascript
from tests.browser.visitors import Arrive
from tests.browser.world import address_of

PAGE = "/profile/availability"


def kept(live: Live) -> dict[str, float]:
    """What is kept of the weeks of the consultant."""
    with live.app_context():
        row = db.session.query(Consultant).where(Consultant.ref == "C07").one()
        return dict(row.week_hours)


@with_and_without_javascript
def test_hours_are_said_by_row_and_all_at_once(live: Live, visitor: Arrive) -> None:
    an_offer_is_out(live)
    consultant = visitor(address_of(live, "C07"))
    page = consultant.page
    consultant.go("/offers/")
    consultant.follow("Your hours week by week")
    consultant.reads("Your hours week by week")
    if consultant.runs_scripts:
        looks_right(page)
    consultant.number("30 Nov", "0")
    consultant.press("Save the week of 30 November 2026")
    if consultant.runs_scripts:
        expect(page.locator("#status")).to_have_text("Saved: week of 30 November 2026, 0 hours")
        # Whoever pressed by the keyboard goes on from the same place.
        expect(page.locator("#weeks-1-save")).to_be_focused()
        consultant.number("7 Dec", "61")
        consultant.press("Save the week of 7 December 2026")
        expect(page.get_by_role("row", name="7 Dec")).to_contain_text("from 0 to 60")
        looks_right(page)
        consultant.number("7 Dec", "0.5")
        consultant.press("Save the week of 7 December 2026")
        expect(page.locator("#status")).to_have_text("Saved: week of 7 December 2026, 0.5 hours")
        assert kept(live) == {"2026-11-30": 0, "2026-12-07": 0.5}
    else:
        consultant.says("Your hours are saved.")
        assert kept(live) == {"2026-11-30": 0}

    consultant.number("14 Dec", "70")
    consultant.press("Save all weeks")
    expect(page).to_have_title(re.compile("^Error: "))
    if consultant.runs_scripts:
        looks_right(page)
    consultant.number("14 Dec", "5")
    consultant.press("Save all weeks")
    consultant.says("Your hours are saved.")
    assert kept(live)["2026-12-14"] == 5

    consultant.type("First day", "2027-01-04")
    consultant.type("Last day", "2027-01-10")
    consultant.press("Put the pause in the table")
    consultant.says("Your pause is in the table.")
    expect(page.get_by_role("spinbutton", name="4 Jan")).to_have_value("0")
    assert kept(live)["2027-01-04"] == 0
    consultant.go("/offers/")
    consultant.says("Your availability")
