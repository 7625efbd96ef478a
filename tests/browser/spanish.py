"""What a page in Spanish must not say: a sentence of the catalogue in English that has a Spanish one."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from playwright.sync_api import Page

from lab.cli.catalogue import read

PLACE = re.compile(r"%\(\w+\)[sd]")
FEWEST_WORDS = 4  # so long a part of a sentence stands in no name and in nothing somebody typed by chance
# Every text that is the program's own: not what somebody wrote, not a label in its own language, not hidden templates.
TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    const others = ".words, textarea, script, style, template, option:not(:checked), [lang]:not(html)";
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
        if (text && !walker.currentNode.parentElement.closest(others)) found.push(text);
    }
    for (const name of ["aria-label", "placeholder", "title", "alt"])
        document.querySelectorAll(`[${name}]`).forEach(e => e.closest("[lang]:not(html)") || found.push(e.getAttribute(name)));
    return found;
}"""


@cache
def _english() -> tuple[frozenset[str], tuple[str, ...]]:
    """What stands alone as a text in English, and longer parts that may stand within one."""
    whole, parts = set(), set()
    for message in read("es"):
        if not message.id or not message.string:
            continue
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        spanish = message.string if isinstance(message.string, tuple) else (message.string,)
        for sentence in english:
            if sentence in spanish:
                continue
            if not PLACE.search(sentence):
                whole.add(sentence)
            for part in PLACE.split(sentence):
                part = part.strip(" .,:;()")
                if len(part.split()) >= FEWEST_WORDS and not any(part in told for told in spanish):
                    parts.add(part)
    return frozenset(whole), tuple(sorted(parts))


def english_on(page: Page, *, names: Collection[str] = ()) -> list[str]:
    """The sentences that stand in English on a page that should be in Spanish, and a wrong language of the page itself.

    `names` may read like a sentence and stay as they are.
    """
    whole, parts = _english()
    texts: list[str] = page.evaluate(TEXTS)
    for name in names:
        texts = [text.replace(name, "") for text in texts]
    together = "\n".join(texts)
    said = [text for text in texts if text in whole] + [part for part in parts if part in together]
    found = [f"{page.url}: in English: {sentence}" for sentence in dict.fromkeys(said)]
    if (language := page.evaluate("document.documentElement.lang")) != "es":
        found.append(f"{page.url}: the page says it is in {language!r}")
    return found
