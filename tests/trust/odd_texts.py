"""Everything a person can fill in, found by following links, and the odd things that can be sent instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.clients import LabClient
from tests.pages import Fields, Page

# These end the session or change its language.
NOT_FOLLOWED = re.compile(r"^(?!/)|^//|^/(static|leave|language|sign-out|healthz|readyz)")
TYPED = {"number": "5", "date": "2026-12-01", "email": "new@example.org", "month": "2026-12", "time": "10:00"}
# Not typed by anybody: without these nothing would be read at all.
KEPT = {"csrf_token"}
# What ends something comes last, so that the others still find it.
ENDINGS = ("withdraw", "remove", "leave", "close", "decline", "submit", "sign_in.out", "revoke", "decide")
# What a page has of WTForms' own wording.
FOREIGN_WORDS = re.compile(r"Not a valid|cannot be longer|Invalid (Choice|input|value)|This field is required|"
                           r"not valid choices|Number must be")  # fmt: skip


@dataclass(frozen=True)
class Form:
    """One form as somebody finds it."""

    client: LabClient
    page: str
    action: str
    endpoint: str
    fields: Fields
    offers: Fields
    kinds: dict[str, str]

    def filled(self) -> Fields:
        """The fields as somebody might send them: what is empty is typed, what is open is chosen."""
        chosen = {name: values[-1:] for name, values in self.offers.items() if any(values)}
        typed = {
            name: [TYPED.get(kind, "Some words")] for name, kind in self.kinds.items() if kind != "hidden"
        }
        kept = {name: values for name, values in self.fields.items() if any(values)}
        return {**self.fields, **chosen, **typed, **kept}


def endpoint_of(app: Flask, path: str, method: str) -> str:
    """The view behind a path; empty if there is none."""
    try:
        return str(app.url_map.bind("localhost").match(path.partition("?")[0], method=method)[0])
    except HTTPException:
        return ""


def pages_of(app: Flask, client: LabClient) -> Iterator[tuple[str, Page]]:
    """Every page this browser reaches by links from the front page, one for each way a view is asked."""
    waiting, known, ways = ["/"], {"/"}, set()
    while waiting:
        address = waiting.pop(0)
        path, _, query = address.partition("?")
        way = (re.sub(r"(LL-)?[0-9A-Z]{6,12}", "*", path), frozenset(re.findall(r"(?:^|&)([^=]+)=", query)))
        if way in ways:
            continue
        ways.add(way)
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200 or not answer.mimetype.startswith("text/html"):
            continue
        page = Page(answer.text)
        yield address, page
        for link in page.links:
            target = link.partition("#")[0]
            if target and target not in known and not NOT_FOLLOWED.search(target):
                known.add(target)
                waiting.append(target)


def forms_of(app: Flask, clients: list[LabClient]) -> list[Form]:
    """Every form that these people find, each kind once, those that end something last."""
    return forms_on(app, [(client, list(pages_of(app, client))) for client in clients])


def forms_on(app: Flask, walked: list[tuple[LabClient, list[tuple[str, Page]]]]) -> list[Form]:
    """The same on pages that have been read."""
    found: dict[tuple[str, frozenset[str]], Form] = {}
    for client, pages in walked:
        for address, page in pages:
            for form in page.forms:
                action = form.action or address
                endpoint = endpoint_of(app, action, form.method.upper())
                names = frozenset(re.sub(r"\d+", "0", name) for name in form.fields)
                if form.method == "post" and endpoint:
                    found.setdefault(
                        (endpoint, names),
                        Form(client, address, action, endpoint, form.fields, form.offers, form.kinds),
                    )
    return sorted(found.values(), key=lambda form: any(word in form.endpoint for word in ENDINGS))


def send(form: Form, odd: Callable[[str], str]) -> list[str]:
    """Send a form with each of its texts made odd; what is wrong with the answer."""
    pairs = [
        (name.encode(), (value if name in KEPT else odd(value)).encode("utf-8", "surrogatepass"))
        for name, values in form.fields.items()
        for value in values
    ]
    what = f"{form.endpoint} from {form.page}"
    try:
        answer = form.client.post(
            form.action, data=urlencode(pairs), content_type="application/x-www-form-urlencoded"
        )
    except Exception as broken:
        return [f"{what} broke: {type(broken).__name__}: {str(broken)[:200]}"]
    wrong = [f"{what} answered {answer.status_code}"] if answer.status_code >= 500 else []
    return wrong + [f"{what} says {words[0]!r}" for words in FOREIGN_WORDS.finditer(answer.text)]


def send_filled(form: Form) -> int:
    """Send a form as somebody might fill it in; the status of the answer."""
    data = urlencode(form.filled(), doseq=True)
    return form.client.post(
        form.action, data=data, content_type="application/x-www-form-urlencoded"
    ).status_code
