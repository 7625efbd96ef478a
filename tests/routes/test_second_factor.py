"""The second factor: staff need one, everybody may have one, and each thing shown counts once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import people, second_factor, sessions
from lab.database import db, transaction
from lab.errors import NotNow
from lab.models import CodeApp, OutboxMessage, Passkey, Person, RecoveryCode, WebSession
from lab.queries import security
from lab.settings import Settings
from tests.a_passkey import Device
from tests.clients import HTMX, Clock, LabClient, somebody
from tests.conftest import app_for
from tests.pages import Page

HOME, SECOND = "/profile/security/", "/sign-in/second/"


@pytest.fixture(autouse=True)
def recovery_codes_are_hashed_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """How slow the hash is has nothing to do with what is tested here."""
    monkeypatch.setitem(vars(import_module("lab.actions.second_factor")), "COST", 16)


def half_way(app: Flask, person: Person) -> LabClient:
    """A browser that has shown the first factor, as by a mailed code."""
    client = app.test_client()
    assert isinstance(client, LabClient)
    with transaction():
        secret = sessions.open_session(db.session.get_one(Person, person.id))
    with client.session_transaction() as cookie:
        cookie["sid"] = secret
    client.person = person
    return client


def token(client: LabClient, page: str = HOME) -> Any:
    return Page(client.get(page, follow_redirects=True).text).form("/sign-out").fields["csrf_token"]


def begin(client: LabClient) -> str:
    """Press "Set up an app"; gives what the app is told."""
    assert client.send(HOME, f"{HOME}app").headers["Location"] == f"{HOME}app"
    return re.search(r"<code>([A-Z2-7 ]+)</code>", client.get(f"{HOME}app").text)[1].replace(" ", "")


def set_up_app(client: LabClient, clock: Clock) -> tuple[str, list[str]]:
    """Set up an app; gives what it was told and the recovery codes."""
    told = begin(client)
    shown = client.send(f"{HOME}app", f"{HOME}app", {"code": digits(told, clock)})
    clock.go(seconds=30)
    return told, re.findall(r"<li><code>([A-Z0-9-]{14})</code>", shown.text)


def digits(told: str, clock: Clock) -> str:
    return pyotp.TOTP(told).at(clock.moment)


def options(client: LabClient, address: str, page: str = HOME) -> dict[str, Any]:
    answer = client.post(address, data={"csrf_token": token(client, page)}, headers=HTMX)
    assert answer.status_code == 200, answer.text
    return answer.get_json()  # type: ignore[no-any-return]


def add_passkey(client: LabClient, device: Device, name: str = "My phone") -> Any:
    asked = options(client, f"{HOME}passkeys/options")
    return client.send(
        f"{HOME}passkeys/new", f"{HOME}passkeys/new", {"name": name, "credential": device.registered(asked)}
    )


def show_passkey(client: LabClient, device: Device) -> Any:
    asked = options(client, f"{SECOND}passkey/options", SECOND)
    return client.post(
        f"{SECOND}passkey", data={"csrf_token": token(client, SECOND), "credential": device.signed(asked)}
    )


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("role", ["director", "administrator"])
def test_staff_come_no_further_than_the_set_up_page(app: Flask, role: str) -> None:
    client = half_way(app, somebody(role))
    for path in ("/reviews/", "/people/", "/cases/", f"{HOME}codes", "/policies/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, HOME), path
    told = client.get("/reviews/", headers=HTMX)
    assert told.status_code == 401 and told.headers["HX-Redirect"].startswith(HOME) and told.data == b""
    assert client.get(SECOND).headers["Location"].startswith(HOME)
    assert "Set up a second step" in client.get(HOME).text
    assert "Not now, sign out" in client.get(HOME).text
    client.send(HOME, "/sign-out")
    assert db.session.query(WebSession).count() == 0


def test_setting_up_an_app_opens_the_house_with_a_new_secret(app: Flask, clock: Clock) -> None:
    client = half_way(app, somebody("director"))
    client.get("/reviews/?state=submitted")
    client.get(client.get("/reviews/?state=submitted").headers["Location"])
    before = db.session.scalars(sa.select(WebSession.token_hash)).one()
    _told, codes = set_up_app(client, clock)
    assert len(set(codes)) == 10
    assert client.get("/reviews/").status_code == 200
    row = db.session.scalars(sa.select(WebSession)).one()
    assert row.token_hash != before and row.strong_at is not None and row.fresh_at is not None
    assert {mail.kind for mail in db.session.query(OutboxMessage)} == {"security-changed"}


def test_the_picture_for_the_app_is_an_image_without_styles(app: Flask, clock: Clock) -> None:
    client = half_way(app, somebody("director"))
    assert client.get(f"{HOME}app.svg").status_code == 404
    begin(client)
    picture = client.get(f"{HOME}app.svg")
    assert picture.mimetype == "image/svg+xml" and "<svg" in picture.text and "style" not in picture.text
    assert "script" not in picture.text and picture.headers["Cache-Control"] == "no-store"


def test_digits_count_once_and_only_around_their_half_minute(app: Flask, clock: Clock) -> None:
    person = somebody("director")
    told, _codes = set_up_app(half_way(app, person), clock)
    used = pyotp.TOTP(told).at(clock.moment - timedelta(seconds=30))
    first, second = half_way(app, person), half_way(app, person)
    assert first.send(SECOND, SECOND, {"code": used}).status_code == 422  # those of the set-up
    right = digits(told, clock)
    assert first.send(SECOND, SECOND, {"code": f"{right[:3]} {right[3:]}"}).status_code == 303
    assert first.get("/reviews/").status_code == 200
    assert second.send(SECOND, SECOND, {"code": right}).status_code == 422
    clock.go(minutes=2)
    assert second.send(SECOND, SECOND, {"code": right}).status_code == 422
    assert second.get("/reviews/").status_code == 303
    assert second.send(SECOND, SECOND, {"code": digits(told, clock)}).status_code == 303


def test_ten_wrong_codes_end_the_session_and_five_a_minute_are_enough(app: Flask, clock: Clock) -> None:
    person = somebody("director")
    told, _codes = set_up_app(half_way(app, person), clock)
    client = half_way(app, person)
    for _round in range(2):
        clock.go(seconds=61)
        for _ in range(5):
            assert client.send(SECOND, SECOND, {"code": "000000"}).status_code == 422
        late = client.send(SECOND, SECOND, {"code": digits(told, clock)})
        assert late.status_code == 429 and int(late.headers["Retry-After"]) > 0
        assert digits(told, clock) in late.text
    clock.go(seconds=61)
    assert client.send(SECOND, SECOND, {"code": digits(told, clock)}).status_code == 422
    assert client.get(SECOND).headers["Location"].startswith("/sign-in?")


def test_a_recovery_code_works_once_and_is_kept_as_a_slow_hash(app: Flask, clock: Clock) -> None:
    person = somebody("administrator")
    _told, codes = set_up_app(half_way(app, person), clock)
    assert not [row for row in db.session.query(RecoveryCode) if row.code_hash in "".join(codes)]
    client, other = half_way(app, person), half_way(app, person)
    assert client.send(SECOND, SECOND, {"code": codes[3].lower()}).status_code == 303
    assert other.send(SECOND, SECOND, {"code": codes[3]}).status_code == 422
    assert "9 codes are left" in client.get(HOME).text
    shown = client.send(f"{HOME}codes", f"{HOME}codes").text
    fresh = re.findall(r"<li><code>([A-Z0-9-]{14})</code>", shown)
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    assert other.send(SECOND, SECOND, {"code": codes[4]}).status_code == 422
    assert other.send(SECOND, SECOND, {"code": fresh[0]}).status_code == 303


def test_what_the_app_shares_lies_encrypted(app: Flask, clock: Clock) -> None:
    told, _codes = set_up_app(half_way(app, somebody("director")), clock)
    row = db.session.scalars(sa.select(CodeApp)).one()
    assert told not in row.sealed and second_factor.shared_secret(row) == told


def test_a_passkey_is_made_and_shown(app: Flask, clock: Clock) -> None:
    person, device = somebody("director"), Device()
    made = add_passkey(half_way(app, person), device)
    assert made.status_code == 200 and "Keep these ten codes" in made.text
    client = half_way(app, person)
    assert client.get("/reviews/").headers["Location"].startswith(SECOND)
    assert show_passkey(client, device).status_code == 303
    assert client.get("/reviews/").status_code == 200
    key = db.session.scalars(sa.select(Passkey)).one()
    assert key.sign_count == 1 and key.last_used_at == clock.moment and key.name == "My phone"


def test_an_answer_of_a_passkey_counts_once_in_its_session_and_house(app: Flask, clock: Clock) -> None:
    person, device = somebody("director"), Device()
    add_passkey(half_way(app, person), device)
    client, other = half_way(app, person), half_way(app, person)
    asked = options(client, f"{SECOND}passkey/options", SECOND)
    options(other, f"{SECOND}passkey/options", SECOND)
    answer = device.signed(asked)
    stranger, elsewhere = Device(), Device("http://evil.example")
    stranger.id = elsewhere.id = device.id
    elsewhere.key = device.key
    for wrong in (
        stranger.signed(asked), elsewhere.signed(asked), "", "{}", "[]", "null", '{"id": "x"}',
        answer.replace("public-key", "other"), answer.replace('"signature": "', '"signature": "AA'),
    ):  # fmt: skip
        clock.go(seconds=15)
        sent = client.post(
            f"{SECOND}passkey", data={"csrf_token": token(client, SECOND), "credential": wrong}
        )
        assert sent.status_code == 422, wrong
    sent = other.post(f"{SECOND}passkey", data={"csrf_token": token(other, SECOND), "credential": answer})
    assert sent.status_code == 422  # asked of another session
    clock.go(seconds=61)
    sent = client.post(f"{SECOND}passkey", data={"csrf_token": token(client, SECOND), "credential": answer})
    assert sent.status_code == 303
    again = half_way(app, person)
    sent = again.post(f"{SECOND}passkey", data={"csrf_token": token(again, SECOND), "credential": answer})
    assert sent.status_code == 422


def test_a_copied_passkey_is_noticed_by_its_counter(app: Flask, clock: Clock) -> None:
    person, device = somebody("director"), Device()
    add_passkey(half_way(app, person), device)
    show_passkey(half_way(app, person), device)
    device.count = 0
    assert show_passkey(half_way(app, person), device).status_code == 422


@pytest.mark.usefixtures("clock")
def test_a_passkey_of_somebody_else_does_not_help(app: Flask) -> None:
    device, other = Device(), Device()
    person, stranger = somebody("director"), somebody("director")
    add_passkey(half_way(app, person), device)
    add_passkey(half_way(app, stranger), other)
    assert show_passkey(half_way(app, stranger), device).status_code == 422


@pytest.mark.usefixtures("clock")
def test_passkeys_are_named_renamed_and_removed_but_staff_keep_one(
    app: Flask, signed_in: Callable[[Any], LabClient]
) -> None:
    person = somebody("director")
    client = signed_in(person)
    for name in ("Phone", "Laptop"):
        add_passkey(client, Device(), name)
    keys = {key.name: key.ref for key in security.passkeys_of(person.id)}
    assert set(keys) == {"Phone", "Laptop"}
    at = f"{HOME}passkeys/{keys['Phone']}"
    assert client.send(at, at, {"name": "Old phone"}).status_code == 303
    assert "Old phone" in client.get(HOME).text
    stranger = signed_in("director")
    for path in (at, f"{at}/remove"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, data={"csrf_token": token(stranger), "name": "Mine"}).status_code == 404
    assert client.send(f"{at}/remove", f"{at}/remove").status_code == 303
    last = f"{HOME}passkeys/{keys['Laptop']}/remove"
    assert client.send(last, last).status_code == 409
    assert [key.name for key in security.passkeys_of(person.id)] == ["Laptop"]


def test_others_may_have_one_and_may_give_it_up(
    app: Flask, signed_in: Callable[[Any], LabClient], clock: Clock
) -> None:
    person = somebody()
    assert half_way(app, person).get("/cases/").status_code == 200
    client = signed_in(person)
    told, codes = set_up_app(client, clock)
    assert len(codes) == 10
    later = half_way(app, person)
    assert later.get("/cases/").headers["Location"] == f"{SECOND}?next=/cases/"
    done = later.send(f"{SECOND}?next=/cases/", f"{SECOND}?next=/cases/", {"code": digits(told, clock)})
    assert done.headers["Location"] == "/cases/"
    client.send(f"{HOME}app/remove", f"{HOME}app/remove")
    assert db.session.query(RecoveryCode).count() == 0
    assert half_way(app, person).get("/cases/").status_code == 200


def test_the_last_app_of_staff_stays(app: Flask, clock: Clock) -> None:
    client = half_way(app, somebody("director"))
    set_up_app(client, clock)
    assert client.send(f"{HOME}app/remove", f"{HOME}app/remove").status_code == 409
    assert db.session.query(CodeApp).count() == 1


def test_half_way_one_cannot_add_a_factor_beside_the_one_that_is_missing(app: Flask, clock: Clock) -> None:
    person = somebody("director")
    set_up_app(half_way(app, person), clock)
    client = half_way(app, person)
    held = token(client, SECOND)
    for path in ("app", "passkeys/options", "passkeys/new", "codes", "app/remove", "sign-out-elsewhere"):
        answer = client.post(HOME + path, data={"csrf_token": held})
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, SECOND), path
    assert client.get(HOME).headers["Location"].startswith(SECOND)


@pytest.mark.usefixtures("clock")
def test_who_becomes_a_director_has_to_set_one_up_at_the_next_click(signed_in: Any, app: Flask) -> None:
    person = somebody()
    client = half_way(app, person)
    assert client.get("/cases/").status_code == 200
    people.grant(person.id, "director", by=None)
    assert client.get("/cases/").headers["Location"].startswith(HOME)


def test_a_demo_asks_nobody_for_a_second_factor(settings: Settings) -> None:
    app = app_for(replace(settings, demo=True))
    with app.app_context():
        client = half_way(app, somebody("director"))
        assert client.get("/reviews/").status_code == 200


def test_a_house_at_a_bare_number_offers_no_passkeys(settings: Settings) -> None:
    app = app_for(replace(settings, base_url="http://127.0.0.1:8000"))
    with app.app_context():
        client = half_way(app, somebody("director"))
        assert "passkey" not in client.get(HOME).text
        assert client.get(f"{HOME}passkeys/new").status_code == 404


@pytest.mark.usefixtures("clock")
def test_new_recovery_codes_need_a_second_factor(signed_in: Any) -> None:
    client = signed_in("")
    assert client.get(f"{HOME}codes").status_code == 404
    with pytest.raises(NotNow):
        second_factor.new_recovery_codes(client.person.id)
