"""What holds on every route: no foreign form is taken, nothing is kept by caches, and nobody is led out of the house."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lab.database import db
from lab.models import WebSession
from lab.routes.doors import safe_path
from tests.clients import HTMX, LabClient
from tests.soak import soaking, times
from tests.trust.kept import KeptWorld, kept_world
from tests.trust.odd_texts import endpoint_of
from tests.trust.sweep import addresses, form_token, picture
from tests.trust.tricks import OUT, tricks

READERS = (
    "nobody",
    "director on the cases",
    "consultant at work",
    "management of the joint case",
    "network lead",
)


@pytest.fixture(scope="module")
def made() -> Iterator[KeptWorld]:
    with kept_world() as kept:
        yield kept


@pytest.fixture
def kept(made: KeptWorld) -> KeptWorld:
    made.put_back()
    return made


# ---- forms from elsewhere


def attacks(token: str, foreign: str) -> Iterator[tuple[str, dict[str, list[str]], dict[str, str]]]:
    """Ways to send a form that did not come from our page: a name, what replaces the token, headers."""
    yield "no token", {}, {}
    # Refused as htmx is, which is shorter to write.
    yield "an empty token", {"csrf_token": [""]}, HTMX
    yield "a wrong token", {"csrf_token": [token[:-3] + "AAA"]}, HTMX
    yield "another session's token", {"csrf_token": [foreign]}, HTMX
    yield "a page of another site", {"csrf_token": [token]}, {**HTMX, "Sec-Fetch-Site": "cross-site"}
    yield "a page of a sister site", {"csrf_token": [token]}, {**HTMX, "Sec-Fetch-Site": "same-site"}


def test_no_route_takes_a_form_that_did_not_come_from_its_page(kept: KeptWorld) -> None:
    found = {form.endpoint: form for form in kept.forms}
    rules = {rule.endpoint: address for rule, address in addresses(kept.app, kept.world, "POST")}
    director, foreign = kept.browser("director on the cases"), form_token(kept.browser("other director"))
    before = picture()
    sent, taken = 0, []
    for endpoint, address in rules.items():
        form = found.get(endpoint)
        client = form.client if form else director
        fields = (
            {name: values for name, values in form.fields.items() if name != "csrf_token"} if form else {}
        )
        own_token = form_token(client)
        for name, token, headers in attacks(own_token, foreign):
            answer = client.post(form.action if form else address, data={**fields, **token}, headers=headers)
            sent += 1
            if answer.status_code != 400:
                taken.append(f"{endpoint} took a form with {name}: {answer.status_code}")
        for method in ("PUT", "PATCH", "DELETE"):
            if (
                client.open(address, method=method, headers={**HTMX, "X-CSRFToken": own_token}).status_code
                != 405
            ):
                taken.append(f"{endpoint} takes {method}")
    assert sent >= 400 and len(found) > 25
    assert not taken, "\n".join(taken)
    assert picture() == before

    # The other way round: the same forms are taken when they come from their pages.
    own = {form.endpoint: form.client.post(form.action, data=form.filled(), headers={"Sec-Fetch-Site": "same-origin"})
           for form in found.values() if not form.endpoint.startswith("sign_in.")}  # fmt: skip
    assert not [endpoint for endpoint, answer in own.items() if answer.status_code == 400]


# ---- caches


class ForgetfulCache:
    """A shared cache that knows `Vary` and, if it is a bad one, not `no-store`."""

    def __init__(self, *, obeys: bool) -> None:
        self.obeys = obeys
        self._kept: dict[str, list[tuple[dict[str, str | None], TestResponse]]] = {}
        self.hits = 0

    def get(self, client: LabClient, address: str, headers: dict[str, str]) -> TestResponse:
        cookie = (
            ";".join(f"{one.key}={one.value}" for one in client._cookies.values()) if client._cookies else ""
        )
        asked = {**{name.lower(): value for name, value in headers.items()}, "cookie": cookie}
        for wanted, answer in self._kept.get(address, []):
            if all(asked.get(name) == value for name, value in wanted.items()):
                self.hits += 1
                return answer
        answer = client.get(address, headers=headers)
        if not (self.obeys and "no-store" in answer.headers.get("Cache-Control", "")):
            wanted = {name.lower(): asked.get(name.lower()) for name in answer.vary}
            self._kept.setdefault(address, []).append((wanted, answer))
        return answer


def some(found: Iterator[tuple[Rule, str]]) -> Iterator[tuple[Rule, str]]:
    """The first addresses of each route, which are those of things that exist."""
    seen: Counter[str] = Counter()
    for rule, address in found:
        seen[rule.endpoint] += 1
        if seen[rule.endpoint] <= times(1, soak=999):
            yield rule, address


def is_whole(answer: TestResponse) -> bool:
    return answer.text.lstrip().lower().startswith("<!doctype html")


def faults_of(answer: TestResponse) -> list[str]:
    """What an answer forgets to tell browsers and caches."""
    said, found = answer.headers, []
    if said["Cache-Control"] != "no-store" or not {"HX-Request", "Cookie"} <= set(answer.vary):
        found.append("may be kept")
    if "'none'" not in said["Content-Security-Policy"] or "unsafe" in said["Content-Security-Policy"]:
        found.append("may run anything")
    if said["X-Content-Type-Options"] != "nosniff" or "camera=()" not in said["Permissions-Policy"]:
        found.append("says too little")
    if {said["Cross-Origin-Opener-Policy"], said["Cross-Origin-Resource-Policy"]} != {"same-origin"}:
        found.append("may be embedded")
    return found


def test_what_is_not_there_is_a_page_like_any_other(client: LabClient) -> None:
    """Also where files lie: a refusal may hold a sentence that is for one person."""
    answer = client.get("/static/nothing.css")
    assert answer.status_code == 404 and faults_of(answer) == []
    with client.get("/static/icons.svg") as there:
        assert "no-store" not in there.headers["Cache-Control"]


def readings(kept: KeptWorld) -> Iterator[tuple[LabClient, str]]:
    """Each person's own pages; and each route, which mostly turns away whom it does not know."""
    for _who, client, pages in kept.walked:
        yield from ((client, address) for address, _page in pages)
    for who in ("nobody", "consultant at work"):
        client = kept.browser(who)
        yield from ((client, address) for _rule, address in some(addresses(kept.app, kept.world, "GET")))


