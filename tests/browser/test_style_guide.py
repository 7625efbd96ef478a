"""Every component in every state can be used by everybody: with and without scripts, in light, dark and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.tools import axe_clean, fits, in_a_demo, looks_right

TOO_SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, textarea")]
    .filter(e => e.offsetParent && !e.closest(".skip, p, .error-summary"))
    .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 24 || box.width < 20)
    .map(([html, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)"""
LOW_BUTTONS = """() => [...document.querySelectorAll(".button:not(.small)")]
    .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 90))"""
DOUBLE_IDS = """() => { const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
    return ids.filter((id, place) => ids.indexOf(id) !== place); }"""


@in_a_demo
def test_every_component_is_accessible_and_fits_a_telephone(live: Live, page: Page, demo: bool) -> None:
    page.goto(f"{live.url}/style-guide/")
    looks_right(page)


@in_a_demo
@pytest.mark.parametrize("javascript", [False], ids=["no-scripts"])
def test_without_scripts_nothing_is_offered_that_needs_one(
    live: Live, page: Page, demo: bool, javascript: bool
) -> None:
    page.goto(f"{live.url}/style-guide/")

    fits(page)
    expect(page.get_by_role("button", name="Print or save as PDF")).to_have_count(0)
    expect(page.get_by_role("button", name="Save and continue")).to_be_visible()


@in_a_demo
def test_every_component_is_accessible_in_the_dark(live: Live, page: Page, demo: bool) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live.url}/style-guide/")
    axe_clean(page)


@in_a_demo
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, {"width": 390, "height": 800}])
def test_a_finger_hits_every_control(live: Live, page: Page, demo: bool, viewport: dict[str, int]) -> None:
    page.goto(f"{live.url}/style-guide/")

    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(LOW_BUTTONS) == []
    assert page.evaluate(DOUBLE_IDS) == []


@in_a_demo
def test_the_errors_of_a_form_are_read_first(live: Live, page: Page, demo: bool) -> None:
    page.goto(f"{live.url}/style-guide/")
    expect(page.get_by_role("group", name="Please look at 7 things")).to_be_focused()

    page.get_by_role("link", name="Choose the stage that fits best.").click()
    assert page.evaluate("document.activeElement.id") == "refused-stage-0"


@in_a_demo
@pytest.mark.parametrize("viewport", [{"width": 390, "height": 800}])
def test_a_choice_made_on_a_wide_screen_shows_on_a_telephone(
    live: Live, page: Page, demo: bool, viewport: dict[str, int]
) -> None:
    page.goto(f"{live.url}/style-guide/")
    expect(page.get_by_role("radio", name="Choose Simone Achterberg")).to_be_checked()


def test_the_style_guide_is_no_page_outside_a_demo(live: Live, page: Page) -> None:
    answer = page.goto(f"{live.url}/style-guide/")
    assert answer is not None and answer.status == 404
