"""A director signs in for the first time, sets up a second factor, and uses it: with a passkey, with an app, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pyotp
import pytest
from playwright.sync_api import CDPSession, Page, expect

from lab.actions import people
from lab.database import now
from tests.browser.conftest import Live
from tests.browser.tools import in_a_demo, looks_right, with_and_without_javascript
from tests.browser.visitors import Visitor

DANA = "dana@example.org"


@pytest.fixture
def host() -> str:
    return "localhost"


@pytest.fixture(autouse=True)
def recovery_codes_are_hashed_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """How slow the hash is has nothing to do with what is tested here."""
    monkeypatch.setitem(vars(import_module("lab.actions.second_factor")), "COST", 16)


def a_device(page: Page) -> CDPSession:
    """Plug a security key into this browser that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": told})
    return session


def welcome(live: Live, *roles: str) -> None:
    with live.app_context():
        person = people.welcome(DANA, name="Dana Ruiz")
        for role in roles:
            people.grant(person.id, role, by=None)


def moment_of(live: Live) -> datetime:
    with live.app_context():
        return now()


def test_a_director_sets_up_a_passkey_and_signs_in_with_it(
    live: Live, visitor: Callable[..., Visitor]
) -> None:
    welcome(live, "director")
    dana = visitor()
    a_device(dana.page)
    dana.go("/sign-in?next=/policies/")
    dana.sign_in(live.app, DANA)
    dana.reads("Set up a second step")
    looks_right(dana.page)
    dana.follow("Set up a passkey")
    dana.reads("Add a passkey")
    looks_right(dana.page)
    dana.type("What do you call this device?", "My laptop")
    dana.press("Make the passkey")
    dana.reads("Keep these ten codes")
    looks_right(dana.page)
    expect(dana.page.locator(".recovery li")).to_have_count(10)
    dana.follow("I have kept them")
    assert dana.path == "/policies/"

    dana.press("Sign out")
    dana.go("/sign-in")
    dana.sign_in(live.app, DANA)
    dana.reads("One more step")
    looks_right(dana.page)
    dana.press("Use your passkey")
    dana.reads(re.compile("."))
    expect(dana.page).to_have_url(re.compile("/reviews/"))

    dana.follow("Dana Ruiz (sign-in and security)")
    dana.says("My laptop")
    dana.says("last used")
    looks_right(dana.page)
    dana.follow(re.compile("^Rename"))
    looks_right(dana.page)
    dana.type("What do you call this device?", "Old laptop")
    dana.press("Save the name")
    dana.says("Old laptop")
    dana.follow(re.compile("^Remove"))
    looks_right(dana.page)
    dana.press("Yes, remove")
    dana.says("This is your last second factor")


def test_a_device_that_says_no_leaves_words_and_the_way_by_code(
    live: Live, visitor: Callable[..., Visitor]
) -> None:
    welcome(live, "director")
    dana = visitor(DANA)
    device = a_device(dana.page)
    dana.go("/profile/security/passkeys/new")
    dana.press("Make the passkey")
    dana.reads("Keep these ten codes")
    code = str(dana.page.locator(".recovery code").first.text_content())
    device.send("WebAuthn.disable")
    device.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": False,
        "hasResidentKey": False,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": told})
    dana.press("Sign out")
    dana.go("/sign-in")
    dana.sign_in(live.app, DANA)
    dana.press("Use your passkey")
    expect(dana.page.get_by_role("alert").filter(has_text="The passkey was not used")).to_be_visible()
    looks_right(dana.page)
    dana.type("The code", code)
    dana.press("Go on")
    expect(dana.page).to_have_url(re.compile("/reviews/"))


@with_and_without_javascript
def test_an_app_for_codes_needs_no_scripts(live: Live, visitor: Callable[..., Visitor]) -> None:
    welcome(live, "administrator")
    dana = visitor()
    dana.go("/sign-in")
    dana.sign_in(live.app, DANA)
    dana.press("Set up an app")
    dana.reads("Set up an app for codes")
    looks_right(dana.page)
    assert dana.page.locator("img.scan").evaluate("image => image.naturalWidth > 0")
    told = str(dana.page.locator("dd code").text_content()).replace(" ", "")
    dana.type("The six digits it shows now", "000000")
    dana.press("Use this app")
    dana.says("These digits do not fit")
    dana.type("The six digits it shows now", pyotp.TOTP(told).at(moment_of(live)))
    dana.press("Use this app")
    dana.reads("Keep these ten codes")
    code = str(dana.page.locator(".recovery code").first.text_content())
    dana.follow("I have kept them")
    dana.press("Sign out")
    dana.go("/sign-in")
    dana.sign_in(live.app, DANA)
    dana.reads("One more step")
    dana.type("The code", code)
    dana.press("Go on")
    dana.follow("Dana Ruiz (sign-in and security)")
    dana.says("9 codes are left")
    dana.follow("Make new recovery codes")
    looks_right(dana.page)
    dana.press("Yes, make new ones")
    expect(dana.page.locator(".recovery li")).to_have_count(10)


@in_a_demo
@with_and_without_javascript
def test_what_was_typed_is_shown_again_after_signing_in(live: Live, visitor: Callable[..., Visitor]) -> None:
    welcome(live, "administrator")
    dana = visitor(DANA)
    dana.go("/people/new")
    dana.type("Name", "A name that took long to type")
    dana.page.get_by_role("textbox", name="Mail address").fill("new@example.org")
    live.app.extensions["lab.clock"] = lambda: datetime.now(UTC) + timedelta(hours=1)
    dana.press("Add")
    dana.reads("Start or return")
    dana.sign_in(live.app, DANA)
    dana.reads("We kept what you typed")
    dana.says("A name that took long to type")
    looks_right(dana.page)
    dana.press("Send it now")
    dana.says("can sign in now")


@in_a_demo
def test_the_clock_of_the_page_takes_along_what_was_not_sent(
    live: Live, visitor: Callable[..., Visitor]
) -> None:
    welcome(live, "administrator")
    dana = visitor(DANA)
    dana.page.clock.install()
    dana.go("/people/new")
    dana.type("Name", "A name that took long to type")
    live.app.extensions["lab.clock"] = lambda: datetime.now(UTC) + timedelta(minutes=16)
    dana.page.clock.fast_forward("13:00")
    dana.page.clock.fast_forward("03:00")
    dana.reads("Start or return")
    dana.page.clock.resume()
    dana.sign_in(live.app, DANA)
    dana.reads("We kept what you typed")
    dana.says("A name that took long to type")
