"""The sweep: every route with every reference as one person, looking for what is not theirs."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lab.database import db
from lab.models import Convening, Network, tables
from tests.clients import HTMX, LabClient
from tests.trust.told import CANARY, words_of
from tests.trust.world import World, may_see

# What reading may write: the session that reads, and the log of who opened what.
WRITTEN_BY_READING = {"web_sessions", "access_receipts"}
TOPICS = ("organization", "people", "dates", "needs", "foundation", "time", "conflicts", "team", "notes_management",
          "notes_union")  # fmt: skip
# Which things stand behind which addresses; the longest beginning first.
KINDS = {
    "/groups/invitations": "network_memberships", "/networks/memberships": "network_memberships", "/networks/requests": "network_memberships",
    "/applications": "cases", "/cases": "cases", "/reviews": "cases", "/offers": "offers", "/outcomes": "engagements",
    "/invitations": "invitations", "/people": "people", "/portfolio": "portfolio_runs",
    "/policies": "policy_versions", "/deletions": "deletions",
    "/second-signature/ask": "people", "/second-signature": "second_signatures",
}  # fmt: skip
PARTS = {
    "question_ref": "questions", "seat_ref": "pair_seats", "task_ref": "tasks", "offer_ref": "offers", "invitation_ref": "invitations",
    "passkey_ref": "passkeys", "kept_ref": "kept_forms",
}  # fmt: skip
# These end the session or change its language, which is what they are for.
NOT_SWEPT = {"static", "public.leave", "public.language"}
# The sweep could not fail if it saw nothing: these are entitled, and find it.
MUST_SEE = {
    "owner of the draft": [("draft", "answers")],
    "owner in review": [("review", "answers"), ("review", "question"), ("review", "kept")],
    "management of the joint case": [("joint", "management notes"), ("joint", "answers")],
    "union of the joint case": [("joint", "union notes"), ("joint", "answers")],
    "consultant at work": [("joint", "answers")],
    "network lead": [("joint", "network message")],
    "director on the cases": [("review", "answers"), ("joint", "union notes"), ("joint", "management notes")],
}
# Tables and calendars are read too, by those who have them.
MUST_READ = {"director on the cases": {"text/csv"}, "management of the joint case": {"text/csv"},
             "consultant at work": {"text/calendar"}}  # fmt: skip
# How many requests each person sends at least: all of them together send 30,000 to each database.
READS, SENDS = 1_300, 1_400
# What a role is there to do, to whomever it is.
THEIR_WORK = {
    "administrator": ("people.", "policies.", "deletions.", "signatures."),
    "network lead": "networks.",
}
FINE = {200, 204, 302, 303, 401, 404, 405, 409, 410}


def browser(app: Flask, world: World, who: str) -> LabClient:
    client = app.test_client()
    assert isinstance(client, LabClient)
    return client if who == "nobody" else client.sign_in(world.people[who])


def values_of(rule: Rule, name: str, world: World) -> tuple[list[str], list[str]]:
    """What belongs at this place of an address, in full, and what does not: some things of every other kind."""
    foreign = [*(refs[0] for refs in world.refs.values() if refs), "ZZZZZZZZ"]
    match name:
        case "topic":
            return list(TOPICS), []
        case "code":
            networks = [code for (code,) in db.session.query(Network.code).order_by(Network.id)]
            convenings = [code for (code,) in db.session.query(Convening.code).order_by(Convening.id)]
            mine, others = (networks, convenings) if "networks" in str(rule) else (convenings, networks)
            return mine[:2], [*mine[2:6], *others[:2]]  # the same for everybody: some say as much as all
        case "token":
            return ["nobody-was-sent-this"], []
        case "revision" | "membership":
            return ["1"], ["999999999"]
        case "role":
            return ["director", "administrator"], []
        case "deed":
            return ["withdraw", "clear", "confirm", "refuse"], ["nothing"]
        case "ref":
            kind = next((kind for start, kind in KINDS.items() if str(rule).startswith(start)), None)
            assert kind, f"Say in KINDS which things stand behind {rule}."
            return world.refs[kind], foreign
        case _:
            assert name in PARTS, f"Say in PARTS which things {name} names."
            return world.refs[PARTS[name]], foreign


def addresses(app: Flask, world: World, method: str) -> Iterator[tuple[Rule, str]]:
    """Every address that a route could have in this world: all that fits together, and each thing where it does not belong."""
    build = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or set()) or rule.endpoint in NOT_SWEPT:
            continue
        names = sorted(rule.arguments)
        places = [values_of(rule, name, world) for name in names]
        chosen = list(itertools.product(*(fitting for fitting, _ in places)))
        for number, (_, foreign) in enumerate(places):
            chosen += [
                tuple(one if at == number else fitting[0] for at, (fitting, _) in enumerate(places))
                for one in foreign
            ]
        for values in dict.fromkeys(chosen):
            yield rule, build.build(rule.endpoint, dict(zip(names, values, strict=True)))


def picture() -> dict[str, str]:
    """What every table holds, as a fingerprint."""
    with db.engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                repr(connection.execute(sa.select(table).order_by(*table.primary_key)).fetchall()).encode()
            ).hexdigest()
            for table in tables().values()
            if table.name not in WRITTEN_BY_READING
        }


def read_everything(app: Flask, world: World, who: str) -> int:
    """Open every page there is as this person: no foreign token, no unexpected status, nothing changed.

    Gives how many requests that were.
    """
    client, before = browser(app, world, who), picture()
    wrong: list[str] = []
    seen: set[tuple[str, str]] = set()
    followed: set[str] = set()
    kinds: set[str] = set()
    sent = 0
    for rule, address in addresses(app, world, "GET"):
        for headers in ({}, HTMX):
            answer, sent = client.get(address, headers=headers), sent + 1
            if answer.status_code == 404:
                break
            if answer.status_code not in FINE:
                wrong.append(f"{address} answered {answer.status_code} ({rule.endpoint})")
            led_on = answer.status_code in (302, 303) and rule.endpoint not in followed
            if led_on:
                followed.add(rule.endpoint)
            if led_on and goes_in_circles(client, answer):
                wrong.append(f"{address} leads nowhere ({rule.endpoint})")
            found = {world.tokens[token] for token in CANARY.findall(words_of(answer))}
            seen |= found
            kinds.add(answer.mimetype)
            wrong += [
                f"{address} shows {kind} of {case} ({rule.endpoint})"
                for case, kind in found
                if not may_see(who, case, kind)
            ]
    assert not wrong, f"{who}: {len(wrong)} leaks\n" + "\n".join(sorted(set(wrong))[:20])
    assert set(MUST_SEE.get(who, ())) <= seen, "The sweep does not reach what this person is entitled to."
    assert kinds >= MUST_READ.get(who, set()), "Some kind of answer is never read."
    assert picture() == before, [name for name, hashed in picture().items() if hashed != before[name]]
    assert sent >= READS
    return sent


def goes_in_circles(client: LabClient, answer: TestResponse) -> bool:
    """Whether a browser that follows this answer is still led on after three pages."""
    for _ in range(3):
        answer = client.get(answer.headers["Location"])
        if answer.status_code not in (302, 303):
            return False
    return True


def form_token(client: LabClient) -> str:
    """What this browser's forms carry to show that they come from here."""
    with client.session_transaction() as cookie:
        cookie.setdefault("browser", "sweep")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    return token[1]
