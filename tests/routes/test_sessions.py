"""Sessions: renewed, listed, ended; and what was typed in one that ran out is still there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import keeping, people, sessions
from lab.database import db
from lab.models import KeptForm, WebSession
from lab.routes.doors import DEMO, PUBLIC
from tests.clients import HTMX, Clock, LabClient, somebody
from tests.pages import Page
from tests.soak import times

NEW = "/people/new"
TEMPLATES = Path(__file__).parent.parent.parent / "lab" / "templates"
PLACES: dict[str, Any] = {"revision": 1, "membership": 1, "topic": "needs", "deed": "withdraw"}
SignedIn = Callable[[Any], LabClient]


def secret_of(client: LabClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("sid", ""))


def fields_of(client: LabClient, page: str, action: str) -> dict[str, list[str]]:
    """What the form of this page that goes to `action` holds, each field as a list."""
    return Page(client.get(page).text).form(action).fields


def is_signed_in(client: LabClient) -> bool:
    return "/sign-out" in client.get("/").text


def test_a_secret_that_was_planted_before_signing_in_opens_nothing(client: LabClient, app: Flask) -> None:
    with client.session_transaction() as cookie:
        cookie["sid"], cookie["browser"] = "planted", "planted"
    client.sign_in(somebody())
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["sid"] = "planted"
    assert is_signed_in(client) and not is_signed_in(thief)


@pytest.mark.usefixtures("clock")
def test_another_role_means_another_secret_and_the_old_one_is_dead(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in(somebody("consultant"))
    before = secret_of(client)
    assert is_signed_in(client) and secret_of(client) == before
    people.grant(client.person.id, "network_lead", by=None)
    assert is_signed_in(client)
    after = secret_of(client)
    assert after != before
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["sid"] = before
    assert not is_signed_in(thief)
    people.revoke(client.person.id, "network_lead", by=somebody("administrator"))
    assert client.get("/networks/").status_code == 404
    assert secret_of(client) not in (before, after)


@pytest.mark.usefixtures("clock")
def test_an_answer_that_comes_late_does_not_bring_the_old_secret_back(signed_in: SignedIn) -> None:
    client = signed_in(somebody("consultant"))
    is_signed_in(client)
    assert "Set-Cookie" not in client.get("/").headers


def test_twelve_hours_are_the_end_even_for_who_never_pauses(signed_in: SignedIn, clock: Clock) -> None:
    client = signed_in("")
    assert db.session.scalars(sa.select(WebSession.ends_at)).one() == clock.go(hours=12)
    db.session.execute(sa.update(WebSession).values(last_seen_at=clock.moment))
    db.session.commit()
    assert is_signed_in(client)
    clock.go(seconds=1)
    assert not is_signed_in(client)


def test_a_page_that_asks_by_itself_keeps_no_session_alive(signed_in: SignedIn, clock: Clock) -> None:
    client = signed_in("director")
    asks = {**HTMX, "X-Looks-Again": "yes"}
    for _minute in range(14):
        clock.go(minutes=1)
        assert client.get("/learning/", headers=asks).status_code == 200
    clock.go(minutes=1, seconds=1)
    assert client.get("/learning/", headers=asks).status_code == 401
    assert not is_signed_in(client)


def test_whatever_asks_by_itself_says_so() -> None:
    asking = [one.read_text() for one in TEMPLATES.rglob("*.html") if 'hx-trigger="every' in one.read_text()]
    assert len(asking) == 3
    assert all(
        text.count('hx-trigger="every') == text.count("""hx-headers='{"X-Looks-Again": "yes"}'""")
        for text in asking
    )


@pytest.mark.usefixtures("clock")
def test_nothing_revives_a_session_that_was_ended(signed_in: SignedIn) -> None:
    client = signed_in("")
    secret = secret_of(client)
    sessions.sign_out(secret)
    sessions.touch(secret)
    assert sessions.renew(secret) is None
    assert sessions.renew_for_roles(secret, client.person.id) is None
    assert db.session.query(WebSession).count() == 0


def test_one_sees_where_one_is_signed_in_and_ends_all_others(
    app: Flask, signed_in: SignedIn, clock: Clock
) -> None:
    person = somebody()
    here, there, stranger = signed_in(person), signed_in(person), signed_in("")
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    db.session.execute(
        sa.update(WebSession)
        .where(WebSession.token_hash == sessions.digest(secret_of(there)))
        .values(agent=agent)
    )
    db.session.commit()
    page = here.get("/profile/security/").text
    assert page.count("This browser") == 1 and "Safari on iPhone" in page
    done = here.send("/profile/security/", "/profile/security/sign-out-elsewhere")
    assert done.status_code == 303
    assert (is_signed_in(here), is_signed_in(there), is_signed_in(stranger)) == (True, False, True)
    assert "Sign out everywhere else" not in here.get("/profile/security/").text


def test_each_door_of_the_house_sends_htmx_to_sign_in_by_a_header(
    app: Flask, clock: Clock, signed_in: SignedIn
) -> None:
    """Expire, then press everything there is: no form to sign in lands inside a page."""
    client = signed_in(somebody("director", "administrator", "consultant", "network_lead"))
    clock.go(hours=1)
    token = Page(client.get("/sign-in").text).form("/sign-in").fields["csrf_token"]
    behind = {"HX-Current-URL": "http://localhost/reviews/?state=submitted", **HTMX}
    looked = 0
    build = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if app.view_functions[rule.endpoint].lock in (PUBLIC, DEMO):  # type: ignore[attr-defined]
            continue
        values = {name: PLACES.get(name, "ABCDEFGH") for name in rule.arguments}
        address = build.build(rule.endpoint, values)
        for method in {"GET", "POST"} & set(rule.methods or ()):
            answer = client.open(address, method=method, data={"csrf_token": token}, headers=behind)
            assert (answer.status_code, answer.data) == (401, b""), address
            target = urlsplit(answer.headers["HX-Redirect"])
            assert target.path == "/sign-in"
            assert parse_qs(target.query)["next"] == ["/reviews/?state=submitted"], address
            looked += 1
    assert looked > 100


FILLED = {
    "email": ["new@example.org"], "name": ["José «Pepe» <b>\nsecond line"], "roles": ["consultant", "network_lead"],
}  # fmt: skip


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_what_was_typed_while_the_session_ran_out_waits_for_its_writer(
    app: Flask, signed_in: SignedIn, clock: Clock, htmx: bool
) -> None:
    person = somebody("administrator")
    client = signed_in(person)
    fields = {**fields_of(client, NEW, NEW), **FILLED}
    clock.go(minutes=16)
    answer = client.post(NEW, data=fields, headers=HTMX if htmx else {})
    target = answer.headers["HX-Redirect"] if htmx else answer.headers["Location"]
    assert answer.status_code == (401 if htmx else 303)
    (kept,) = parse_qs(urlsplit(target).query)["next"]
    row = db.session.scalars(sa.select(KeptForm)).one()
    assert kept == f"/kept/{row.ref}" and "new@example.org" not in row.sealed
    assert signed_in("administrator").get(kept).status_code == 404
    assert client.get(kept).status_code == 303
    client.sign_in(person)
    shown = fields_of(client, kept, NEW)
    for name, value in FILLED.items():
        assert shown[name] == value, name
    assert client.post(NEW, data=shown).status_code == 303
    assert people.welcome("new@example.org").name.startswith("José «Pepe» <b>")
    client.send(kept, f"{kept}/drop")
    assert client.get(kept).status_code == 404


def test_wherever_the_session_ends_no_field_is_lost(app: Flask, signed_in: SignedIn, clock: Clock) -> None:
    """After each field, and at each moment from the last one that counts on."""
    person = somebody("administrator")
    points = times(8, soak=200)
    for point in range(points):
        client = signed_in(person)
        fields = fields_of(client, NEW, NEW)
        typed = dict(list(FILLED.items())[: point % 4])
        fields |= typed
        clock.go(minutes=15 + 1 + (point * 37) % (11 * 60))
        answer = client.post(NEW, data=fields, headers=HTMX if point % 2 else {})
        target = answer.headers.get("HX-Redirect") or answer.headers["Location"]
        (kept,) = parse_qs(urlsplit(target).query)["next"]
        client.sign_in(person)
        clock.go(minutes=point % 14)
        shown = fields_of(client, kept, NEW)
        lost = {
            name: value for name, value in fields.items() if name != "csrf_token" and shown.get(name) != value
        }
        assert lost == {}, point


def test_what_is_kept_is_kept_for_half_an_hour(signed_in: SignedIn, clock: Clock) -> None:
    person = somebody()
    ref = keeping.keep(person.id, action="/cases/", page="/cases/", fields=[("note", "Words that matter")])
    client = signed_in(person)
    assert "Words that matter" in client.get(f"/kept/{ref}").text
    clock.go(minutes=29)
    client.sign_in(person)
    assert client.get(f"/kept/{ref}").status_code == 200
    clock.go(minutes=2)
    assert client.get(f"/kept/{ref}").status_code == 404
    keeping.forget_old()
    assert db.session.query(KeptForm).count() == 0


@pytest.mark.usefixtures("clock")
def test_a_kept_form_moved_to_another_person_opens_for_nobody(signed_in: SignedIn) -> None:
    person, thief = somebody(), signed_in("")
    ref = keeping.keep(person.id, action="/cases/", page="/cases/", fields=[("note", "Words that matter")])
    db.session.execute(sa.update(KeptForm).values(person_id=thief.person.id))
    db.session.commit()
    assert thief.get(f"/kept/{ref}").status_code == 404


@pytest.mark.usefixtures("clock")
def test_codes_and_empty_forms_are_not_kept_and_no_more_than_twenty(app: Flask) -> None:
    person = somebody()
    assert (
        keeping.keep(person.id, action="/", page="/", fields=[("code", "ABC"), ("csrf_token", "x")]) is None
    )
    for number in range(25):
        keeping.keep(person.id, action="/", page="/", fields=[("note", f"text {number}")])
    assert db.session.query(KeptForm).count() == keeping.KEPT_OF_ONE


def test_the_clock_of_the_page_keeps_a_form_that_was_not_sent(signed_in: SignedIn, clock: Clock) -> None:
    person = somebody("administrator")
    client = signed_in(person)
    fields = {**fields_of(client, NEW, NEW), **FILLED}
    clock.go(minutes=15, seconds=1)
    answer = client.post(f"/kept/?action={NEW}&page={NEW}", data=fields, headers=HTMX)
    (kept,) = parse_qs(urlsplit(answer.headers["HX-Redirect"]).query)["next"]
    client.sign_in(person)
    assert fields_of(client, kept, NEW)["email"] == FILLED["email"]


@pytest.mark.usefixtures("clock")
def test_nobody_can_keep_a_form_that_leads_out_of_the_house(signed_in: SignedIn) -> None:
    client = signed_in("")
    token = Page(client.get("/").text).form("/sign-out").fields["csrf_token"]
    client.post(
        "/kept/?action=https://evil.example/&page=//evil.example",
        data={"csrf_token": token, "note": "Words"}, headers=HTMX,
    )  # fmt: skip
    told = keeping.read(db.session.scalars(sa.select(KeptForm)).one())
    assert told is not None and (told.action, told.page) == ("/", "/")


def test_a_stranger_s_form_is_not_kept(client: LabClient) -> None:
    token = Page(client.get("/sign-in").text).form("/sign-in").fields["csrf_token"]
    client.post("/kept/?action=/cases/", data={"csrf_token": token, "note": "Words"})
    assert client.post("/cases/ABCDEFGH/withdraw", data={"csrf_token": token, "a": "b"}).status_code == 303
    assert db.session.query(KeptForm).count() == 0