def test_every_answer_says_what_may_run_and_that_nobody_keeps_it(kept: KeptWorld) -> None:
    wrong, seen, parts = [], set(), 0
    obeying, careless = ForgetfulCache(obeys=True), ForgetfulCache(obeys=False)
    for client, address in readings(kept):
        whole = obeying.get(client, address, {})
        seen.add(address)
        wrong += [f"{address} {fault}" for fault in faults_of(whole)]
        if whole.status_code != 200 or whole.mimetype != "text/html":
            continue
        part = careless.get(client, address, HTMX)
        again = [
            careless.get(client, address, headers)
            for headers in ({}, {**HTMX, "HX-History-Restore-Request": "true"})
        ]
        wrong += [f"{address} shows a fragment as a page" for one in (whole, *again) if not is_whole(one)]
        parts += not is_whole(part)
    nobody = kept.browser("nobody")
    for address in seen:
        for cache in (obeying, careless):
            told = re.search("canary[0-9a-f]{16}", cache.get(nobody, address, HTMX).text)
            wrong += [f"{address} was kept for everybody"] * bool(told)
    assert len(seen) > 100
    assert parts >= 3
    assert obeying.hits == 0, "Nothing may be kept that says no-store."
    assert not wrong, "\n".join(sorted(set(wrong))[:20])


def test_the_cache_of_this_test_would_show_a_leak(kept: KeptWorld) -> None:
    """A control: without `Vary` and `no-store` the careless cache hands one person's page to another."""
    address = f"/cases/{kept.world.cases['joint'].ref}"
    cache = ForgetfulCache(obeys=False)
    shown = cache.get(kept.browser("management of the joint case"), address, {})
    cache._kept[address] = [({}, shown)]

    assert "canary" in cache.get(kept.browser("nobody"), address, {}).text


