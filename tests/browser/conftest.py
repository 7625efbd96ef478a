"""The application served on loopback, and a real Chromium to use it with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from lab.actions import people
from lab.actions.sign_in import sign_in_as
from lab.database import db
from lab.settings import Settings
from lab.web import create_app
from tests import databases
from tests.browser.tools import CHROMIUM_FLAGS, Complaints, chromium_path
from tests.browser.visitors import Visitor
from tests.clients import somebody
from tests.conftest import settings_for, url_of

# A run of the portfolio may take its time on a busy machine.
expect.set_options(timeout=30_000)


class Compiled(BytecodeCache):
    """What templates were compiled to, for every application that a test of this process serves."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of this template, if it reads as it did."""
        bucket.code = self._kept.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key + bucket.checksum] = bucket.code


COMPILED = Compiled()


class Live:
    """The application on a port of its own."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app, self.url = app, url

    def app_context(self) -> AbstractContextManager[object]:
        """What a test writes in here is there for the browser once an action has committed it."""
        return self.app.app_context()

    def sign_in(self, page: Page, who: str) -> None:
        """Sign this browser in, as who has this address or as a new person with the roles named, and go to the front page."""
        with self.app_context():
            person_id = (people.welcome(who) if "@" in who else somebody(*who.split())).id
            secret = sign_in_as(person_id).secret
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        cookie = serializer.dumps({"sid": secret, "browser": "tests"})
        page.context.add_cookies(
            [{"name": self.app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": self.url}]
        )
        page.goto(self.url)


@pytest.fixture
def database() -> Iterator[str]:
    """Journeys run on SQLite; what differs between databases is tested below the pages."""
    url = url_of("sqlite")
    yield url
    databases.clear(url)


@pytest.fixture
def demo() -> bool:
    """Whether the journey happens in a demo; parametrize it to say yes."""
    return False


@pytest.fixture
def settings(database: str, demo: bool) -> Settings:
    """The real thing on SQLite, or a demo."""
    return replace(settings_for(database), demo=demo)


@pytest.fixture
def moment(demo: bool) -> datetime | None:
    """When the journey begins: Monday, November 23, 2026, ten in the morning in California; a demo plays today."""
    return None if demo else datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture
def host() -> str:
    """What the house is called; passkeys need a name instead of a number."""
    return "127.0.0.1"


@pytest.fixture
def live(settings: Settings, moment: datetime | None, host: str) -> Iterator[Live]:
    """The application, served until the test ends."""
    server = make_server("127.0.0.1", 0, lambda *request: app(*request), threaded=True)
    url = f"http://{host}:{server.server_port}"
    app = create_app(replace(settings, base_url=url))
    app.jinja_env.bytecode_cache = COMPILED
    if moment is not None:
        begun = time.monotonic()
        app.extensions["lab.clock"] = lambda: moment + timedelta(seconds=time.monotonic() - begun)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Live(app, url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def javascript() -> bool:
    """Whether the browser runs scripts; `with_and_without_javascript` runs a test both ways."""
    return True


@pytest.fixture
def viewport() -> dict[str, int]:
    """The size of the window; parametrize it for a telephone."""
    return {"width": 1280, "height": 900}


@pytest.fixture
def another(
    browser: Browser, live: Live, javascript: bool, viewport: dict[str, int]
) -> Iterator[Callable[[], BrowserContext]]:
    """Each call opens a browser of its own for one more person: no cookies, English, California's time."""
    complaints = Complaints(live.url)
    opened: list[BrowserContext] = []

    def open_one() -> BrowserContext:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport=viewport,
            locale="en-US",
            timezone_id="America/Los_Angeles",
        )  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        context.on("request", complaints.requested)
        context.on("console", complaints.said)
        context.on("weberror", complaints.broke)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert not complaints.found, "\n".join(complaints.found)


@pytest.fixture
def context(another: Callable[[], BrowserContext]) -> BrowserContext:
    """The browser of one person."""
    return another()


@pytest.fixture
def visitor(live: Live, another: Callable[[], BrowserContext]) -> Callable[..., Visitor]:
    """`visitor()` has a browser of their own; `visitor("director")`, `visitor("")`, `visitor("ana@...")` are signed in."""

    def arrive(who: str | None = None) -> Visitor:
        page = another().new_page()
        if who is not None:
            live.sign_in(page, who)
        return Visitor(page, live.url)

    return arrive


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One tab. The test fails if a page calls elsewhere, breaks the content policy or has an error in a script."""
    return context.new_page()
