"""How often somebody may try: by name and by network, with the same page for known and unknown addresses."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import forgetting, people, throttle
from lab.actions.throttle import network_of
from lab.database import db
from lab.models import OutboxMessage, SignInAttempt, SignInToken, WebSession
from lab.settings import Settings
from lab.web import create_app
from tests.clients import Clock, LabClient
from tests.conftest import let_go
from tests.pages import Page
from tests.soak import times

ANA = "ana@example.org"


def ask(client: LabClient, email: str, address: str = "203.0.113.7") -> int:
    token = Page(client.get("/sign-in").text).form("/sign-in").fields["csrf_token"]
    return _send(client, email, address, token).status_code


def _send(client: LabClient, email: str, address: str, token: object) -> object:
    return client.post(
        "/sign-in", data={"csrf_token": token, "email": email}, environ_base={"REMOTE_ADDR": address}
    )


def mails() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) or 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"), ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"), ("2001:db8:1:200::9", "2001:db8:1:200::/56"),
        ("", "unknown"), (None, "unknown"), ("not an address", "unknown"),
    ],
)  # fmt: skip
def test_the_network_of_an_address(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_the_sixth_try_of_a_minute_waits_and_keeps_what_was_typed(client: LabClient, clock: Clock) -> None:
    assert [ask(client, ANA) for _ in range(6)] == [303] * 5 + [429]
    late = client.send("/sign-in", "/sign-in", {"email": ANA}, environ_base={"REMOTE_ADDR": "203.0.113.99"})
    assert late.status_code == 429 and 0 < int(late.headers["Retry-After"]) <= 60
    assert f'value="{ANA}"' in late.text and "<title>Error:" in late.text
    clock.go(seconds=int(late.headers["Retry-After"]) + 1)
    assert ask(client, ANA) == 303


@pytest.mark.usefixtures("clock")
def test_strangers_elsewhere_do_not_lock_an_address(client: LabClient) -> None:
    assert [ask(client, ANA, "198.51.100.1") for _ in range(6)][-1] == 429
    assert ask(client, ANA, "203.0.113.7") == 303


@pytest.mark.usefixtures("clock")
def test_a_network_may_try_twenty_times_a_minute(client: LabClient) -> None:
    told = [ask(client, f"p{number}@example.org", f"203.0.113.{number}") for number in range(22)]
    assert told == [303] * 20 + [429] * 2
    assert ask(client, ANA, "198.51.100.1") == 303


@pytest.mark.usefixtures("clock")
def test_two_hundred_wishes_in_five_seconds_send_three_mails(app: Flask, client: LabClient) -> None:
    count = times(30, soak=200)
    token = Page(client.get("/sign-in").text).form("/sign-in").fields["csrf_token"]
    told = [_send(client, ANA, f"10.{number}.0.1", token).status_code for number in range(count)]  # type: ignore[attr-defined]
    assert told == [303] * count
    assert mails() == 3
    told = [_send(client, "one@example.org", "10.250.0.1", token).status_code for _ in range(count)]  # type: ignore[attr-defined]
    assert told == [303] * 5 + [429] * (count - 5)
    assert mails() == 6
    assert ask(client, "other@example.org", "198.51.100.1") == 303


@pytest.mark.usefixtures("clock")
def test_neither_name_nor_network_is_stored_in_the_clear(client: LabClient) -> None:
    ask(client, ANA)
    row = db.session.scalars(sa.select(SignInAttempt)).one()
    assert ANA not in row.who_hash and "203" not in row.network_hash[:3] + "x"
    assert len(row.who_hash) == len(row.network_hash) == 64


def test_after_a_day_nothing_of_it_is_left(client: LabClient, clock: Clock, signed_in: object) -> None:
    ask(client, ANA)
    signed_in("")  # type: ignore[operator]
    clock.go(hours=25)
    forgetting.forget_old()
    assert db.session.query(SignInAttempt).count() == db.session.query(SignInToken).count() == 0
    assert db.session.query(WebSession).count() == 1
    clock.go(hours=12)
    forgetting.forget_old()
    assert db.session.query(WebSession).count() == 0


@pytest.mark.usefixtures("clock")
def test_a_known_and_an_unknown_address_leave_the_same_rows_and_read_the_same_bytes(app: Flask) -> None:
    count = times(6, soak=500)
    bodies: dict[str, set[bytes]] = {"known": set(), "other": set()}
    for number in range(count):
        people.welcome(f"known{number:04}@example.org", name="Known", locale="es")
        for kind in bodies:
            browser = app.test_client()
            assert isinstance(browser, LabClient)
            email = f"{kind}{number:04}@example.org"
            assert ask(browser, email, f"10.{number % 250}.{number // 250}.{kind == 'known':d}") == 303
            shown = browser.get("/sign-in/code")
            masked = re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", shown.text).replace(email, "")
            bodies[kind].add(masked.encode())
    assert bodies["known"] == bodies["other"] and len(bodies["known"]) == 1
    assert mails() == 2 * count


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("proxies", "believed"), [(0, "10.0.0.5"), (1, "198.51.100.9"), (2, "203.0.113.7")])
def test_where_a_request_comes_from_is_believed_of_our_own_proxies_only(
    settings: Settings, proxies: int, believed: str
) -> None:
    app = create_app(replace(settings, proxies=proxies))
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(__import__("flask").request.remote_addr))
    app.test_client().get(
        "/", headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.7, 198.51.100.9"},
        environ_base={"REMOTE_ADDR": "10.0.0.5"},
    )  # fmt: skip
    let_go(app)
    assert seen == [believed]


def test_the_number_of_proxies_is_a_setting() -> None:
    assert Settings.from_environment({"LAB_PROXIES": "1"}).proxies == 1
    assert Settings.from_environment({"LAB_PROXIES": "0"}).proxies == 0
    assert Settings.from_environment({}).proxies == 0


@pytest.mark.usefixtures("clock")
def test_what_is_refused_is_not_counted(app: Flask) -> None:
    for _ in range(throttle.TRIES_OF_ONE):
        throttle.attempt(ANA, address="203.0.113.7")
    for _ in range(30):
        with pytest.raises(throttle.TooOften):
            throttle.attempt(ANA, address="203.0.113.7")
    throttle.attempt("other@example.org", address="203.0.113.7")
