"""The journeys' own ground holds: the measurements find what they are there to find."""

import pytest

from tests.browser.tools import SCRIPTS_ARE_OFF, axe_clean, fits, in_a_demo, with_and_without_javascript


@with_and_without_javascript
def test_the_way_in_is_accessible_and_fits_a_telephone(live, page, javascript):
    page.goto(f"{live.url}/sign-in")
    axe_clean(page)
    fits(page)
    assert page.evaluate(SCRIPTS_ARE_OFF) is not javascript


@with_and_without_javascript
def test_a_director_is_signed_in(live, page):
    live.sign_in(page, "director")
    page.get_by_role("button", name="Sign out").wait_for()


@in_a_demo
def test_a_demo_says_so(live, page, demo):
    page.goto(f"{live.url}/sign-in")
    assert "demo" in page.inner_text("body").lower()


def test_axe_names_the_rule_and_the_place(live, page):
    page.goto(f"{live.url}/sign-in")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=/static/favicon.svg id=bare>'")
    with pytest.raises(AssertionError, match=r"image-alt[^$]*#bare"):
        axe_clean(page)


def test_a_wide_page_is_found(live, page):
    page.goto(f"{live.url}/sign-in")
    page.evaluate("document.querySelector('main').innerHTML += '<div id=wide>Unbreakable</div>'")
    page.evaluate("document.getElementById('wide').style.width = '500px'")
    with pytest.raises(AssertionError, match="in a window of 320"):
        fits(page)
