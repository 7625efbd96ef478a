"""Whatever is sent to whatever address, the answer is an answer: no mistake of ours, on both databases."""

from __future__ import annotations

import random
import traceback
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.clients import HTMX, LabClient
from tests.soak import times
from tests.trust.odd_texts import pages_of
from tests.trust.sweep import addresses, browser, form_token
from tests.trust.world import World

REQUESTS = times(750, soak=10_000)  # on each database
WHO = ("nobody", "administrator", "director on the cases", "consultant with an offer", "management of the joint case",
       "owner of the draft")  # fmt: skip
METHODS = ("GET", "GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW")
ODD = (
    "", " ", "0", "-1", "9" * 9, "9" * 10, "9" * 400, "1e999", "NaN", "Infinity", "0x10", "١٢٣", "²", "true", "null", "None",
    "[]", "{}", "a\x00b", "\ud800", "\udfff\ud800", "\x7f", "\u202e", "\ufeff", "\U0001f600" * 50, "é" * 500, "%", "%00", "%zz",
    "{{7*7}}", "{%x%}", "${7*7}", "%s%n", "' OR 1=1 --", "\"><script>", "../../etc/passwd", "..\\..", "\r\nX-A: b", "a" * 5_000,
    "2026-02-30", "0000-00-00", "99999-01-01", "2026-W60", "24:61", "LL-ZZZZZZZZ", "<xml/>", "=1+1", "a:b:c", ":", "::", "-",
    "http://[", "//[::1", "http://[::1]:99999999/", "add:units:99", "remove:days:99999999999999999999", "keep-", "question:", "-0-", "１２",
)  # fmt: skip
NAMES = (
    "text", "state", "page", "order", "with", "next", "back", "line", "need", "asked", "stage", "do", "key", "version", "deed",
    "case", "consultant", "first", "second", "from", "keep", "without", "measure", "split", "code", "about", "answer", "number",
    "step", "email", "role", "units-0-size", "units-999999999-label", "days-0-kind", "hours", "starts_on", "reason", "csrf_token",
)  # fmt: skip
KINDS = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
    "application/x-www-form-urlencoded; charset=utf-16", "application/json", "text/plain", "text/xml", "",
    "application/x-www-form-urlencoded; charset=nope", "a/b; c=\"",
)  # fmt: skip


class Fuzz:
    """Requests by lot, the same ones for the same number."""

    def __init__(self, app: Flask, world: World, number: int) -> None:
        self.lot = random.Random(number)
        self.app, self.world = app, world
        self.names = [*NAMES]
        self.places = {method: list(addresses(app, world, method)) for method in ("GET", "POST")}
        self.people: dict[str, tuple[LabClient, str]] = {}

    def gather(self, app: Flask) -> None:
        """The names of fields that there are."""
        for who in ("director on the cases", "consultant with an offer", "owner of the draft"):
            for _address, page in pages_of(app, browser(app, self.world, who)):
                self.names += [name for form in page.forms for name in form.fields]

    def person(self) -> tuple[LabClient, str]:
        """Somebody with a token that fits, signed in anew now and then, for some requests sign people out."""
        who = self.lot.choice(WHO)
        if who not in self.people or self.lot.random() < 0.05:
            client = browser(self.app, self.world, who)
            self.people[who] = (client, form_token(client))
        return self.people[who]

    def value(self) -> str:
        refs = [ref for kind in self.world.refs.values() for ref in kind]
        return self.lot.choice([*ODD, *self.lot.sample(refs, 5)])

    def address(self) -> str:
        rule, address = self.lot.choice(self.places[self.lot.choice(("GET", "POST"))])
        if self.lot.random() < 0.3:
            address = self.spoilt(rule)
        if self.lot.random() < 0.4:
            address += "?" + self.pairs(4)
        return address

    def spoilt(self, rule: Rule) -> str:
        """The address of a rule with something odd at each of its places."""
        parts = []
        for part in str(rule).split("/"):
            odd = part.startswith("<") and self.lot.random() < 0.6
            parts.append(
                quote(self.value().encode("utf-8", "surrogatepass"), safe="") if odd else part.strip("<>")
            )
        return "/".join(parts)

    def pairs(self, most: int) -> str:
        chosen = [(self.lot.choice(self.names), self.value()) for _ in range(self.lot.randint(0, most))]
        chosen += chosen[: self.lot.randint(0, 2)]
        encoded = [
            (name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass"))
            for name, value in chosen
        ]
        return urlencode(encoded)

    def body(self, token: str) -> bytes:
        kind = self.lot.random()
        if kind < 0.005:
            return b"text=" + b"x" * 10_000_000
        if kind < 0.1:
            return self.lot.randbytes(self.lot.randint(0, 3_000))
        if kind < 0.2:
            return (
                b'--x\r\nContent-Disposition: form-data; name="text"; filename="../a\x00.png"\r\n\r\n'
                + self.lot.randbytes(99)
                + b"\r\n--x--"
            )
        sent = f"csrf_token={quote(token)}&{self.pairs(40)}".encode()
        return sent + b"&text=%ff%fe%00&=%" if kind < 0.4 else sent

    def request(self) -> dict[str, Any]:
        method = self.lot.choice(METHODS)
        headers = dict(HTMX) if self.lot.random() < 0.3 else {}
        for name in ("HX-Current-URL", "Referer", "Accept-Language", "Range", "If-None-Match", "X-Forwarded-For", "Sec-Fetch-Site",
                     "HX-History-Restore-Request", "X-CSRFToken", "Content-Encoding"):  # fmt: skip
            if self.lot.random() < 0.05:
                headers[name] = (
                    self.value()
                    .encode("latin-1", "ignore")
                    .decode("latin-1")
                    .translate({10: "", 13: "", 0: ""})
                )
        return {"method": method, "path": self.address(), "headers": headers}


@pytest.mark.parametrize("number", [1] if times(1, soak=2) == 1 else [1, 2])
def test_every_request_has_an_answer(app: Flask, world: World, number: int) -> None:
    fuzz = Fuzz(app, world, number)
    fuzz.gather(app)
    wrong, seen = [], set()
    for _ in range(REQUESTS):
        client, token = fuzz.person()
        asked = fuzz.request()
        body = fuzz.body(token) if asked["method"] not in ("GET", "HEAD") or fuzz.lot.random() < 0.1 else b""
        kind = KINDS[0] if fuzz.lot.random() < 0.7 else fuzz.lot.choice(KINDS)
        try:
            answer = client.open(
                asked["path"], method=asked["method"], headers=asked["headers"], data=body, content_type=kind
            )
        except Exception as broken:
            at = traceback.extract_tb(broken.__traceback__)[-1]
            wrong.append(
                f"{asked} {kind} {body[:200]!r} broke: {type(broken).__name__}: {str(broken)[:200]} at {at.filename}:{at.lineno}"
            )
            continue
        seen.add(answer.status_code)
        if answer.status_code >= 500:
            wrong.append(f"{asked} {kind} {body[:200]!r} answered {answer.status_code}")
    assert {200, 303, 400, 404, 405} <= seen, "The requests do not reach anything."
    assert not wrong, f"{len(wrong)} of {REQUESTS}\n" + "\n".join(wrong[:15])
