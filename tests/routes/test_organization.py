"""Signing in with one's organization, against a real provider on this machine: who comes in, and what never does."""

from __future__ import annotations

import itertools
import json
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask

from lab.actions import people
from lab.database import db
from lab.models import Event, OrganizationAccount, Person, WebSession
from lab.settings import Settings, UnsafeSettings
from tests.clients import LabClient, somebody
from tests.conftest import app_for

with warnings.catch_warnings(
    record=True
):  # of the provider's own libraries, which say so however they are asked
    from oidc_provider_mock import run_server_in_thread

START = "/sign-in/organization"
COUNT = itertools.count()
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The organization's sign-in, with nobody in it yet."""
    with run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def house(settings: Settings, provider: str) -> Iterator[Flask]:
    """The house as it is set up with this organization."""
    app = app_for(
        replace(settings, oidc_issuer=provider, oidc_client_id="lab", oidc_client_secret="a secret of both")
    )
    with app.app_context():
        yield app
        db.session.remove()


def browser(house: Flask) -> LabClient:
    client = house.test_client()
    assert isinstance(client, LabClient)
    return client


def known(provider: str, subject: str, **claims: Any) -> None:
    """Tell the provider of somebody."""
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=5).raise_for_status()


def led_back(client: LabClient, subject: str, *, start: str = START) -> str:
    """Go to the provider, sign in there; gives where it sends the browser."""
    there = client.get(start)
    assert there.status_code == 303, there.text
    shown = requests.post(there.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=5)
    parts = urlsplit(shown.headers["Location"])
    return f"{parts.path}?{parts.query}"


def staff(provider: str, subject: str, role: str = "director", **claims: Any) -> Person:
    person = somebody(role)
    known(provider, subject, **{"email": person.email, "email_verified": True, **claims})
    return person


def signed_in(client: LabClient) -> bool:
    return "/sign-in" not in client.get("/profile/security/").headers.get("Location", "")


