"""A world full of hostile texts in a real Chromium: nothing runs, nothing is called, and nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lab.actions.sign_in import sign_in_as
from lab.database import db
from lab.models import WebSession
from lab.routes import public
from lab.routes.doors import safe_path
from tests.browser.conftest import Live
from tests.browser.poisoned import FOUND, WATCH, places, poison, visits
from tests.soak import times
from tests.trust.hostile_texts import hostile_texts
from tests.trust.tricks import tricks
from tests.trust.world import MAY_SEE, TODAY, World, make_world

EVERYBODY = [who for who in MAY_SEE if who != "nobody"]
FEW = ["director on the cases", "consultant at work", "management of the joint case", "owner in review"]
PAGES = times(14, soak=40)
PASSES = times(1, soak=21)
EACH = times(12, soak=25)
STORES = "() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)].flat().join(' ')"


@pytest.fixture
def moment() -> datetime:
    return TODAY


@pytest.fixture
def world(live: Live) -> World:
    with live.app_context():
        world = make_world()
        for thing in (*world.people.values(), *world.cases.values()):
            db.session.refresh(thing)
            db.session.expunge(thing)
        return world


@pytest.fixture
def quiet(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser whose complaints a test reads itself."""
    opened: list[BrowserContext] = []

    def open_one(**wishes: object) -> BrowserContext:
        context = browser.new_context(locale="en-US", **wishes)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


def signed_in(live: Live, world: World, context: BrowserContext, who: str) -> Page:
    with live.app_context():
        secret = sign_in_as(world.people[who].id).secret
    serializer = live.app.session_interface.get_signing_serializer(live.app)  # type: ignore[attr-defined]
    cookie = serializer.dumps({"sid": secret, "browser": "tests"})
    context.add_cookies([{"name": live.app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": live.url}])
    return context.new_page()


def test_hostile_texts_stay_texts_and_nothing_is_left_after_signing_out(
    live: Live, world: World, another: Callable[[], BrowserContext]
) -> None:
    texts = hostile_texts()[: times(60, soak=1_000)]
    with live.app_context():
        found = places()
    faults, shown, looked = [], 0, 0
    for number in range(PASSES):
        with live.app_context():
            assert (
                poison(
                    found,
                    texts[number * EACH % len(texts) :] + texts[: number * EACH % len(texts)],
                    each=EACH,
                )
                > 80
            )
        # Once everybody looks; the texts that come afterwards stand at the same places.
        for who in EVERYBODY if times(0, soak=1) and number == 0 else FEW:
            context = another()
            context.add_init_script(WATCH)
            asked: list[str] = []
            context.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[misc]
            page = signed_in(live, world, context, who)
            seen = []
            for address in visits(page, live.url, most=PAGES):
                seen.append(address)
                faults += [f"{address}, {who}: {fault}" for fault in page.evaluate(FOUND)]
                shown += "window.ran=1" in page.inner_text("body")
                if "canary" in page.title():
                    faults.append(f"{address}, {who}: the title tells {page.title()}")
            faults += [f"{who}: a request to {url}" for url in asked if "/ran" in url]
            looked += len(seen)
            faults += leaves_nothing(page, live.url, who, steps=min(len(seen), times(6, soak=30)))
            context.close()
    print(
        f"{len(texts)} texts in {PASSES} passes, {looked} pages looked at, {shown} showed some, {len(faults)} faults"
    )
    assert shown > times(20, soak=500), "The pages show too little of what is hostile to say anything."
    assert not faults, f"{len(faults)}\n" + "\n".join(faults[:20])


def leaves_nothing(page: Page, home: str, who: str, *, steps: int) -> list[str]:
    """Sign out, then press Back through what was open: what is still to be seen or stored."""
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(home + "/")
    found = []
    for _step in range(steps):
        page.go_back()
        if "canary" in page.content():
            found.append(f"{who}: Back shows {page.url}")
    page.goto(home + "/")
    if "canary" in page.evaluate(STORES):
        found.append(f"{who}: a store of the browser tells something")
    return found


def test_what_this_test_watches_for_it_sees(live: Live, quiet: Callable[..., BrowserContext]) -> None:
    """A control: were the same texts written as markup, everything above would show it."""
    context = quiet()
    context.add_init_script(WATCH)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    page = context.new_page()
    page.goto(live.url)
    assert page.evaluate(FOUND) == []
    for text in hostile_texts()[:4]:
        page.evaluate("text => document.querySelector('main').insertAdjacentHTML('beforeend', text)", text)
    page.evaluate("() => new Promise(done => setTimeout(done, 200))")

    found = " ".join(page.evaluate(FOUND))

    assert "refused: " in found and "an element: " in found and "an attribute: onerror" in found
    assert "a script ran" not in found, "The content policy holds even then."
    assert any("Content Security Policy" in text for text in said), (
        "Every journey reads this from the console."
    )


def test_a_part_that_loads_after_the_session_ended_leads_to_sign_in_and_back(
    live: Live, world: World, quiet: Callable[..., BrowserContext]
) -> None:
    page = signed_in(live, world, quiet(), "director on the cases")
    page.goto(f"{live.url}/reviews/?state=submitted")
    with live.app_context():
        db.session.execute(sa.delete(WebSession))
        db.session.commit()
    page.locator("#text").fill("House")
    page.wait_for_url("**/sign-in?next=**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert (
        "next=/reviews/?state%3Dsubmitted" in page.url or "next=%2Freviews%2F%3Fstate%3Dsubmitted" in page.url
    )
    assert page.locator("header.head").count() == 1, "one whole page, not a page within a page"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_exit_this_page_leaves_nothing_behind(
    live: Live,
    world: World,
    quiet: Callable[..., BrowserContext],
    monkeypatch: pytest.MonkeyPatch,
    scripts: bool,
) -> None:
    # Another origin, as the weather is, and on this machine.
    weather = live.url.replace("127.0.0.1", "localhost") + "/healthz"
    monkeypatch.setattr(public, "NEUTRAL_SITE", weather)
    ref = world.cases["review"].ref
    ways = ["press", "shift"] if scripts else ["press"]
    for way in ways:
        context = quiet(java_script_enabled=scripts)
        page = signed_in(live, world, context, "owner in review")
        page.goto(f"{live.url}/cases/{ref}")
        assert "canary" in page.content() and "canary" not in page.title()
        if way == "press":
            page.get_by_role("link", name="Exit this page").click()
        else:
            page.keyboard.press("Shift")
            page.keyboard.press("a")
            for _time in range(3):
                page.keyboard.press("Shift")
        page.wait_for_url(weather)
        page.go_back()
        assert "canary" not in page.content()
        page.goto(f"{live.url}/cases/{ref}")
        assert "/sign-in" in page.url


def test_chromium_stays_in_the_house_wherever_it_is_sent(live: Live, page: Page) -> None:
    page.goto(live.url)
    origins = page.evaluate(
        "places => places.map(place => new URL(place, location.href).origin)",
        [safe_path(trick) for trick in tricks()],
    )
    assert set(origins) == {live.url}
