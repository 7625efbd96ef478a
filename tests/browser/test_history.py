"""After signing out nothing confidential is left in the browser: not behind Back, not in its stores."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Live
from tests.browser.drafts import fill_what_is_open
from tests.browser.tools import with_and_without_javascript
from tests.browser.visitors import Arrive, Visitor
from tests.browser.world import DANA, a_submitted_case

MUSEUM = "Puget Harbor Art Museum"
STORES = "() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)].flat().join(' ')"


def leaves(somebody: Visitor, *secrets: str) -> None:
    """Sign out and go back through everything that was open."""
    somebody.press("Sign out")
    somebody.says("You are signed out.")
    for _step in range(4):
        somebody.page.go_back()
        somebody.is_silent_about(*secrets)
    somebody.go("/")
    kept = somebody.page.evaluate(STORES)
    assert not [secret for secret in secrets if secret in kept]


@with_and_without_javascript
def test_back_shows_a_director_nothing_after_signing_out(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    dana.go("/reviews/")
    dana.follow(MUSEUM)
    dana.follow("Open full answers")
    dana.says("Puget")
    leaves(dana, MUSEUM)


@with_and_without_javascript
def test_back_shows_an_applicant_nothing_after_signing_out(live: Live, visitor: Arrive) -> None:
    nora = visitor("nora@example.org")
    nora.go("/applications/new?line=nonprofit")
    nora.type("Your name", "Nora Light")
    nora.press("Start")
    fill_what_is_open(live, "nora@example.org")
    nora.follow("Your organization")
    expect(nora.page.get_by_role("textbox", name="Name of your organization")).to_have_value(
        "Harbor Light Services"
    )
    nora.go(nora.path.replace("organization", "check"))
    nora.says("Harbor Light Services")
    leaves(nora, "Harbor Light")


@pytest.mark.parametrize("javascript", [True], ids=["scripts"])
def test_back_after_a_form_was_sent_asks_nothing_and_sends_nothing_twice(
    live: Live, visitor: Arrive, javascript: bool
) -> None:
    nora = visitor("nora@example.org")
    nora.go("/applications/new?line=nonprofit")
    nora.type("Your name", "Nora Light")
    nora.press("Start")
    nora.reads("Your application")
    here = nora.path
    nora.page.go_back()
    nora.reads("Start an application")
    nora.page.go_forward()
    nora.reads("Your application")
    nora.go("/cases/")
    assert nora.path == here, "one application, not two"
