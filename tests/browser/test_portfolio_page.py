"""The portfolio in a browser: wishes, a run, another beside it, and the offers that go out, with and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from lab.actions import portfolio
from lab.database import db
from lab.models import Person
from tests import a_portfolio, an_offer, factories
from tests.browser.conftest import Live
from tests.browser.tools import fits, looks_right, with_and_without_javascript
from tests.browser.visitors import Arrive, Visitor
from tests.browser.world import DANA


def decided_cases(live: Live) -> None:
    """What Dana has decided on, among all consultants, and one that nobody has read yet."""
    with live.app_context():
        an_offer.the_consultants()
        dana: Person = factories.a_person("director", name="Dana Whitfield", email=DANA)
        a_portfolio.decided_cases(dana, "O10", "O06", "O01", "O03")
        factories.a_case(told_as="O05")
        db.session.commit()


def runs(live: Live, dana: Visitor) -> None:
    """Press the button and wait: the page leads on by itself where scripts run, otherwise by its link."""
    dana.press("Run with 5 cases")
    dana.reads("The run is being computed")
    dana.says("Computed: 0 of 5 cases")
    fits(dana.page)
    with live.app_context():
        assert portfolio.run_waiting() == 1
    if not dana.runs_scripts:
        dana.page.get_by_role("link", name="Look again").click()
    dana.reads(re.compile(r"Somebody for \d of 5 open cases"))


@with_and_without_javascript
def test_from_wishes_to_offers(live: Live, visitor: Arrive) -> None:
    decided_cases(live)
    dana = visitor(DANA)
    dana.go("/portfolio/")
    dana.reads("Portfolio")
    if dana.runs_scripts:
        looks_right(dana.page)
    runs(live, dana)
    fits(dana.page)
    if dana.runs_scripts:
        looks_right(dana.page)
    first = dana.page.url.rpartition("/")[2]

    dana.page.get_by_role("link", name=re.compile("^Rule out")).first.click()
    dana.reads("Portfolio")
    expect(dana.page.locator("details#wishes")).to_have_attribute("open", "")
    fits(dana.page)
    if dana.runs_scripts:
        looks_right(dana.page)
    runs(live, dana)
    dana.page.get_by_role("combobox", name="Compare with").select_option(first)
    dana.press("Compare")
    dana.reads("Two runs side by side")
    expect(dana.page.get_by_role("table", name="Each case in both runs")).to_be_visible()
    fits(dana.page)
    if dana.runs_scripts:
        looks_right(dana.page)

    dana.go(f"/portfolio/{first}")
    dana.press("Check the offers")
    dana.reads("Check the offers")
    fits(dana.page)
    if dana.runs_scripts:
        looks_right(dana.page)
    dana.page.get_by_role("button", name=re.compile(r"^Send \d offers?$")).click()
    dana.says("on their way")
    expect(dana.page.get_by_role("main").get_by_text("Sent", exact=True).first).to_be_visible()
