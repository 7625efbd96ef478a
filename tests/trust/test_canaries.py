"""Nobody sees what is not theirs: every route, every reference, every kind of person; and reading changes nothing."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from lab import vocabulary as words
from lab.database import Base, db
from lab.models import Convening, Network
from tests.clients import Clock, LabClient
from tests.trust.world import MAY_SEE, TODAY, World, make_world, may_see

CANARY = re.compile(r"canary[0-9a-f]{16}")
# What reading may write: the session that reads, and the log of who opened what.
WRITTEN_BY_READING = {"web_sessions", "access_receipts"}
TOPICS = ("organization", "people", "dates", "needs", "foundation", "time", "conflicts", "team", "notes_management",
          "notes_union")  # fmt: skip
FINE = {200, 204, 302, 303, 401, 404, 405, 409, 410}


@pytest.fixture
def world(app: Flask, clock: Clock) -> World:
    clock.set(TODAY)
    return make_world()


def browser(app: Flask, world: World, who: str) -> LabClient:
    client = app.test_client()
    assert isinstance(client, LabClient)
    return client if who == "nobody" else client.sign_in(world.people[who])


def values_of(name: str, world: World) -> list[str]:
    """Everything that could stand at this place of an address."""
    match name:
        case "topic" | "section":
            return list(TOPICS)
        case "code":
            codes = [code for (code,) in db.session.query(Network.code)] + ["en", "es"]
            return codes + [code for (code,) in db.session.query(Convening.code)]
        case "step":
            return ["1", "2", "3", "role", "result"]
        case "token" | "filename":
            return ["lab.css"]
        case "stage":
            return list(words.STAGES)[:2]
        case _:
            return [*world.refs, "ZZZZZZZZ"]


def addresses(app: Flask, world: World, method: str) -> Iterator[tuple[Rule, str]]:
    """Every address that a route could have in this world."""
    build = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or set()) or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        choices = [values_of(name, world) for name in names]
        if len(names) > 1:  # the first names the case, the others a part of it
            cases = [case.ref for case in world.cases.values()]
            choices = [cases if name in ("ref", "case_ref") else some for name, some in zip(names, choices, strict=True)]
        for chosen in itertools.product(*choices):
            yield rule, build.build(rule.endpoint, dict(zip(names, chosen, strict=True)))


def picture() -> dict[str, str]:
    """What every table holds, as a fingerprint."""
    with db.engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                repr(connection.execute(sa.select(table).order_by(*table.primary_key)).fetchall()).encode()
            ).hexdigest()
            for table in Base.metadata.tables.values()
            if table.name not in WRITTEN_BY_READING
        }


@pytest.mark.parametrize("who", list(MAY_SEE))
def test_no_page_shows_a_token_that_is_not_theirs_and_reading_changes_nothing(
    app: Flask, world: World, who: str
) -> None:
    client, before = browser(app, world, who), picture()
    wrong: list[str] = []
    for rule, address in addresses(app, world, "GET"):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(address, headers=headers)
            if answer.status_code not in FINE:
                wrong.append(f"{address} answered {answer.status_code} ({rule.endpoint})")
            seen = set(CANARY.findall(answer.text + str(answer.headers)))
            wrong += [
                f"{address} shows {world.tokens[token][1]} of {world.tokens[token][0]} ({rule.endpoint})"
                for token in seen
                if not may_see(who, *world.tokens[token])
            ]
    assert not wrong, f"{who}: {len(wrong)} leaks\n" + "\n".join(sorted(set(wrong))[:20])
    assert picture() == before, [name for name, hashed in picture().items() if hashed != before[name]]


@pytest.mark.parametrize("who", ["nobody", "administrator", "owner of the new one", "removed colleague",
                                 "consultant who declined", "network lead"])  # fmt: skip
def test_no_form_of_somebody_else_can_be_sent(app: Flask, world: World, who: str) -> None:
    """Everything a stranger sends to another's thing is refused, and nothing changes."""
    client, before = browser(app, world, who), picture()
    own = {case.ref for name, case in world.cases.items() if name in MAY_SEE[who]}
    with client.session_transaction() as cookie:
        cookie.setdefault("browser", "sweep")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    wrong: list[str] = []
    for rule, address in addresses(app, world, "POST"):
        if not rule.arguments or rule.arguments == {"token"} or any(ref in address for ref in own):
            continue
        answer = client.post(address, data={"csrf_token": token[1]})
        if answer.status_code not in (303, 401, 404) or (
            answer.status_code == 303 and "/sign-in" not in answer.headers["Location"]
        ):
            wrong.append(f"{address} answered {answer.status_code} ({rule.endpoint})")
    assert not wrong, f"{who}: {len(wrong)}\n" + "\n".join(wrong[:20])
    assert picture() == before


def test_the_world_is_worth_searching(app: Flask, world: World) -> None:
    """The sweep can fail: the ones who are entitled do see the tokens."""
    seen: dict[str, set[tuple[str, str]]] = {}
    for who in MAY_SEE:
        client = browser(app, world, who)
        seen[who] = {
            world.tokens[token]
            for _rule, address in addresses(app, world, "GET")
            for token in CANARY.findall(client.get(address).text)
            if token in world.tokens
        }
    assert ("joint", "management notes") in seen["management of the joint case"]
    assert ("joint", "union notes") in seen["union of the joint case"]
    assert ("review", "answers") in seen["director on the cases"]
    assert ("joint", "answers") in seen["consultant at work"]
    assert ("draft", "answers") in seen["owner of the draft"]
    assert ("joint", "network message") in seen["network lead"]