@pytest.mark.parametrize("base", ["https://lab.example.org", "http://localhost"])
def test_only_a_house_with_https_asks_browsers_to_stay_with_it(kept: KeptWorld, base: str) -> None:
    from dataclasses import replace

    settings = kept.app.config["SETTINGS"]
    kept.app.config["SETTINGS"] = replace(settings, base_url=base)
    try:
        said = kept.browser("nobody").get("/").headers.get("Strict-Transport-Security", "")
    finally:
        kept.app.config["SETTINGS"] = settings
    assert said.startswith("max-age=63072000") is base.startswith("https")


# ---- a session that ended while a part of a page was loading


def test_a_part_of_a_page_never_becomes_a_form_to_sign_in(kept: KeptWorld) -> None:
    asked = [
        (who, address, how, where)
        for who, _client, pages in kept.walked
        for address, page in pages
        for how, where in page.asks
        if who != "nobody"
    ]
    assert {how for _who, _page, how, _where in asked} == {"get", "post"}
    wrong = []
    each = {
        (how, endpoint_of(kept.app, where, how.upper()), who): (who, address, how, where)
        for who, address, how, where in asked
    }
    for who, address, how, where in asked if soaking() else each.values():
        client = kept.browser(who)
        token = form_token(client)
        db.session.execute(sa.delete(WebSession))
        db.session.commit()
        headers = {**HTMX, "HX-Current-URL": f"http://localhost{address}"}
        open_it = client.get if how == "get" else client.post
        answer = open_it(where, headers=headers, **({"data": {"csrf_token": token}} if how == "post" else {}))
        target = urlsplit(answer.headers.get("HX-Redirect", ""))
        back = parse_qs(target.query).get("next", [""])[0]
        if answer.text or target.path != "/sign-in":
            wrong.append(f"{where} from {address}: {answer.status_code} {answer.text[:80]!r}")
        client.sign_in(kept.world.people[who])
        fits = back == address if how == "get" else client.get(back, follow_redirects=True).status_code == 200
        if not fits:
            wrong.append(f"{where} from {address} leads back to {back}")
    assert not wrong, "\n".join(wrong[:20])


# ---- ways out of the house


def leads_away(location: str) -> bool:
    """Whether a browser at our address would leave it: it drops tabs and breaks, and reads `\\` as `/`."""
    read = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    # Not `urlsplit`: it raises for addresses that a browser makes something of, on some versions for more than on others.
    scheme = re.match(r"[a-z][a-z0-9+.-]*:", read, re.IGNORECASE)
    return bool(scheme or read.startswith("//")) and not read.startswith("http://localhost/")


def test_the_tricks_are_tricks() -> None:
    assert len(tricks()) >= 200
    assert sum(leads_away(trick) for trick in tricks()) > 80


def test_no_address_leads_out_of_the_house(kept: KeptWorld) -> None:
    person = kept.browser("director on the cases")
    nobody = kept.browser("nobody")
    token, away = form_token(person), [trick for trick in tricks() if leads_away(safe_path(trick))]
    for trick in tricks()[:: times(5, soak=1)]:
        went = [
            person.get("/language/en", query_string={"back": trick}).headers["Location"],
            person.get("/language/en", query_string={"back": trick}, headers=HTMX).headers["HX-Redirect"],
            person.post("/stay", query_string={"back": trick}, data={"csrf_token": token}).headers.get(
                "Location", "/"
            ),
        ]
        for headers in ({**HTMX, "HX-Current-URL": trick}, {**HTMX, "Referer": trick}):
            if headers.get("HX-Current-URL", headers.get("Referer", "")).isascii() and trick.isprintable():
                sent = nobody.get("/reviews/", headers=headers).headers["HX-Redirect"]
                went.append(parse_qs(urlsplit(sent).query)["next"][0])
        shown = nobody.get("/sign-in", query_string={"next": trick}).text
        went += [html.unescape(value) for value in re.findall(r'name="next"[^>]* value="([^"]*)"', shown)]
        away += [f"{trick!r} leads to {place!r}" for place in went if leads_away(place)]
    assert not away, "\n".join(away[:20])
    assert OUT in safe_path(f"/{OUT}"), "A path of ours may be called anything."
