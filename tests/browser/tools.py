"""What journeys measure: accessibility, sideways scrolling, calls to other hosts, errors in scripts."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, WebError

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--disable-features=OptimizationHints,Translate,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication",
]  # fmt: skip

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

with_and_without_javascript = pytest.mark.parametrize(
    "javascript", [True, False], ids=["scripts", "no-scripts"]
)
in_a_demo = pytest.mark.parametrize("demo", [True], ids=["demo"])


def chromium_path() -> str:
    """The Chromium to use. Raises FileNotFoundError with what to do when there is none."""
    named = [
        os.environ.get("LAB_CHROMIUM", ""),
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    for name in named:
        found = shutil.which(name) if name else None
        if found:
            return found
    raise FileNotFoundError(
        "The journeys need Chromium: run them with `sh lab.sh test`, or set LAB_CHROMIUM."
    )


class Complaints:
    """What went wrong behind the page while a test looked at its front."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.found: list[str] = []

    def requested(self, request: Request) -> None:
        """Every request goes to us."""
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.found.append(f"The page called {request.url}.")

    def said(self, message: ConsoleMessage) -> None:
        """Chromium writes to its console what the content policy refused; an answer of 4xx is no mistake."""
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.found.append(f"The console says: {message.text}")

    def broke(self, error: WebError) -> None:
        """A script threw."""
        self.found.append(f"A script broke: {error.error}")


SCRIPTS_ARE_OFF = """() => {
    const probe = document.createElement("div");
    probe.innerHTML = "<noscript><b></b></noscript>";
    return probe.querySelector("b") !== null;
}"""


@contextmanager
def with_timers(page: Page) -> Iterator[Page]:
    """The page itself, or, where scripts are off, its twin in a browser in which a measurement can run."""
    if not page.evaluate(SCRIPTS_ARE_OFF):
        yield page
        return
    browser = page.context.browser
    assert browser is not None
    html = re.sub(r"</?noscript[^>]*>", "", page.content())
    context = browser.new_context(viewport=page.viewport_size, bypass_csp=True)  # type: ignore[arg-type]
    try:
        context.route("**/*.js", lambda route: route.abort())
        context.route(
            page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
        )
        twin = context.new_page()
        twin.goto(page.url)
        yield twin
    finally:
        context.close()


def axe_clean(page: Page) -> None:
    """Fail, naming rule, place and remedy, if axe finds anything on the page as it is now."""
    options = {"runOnly": {"type": "tag", "values": WCAG_22_AA}, "resultTypes": ["violations"]}
    with with_timers(page) as measured:
        # Not `Axe.run`, which also brings over what the script is and every rule that was kept.
        measured.evaluate(f"{Axe().axe_script}\n;undefined")
        violations: list[Any] = measured.evaluate(
            f"axe.run({json.dumps(options)}).then(found => found.violations)"
        )
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
        + "\n    ".join(
            f"{' '.join(map(str, node['target']))}: {node['html'][:160]}" for node in violation["nodes"]
        )
        for violation in violations
    ]
    assert not lines, f"axe at {page.url}:\n" + "\n".join(lines)


def fits(page: Page, *widths: int) -> None:
    """Fail if the page scrolls sideways at one of the widths (320 and 390 pixels if none is named)."""
    before = page.viewport_size
    for width in widths or (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        wide = page.evaluate(
            """width => [...document.body.querySelectorAll("*")]
                .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest("[tabindex='0'], .visually-hidden"))
                .slice(0, 5).map(e => e.outerHTML.slice(0, 120))""",
            width,
        )
        assert needed <= width, f"{page.url} is {needed} px wide in a window of {width}:\n" + "\n".join(wide)
    if before:
        page.set_viewport_size(before)


def looks_right(page: Page) -> None:
    """axe finds nothing, and the page fits a telephone."""
    axe_clean(page)
    fits(page)