def test_who_shows_two_factors_there_is_in_and_bound_for_good(house: Flask, provider: str) -> None:
    person, client = staff(provider, "s1", amr=["pwd", "mfa"]), browser(house)
    assert "Sign in with your organization" in client.get("/sign-in").text
    asked = parse_qs(urlsplit(client.get(f"{START}?next=/policies/").headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["redirect_uri"] == [
        f"http://localhost{START}/back"
    ]
    assert {"state", "nonce", "code_challenge"} <= asked.keys() and asked["response_type"] == ["code"]
    answer = client.get(led_back(client, "s1", start=f"{START}?next=/policies/"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/policies/")
    assert client.get("/policies/").status_code == 200
    assert db.session.query(OrganizationAccount).one().person_id == person.id
    verbs = [row.verb for row in db.session.query(Event).filter_by(actor_id=person.id).order_by(Event.id)]
    assert verbs == ["organization_account_bound", "signed_in"]
    known(provider, "s1", email="other@example.org", amr=["mfa"])  # the address may change, the name does not
    again = browser(house)
    assert again.get(led_back(again, "s1")).status_code == 303 and signed_in(again)
    assert db.session.query(OrganizationAccount).count() == 1


def test_who_shows_one_factor_there_shows_the_other_here(house: Flask, provider: str) -> None:
    staff(provider, "s2", amr=["pwd"])
    client = browser(house)
    client.get(led_back(client, "s2"))
    assert client.get("/reviews/").headers["Location"].startswith("/profile/security/")


def test_it_is_asked_once_more_unless_the_organization_tells_when(house: Flask, provider: str) -> None:
    table = "/consultants/roster.csv"
    for subject, told in (
        ("s3-now", {}),
        ("s3-long-ago", {"auth_time": 1_000_000}),
        ("s3-untold", {"auth_time": None}),
    ):
        staff(provider, subject, amr=["mfa"], **told)
        client = browser(house)
        client.get(led_back(client, subject))
        if not told:
            assert client.get(table).mimetype == "text/csv"
            continue
        here = client.get(table).headers["Location"]
        assert here.startswith("/sign-in/again/") and "Show it to your organization" in client.get(here).text
    there = parse_qs(urlsplit(client.get(f"{START}?again=yes").headers["Location"]).query)
    assert (there["prompt"], there["max_age"]) == (["login"], ["0"])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # it is not the database that decides
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"aud": "somebody-else"}, {"aud": ["lab", "somebody-else"]}, {"iss": "http://localhost:1"},
        {"exp": 1}, {"azp": "somebody-else"}, {"iat": 99999999999},
        {"email_verified": False}, {"email_verified": "true"}, {"email": "nobody-here@example.org"},
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_signs_nobody_in(house: Flask, provider: str, claims: dict[str, Any]) -> None:
    subject = f"unfit-{next(COUNT)}"
    staff(provider, subject, **{"amr": ["mfa"], **claims})
    client = browser(house)
    answer = client.get(led_back(client, subject))
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert not signed_in(client) and db.session.query(OrganizationAccount).count() == 0


@pytest.mark.parametrize("role", ["", "consultant", "network_lead"])
def test_it_is_for_staff(house: Flask, provider: str, role: str) -> None:
    person = somebody(*role.split())
    known(provider, f"other-{role}", email=person.email, email_verified=True, amr=["mfa"])
    client = browser(house)
    assert client.get(led_back(client, f"other-{role}")).status_code == 422 and not signed_in(client)


def test_who_was_removed_stays_out_and_a_second_account_is_not_bound(house: Flask, provider: str) -> None:
    person = staff(provider, "s4", amr=["mfa"])
    known(provider, "s5", email=person.email, email_verified=True, amr=["mfa"])
    client = browser(house)
    client.get(led_back(client, "s4"))
    other = browser(house)
    assert other.get(led_back(other, "s5")).status_code == 422
    people.remove(person.id, by=somebody("administrator"))
    assert client.get(led_back(client, "s4")).status_code == 422 and not signed_in(client)


def test_an_answer_counts_once_in_the_browser_that_asked(house: Flask, provider: str) -> None:
    staff(provider, "s6", amr=["mfa"])
    client, thief = browser(house), browser(house)
    back = led_back(client, "s6")
    assert thief.get(back).status_code == 422  # it asked for nothing
    thief.get(START)
    assert thief.get(back).status_code == 422  # it asked for something else
    assert client.get(f"{back}&iss=http://evil.example").status_code == 422
    back = led_back(client, "s6")
    assert client.get(back).status_code == 303
    client.get("/sign-in")
    assert client.get(back).status_code == 422  # sent again
    assert db.session.query(WebSession).count() == 1


def test_no_code_an_error_or_a_late_answer_is_refused(house: Flask, provider: str) -> None:
    staff(provider, "s7", amr=["mfa"])
    client = browser(house)
    back = led_back(client, "s7")
    with client.session_transaction() as cookie:
        kept = {**cookie["organization"], "at": cookie["organization"]["at"] - 601}
        cookie["organization"] = kept
    assert client.get(back).status_code == 422
    client.get(START)
    with client.session_transaction() as cookie:
        state = cookie["organization"]["state"]
    assert client.get(f"{START}/back?state={state}&error=access_denied").status_code == 422
    assert client.get(f"{START}/back").status_code == 422


def test_two_hosts_serve_one_sign_in(house: Flask, settings: Settings, provider: str) -> None:
    """What the one kept is in the signed cookie, so that the other one finds it."""
    staff(provider, "s8", amr=["mfa"])
    other = app_for(replace(house.config["SETTINGS"], log_level="ERROR"))
    assert other is not house
    client, elsewhere = browser(house), browser(other)
    back = led_back(client, "s8")
    with client.session_transaction() as cookie, elsewhere.session_transaction() as taken:
        taken.update(cookie)
    assert elsewhere.get(back).status_code == 303 and signed_in(elsewhere)


@contextmanager
def answering(status: int, told: Any, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """A server that gives this answer to everything; its address, and what was asked of it."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_a_provider_that_leads_elsewhere_or_is_somebody_else_is_not_followed(settings: Settings) -> None:
    with answering(200, {}) as (other, reached):
        for status, told, headers in (
            (302, {}, {"Location": other}), (200, {"issuer": other}, {}), (200, ["nonsense"], {}), (500, {}, {}),
        ):  # fmt: skip
            with answering(status, told, **headers) as (issuer, _asked):
                app = app_for(
                    replace(settings, oidc_issuer=issuer, oidc_client_id="lab", oidc_client_secret="s")
                )
                with app.app_context():
                    assert browser(app).get(START).status_code == 422
        assert reached == []


def test_without_settings_there_is_no_such_page(app: Flask, client: LabClient) -> None:
    assert client.get(START).status_code == client.get(f"{START}/back").status_code == 404
    assert START not in client.get("/sign-in").text


def test_half_a_setting_and_an_issuer_in_the_clear_are_refused() -> None:
    whole = {
        "LAB_OIDC_ISSUER": "https://id.example.org/",
        "LAB_OIDC_CLIENT_ID": "lab",
        "LAB_OIDC_CLIENT_SECRET": "s",
    }
    assert Settings.from_environment(whole).oidc_issuer == "https://id.example.org/"
    for change, named in (({"LAB_OIDC_CLIENT_ID": ""}, "LAB_OIDC_CLIENT_ID"),
                          ({"LAB_OIDC_ISSUER": "http://id.example.org"}, "LAB_OIDC_ISSUER")):  # fmt: skip
        with pytest.raises(UnsafeSettings, match=named):
            Settings.from_environment({**whole, **change})
