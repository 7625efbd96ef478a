"""Signing in: a link or a code, once, for ten minutes, in the browser that asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import people
from lab.actions.sessions import digest
from lab.actions.sign_in import LINKS_IN_A_QUARTER_HOUR
from lab.database import db
from lab.models import OutboxMessage, Person, SignInToken, WebSession
from tests.clients import Clock, LabClient

ANA = "ana@example.org"


def ask(client: LabClient, email: str = ANA, **data: Any) -> None:
    assert client.send("/sign-in", "/sign-in", {"email": email, **data}).status_code == 303


def letter(email: str = ANA) -> OutboxMessage:
    found = db.session.scalar(
        sa.select(OutboxMessage)
        .where(OutboxMessage.recipient == email)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    assert found is not None
    return found


def code_of(message: OutboxMessage) -> str:
    assert message.secret is not None
    return str(message.secret["code"])


def is_signed_in(client: LabClient) -> bool:
    return "/sign-out" in client.get("/").text


@pytest.mark.usefixtures("clock")
def test_a_typed_code_signs_in(client: LabClient) -> None:
    ask(client)
    done = client.send("/sign-in/code", "/sign-in/code", {"code": code_of(letter()).lower()})
    assert done.status_code == 303
    assert is_signed_in(client)


@pytest.mark.usefixtures("clock")
def test_the_link_shows_a_button_and_only_pressing_it_signs_in(client: LabClient) -> None:
    ask(client)
    path = letter().path
    for _ in range(3):  # a mail scanner looks, and looks again
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert not is_signed_in(client)
    assert client.send(path, path).status_code == 303
    assert is_signed_in(client)


@pytest.mark.usefixtures("clock")
def test_a_link_works_once(client: LabClient, app: Flask) -> None:
    ask(client)
    path = letter().path
    client.send(path, path)
    client.send("/", "/sign-out")
    again = client.send(path, path)
    assert again.status_code == 422
    assert not is_signed_in(client)


@pytest.mark.usefixtures("clock")
def test_a_link_opened_in_another_browser_signs_nobody_in(client: LabClient, app: Flask) -> None:
    ask(client)
    path = letter().path
    other = app.test_client()
    assert isinstance(other, LabClient)
    assert other.send(path, path).status_code == 422
    assert not is_signed_in(other)


def test_after_ten_minutes_neither_link_nor_code_works(client: LabClient, clock: Clock) -> None:
    ask(client)
    message = letter()
    clock.go(minutes=11)
    assert client.send(message.path, message.path).status_code == 422
    assert client.send("/sign-in/code", "/sign-in/code", {"code": code_of(message)}).status_code == 422


def test_a_new_code_ends_the_old_one(client: LabClient, clock: Clock) -> None:
    ask(client)
    old = code_of(letter())
    clock.go(minutes=1)
    ask(client)
    assert client.send("/sign-in/code", "/sign-in/code", {"code": old}).status_code == 422
    assert client.send("/sign-in/code", "/sign-in/code", {"code": code_of(letter())}).status_code == 303


def test_five_wrong_codes_end_the_right_one(client: LabClient, clock: Clock) -> None:
    ask(client)
    right = code_of(letter())
    for _ in range(5):
        assert client.send("/sign-in/code", "/sign-in/code", {"code": "AAAAAAAA"}).status_code == 422
    clock.go(seconds=61)
    assert client.send("/sign-in/code", "/sign-in/code", {"code": right}).status_code == 422


@pytest.mark.usefixtures("clock")
def test_the_fourth_wish_within_a_quarter_of_an_hour_sends_no_mail(client: LabClient) -> None:
    for _ in range(LINKS_IN_A_QUARTER_HOUR + 2):
        ask(client)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == LINKS_IN_A_QUARTER_HOUR


@pytest.mark.usefixtures("clock")
def test_only_hashes_are_stored(client: LabClient) -> None:
    ask(client)
    message = letter()
    token = db.session.scalars(sa.select(SignInToken)).one()
    assert token.token_hash == digest(message.path.rsplit("/", 1)[1])
    assert token.code_hash == digest(code_of(message))


@pytest.mark.usefixtures("clock")
def test_known_and_unknown_addresses_see_the_same_page(client: LabClient) -> None:
    people.welcome("known@example.org", name="Known")
    shown = []
    for email in ("known@example.org", "stranger@example.org"):
        ask(client, email)
        shown.append(re.sub(r'value="[^"]*"', "", client.get("/sign-in/code").text).replace(email, "…"))
    assert shown[0] == shown[1]


@pytest.mark.usefixtures("clock")
def test_an_address_that_is_none_comes_back_with_words_and_stays_typed(client: LabClient) -> None:
    page = client.send("/sign-in", "/sign-in", {"email": "ana at example"})
    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert "ana at example" in page.text


def test_a_session_idles_out(signed_in: Callable[[str], LabClient], clock: Clock) -> None:
    applicant, director = signed_in(""), signed_in("director")
    clock.go(minutes=16)
    assert is_signed_in(applicant)
    assert not is_signed_in(director)
    clock.go(minutes=31)
    assert not is_signed_in(applicant)


def test_a_session_ends_after_twelve_hours_of_use(
    signed_in: Callable[[str], LabClient], clock: Clock
) -> None:
    applicant = signed_in("")
    for _ in range(12 * 60 // 20):
        assert is_signed_in(applicant)
        clock.go(minutes=20)
    clock.go(minutes=1)
    assert not is_signed_in(applicant)


def test_a_removed_person_is_out_within_one_request(
    signed_in: Callable[[str], LabClient], clock: Clock
) -> None:
    director = signed_in("director")
    assert director.person is not None
    person = db.session.get_one(Person, director.person.id)
    person.removed_at = clock.moment
    db.session.commit()
    assert not is_signed_in(director)


def test_signing_out_deletes_the_session(signed_in: Callable[[str], LabClient]) -> None:
    client = signed_in("")
    out = client.send("/", "/sign-out")
    assert out.status_code == 303
    assert "storage" in out.headers["Clear-Site-Data"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WebSession)) == 0


@pytest.mark.usefixtures("clock")
def test_sign_in_leads_back_to_where_one_wanted_to_go(client: LabClient) -> None:
    asked = client.get("/cases/")
    assert asked.status_code == 303
    client.send(asked.headers["Location"], "/sign-in", {"email": ANA})
    done = client.send("/sign-in/code", "/sign-in/code", {"code": code_of(letter())})
    assert done.headers["Location"] == "/cases/"


def test_a_fragment_is_sent_to_sign_in_by_a_header_without_a_body(client: LabClient) -> None:
    answer = client.get("/cases/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=")
    assert answer.data == b""


def test_a_form_without_its_token_or_from_another_site_is_refused(client: LabClient) -> None:
    assert client.post("/sign-in", data={"email": ANA}).status_code == 400
    crossed = client.send("/sign-in", "/sign-in", {"email": ANA}, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 400


def test_private_pages_are_not_kept_by_anybody(signed_in: Callable[[str], LabClient]) -> None:
    answer = signed_in("").get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.headers["Vary"]
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
