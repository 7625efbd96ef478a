"""Following every link that somebody finds on their own pages, and what must hold on each of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.browser.conftest import Live
from tests.browser.tools import axe_clean, fits
from tests.browser.visitors import Visitor

NOT_FOLLOWED = frozenset({"public.leave"})
FOR_EVERYBODY = frozenset(
    {
        "public.home",
        "public.privacy",
        "fit.questions",
        "sign_in.start",
        "demo.people",
        "demo.letters",
        "style_guide.index",
    }
)
FAULTS_OF_A_PAGE = """() => {
    const found = [];
    const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
    ids.filter((id, place) => ids.indexOf(id) !== place).forEach(id => found.push(`the id ${id} stands twice`));
    const headings = document.querySelectorAll("h1").length;
    if (headings !== 1) found.push(`${headings} headings of the first level`);
    if (!document.title.trim()) found.push("no title");
    for (const name of ["for", "aria-describedby", "aria-labelledby", "aria-controls"])
        document.querySelectorAll(`[${name}]`).forEach(e => e.getAttribute(name).split(/\\s+/).filter(Boolean)
            .forEach(id => document.getElementById(id) || found.push(`${name} points to ${id}, which is not there`)));
    document.querySelectorAll("main a[href='#'], main a:not([href])").forEach(e => found.push(`a link to nowhere: ${e.outerHTML}`));
    return found;
}"""
LINKS = """() => [...document.querySelectorAll("a[href]:not([hreflang]):not([download]):not([data-exit])")].map(e => e.href)"""


def faults_of(page: Page, *, with_axe: bool = True) -> list[str]:
    """What is wrong with the page as it stands, in sentences."""
    found = [f"{page.url}: {fault}" for fault in page.evaluate(FAULTS_OF_A_PAGE)]
    for check in (axe_clean, fits) if with_axe else (fits,):
        try:
            check(page)
        except AssertionError as fault:
            found.append(str(fault))
    return found


def pages_of(
    live: Live,
    person: Visitor,
    start: str,
    *,
    each: int = 2,
    with_axe: bool = True,
    but: Collection[str] = (),
    every: int = 1,
    also: Callable[[Page], list[str]] = lambda _page: [],
) -> tuple[Counter[str], list[str]]:
    """Follow links from `start`, each kind of page `each` times. Gives how often each was seen, and all faults.

    `but`: kinds that were seen already; `every`: of how many kinds of pages one is looked at closely; `also`: what
    else is a fault of each page.
    """
    unwanted = NOT_FOLLOWED if start == "/" else NOT_FOLLOWED | FOR_EVERYBODY
    routes = live.app.url_map.bind("127.0.0.1")
    seen: Counter[str] = Counter()
    known: set[str] = set()
    found: list[str] = []
    waiting = deque([live.url + start])
    while waiting:
        url = waiting.popleft().partition("#")[0]
        path = urlsplit(url).path
        if url in known or not url.startswith(live.url + "/") or path.startswith("/static/"):
            continue
        known.add(url)
        try:
            endpoint, values = routes.match(path, method="GET")
        except HTTPException:
            found.append(f"{path} is linked from a page and is no page")
            continue
        kind = f"{endpoint} {values['topic']}" if "topic" in values else endpoint
        seen_before = kind in but and url != live.url + start
        if kind in unwanted or seen_before or path.endswith(".csv") or seen[kind] >= each:
            continue
        seen[kind] += 1
        answer = person.page.goto(url)
        assert answer is not None
        if answer.status != 200:
            found.append(f"{path} is linked from a page and answers {answer.status}")
            continue
        if len(seen) % every == 0:
            found += faults_of(person.page, with_axe=with_axe)
        found += also(person.page)
        if endpoint != "demo.letters":  # everybody's mail lies there, with links for everybody
            waiting.extend(person.page.evaluate(LINKS))
    return seen, found
