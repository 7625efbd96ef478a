"""The demo's own doors: sign in as anybody, read the mail; they exist in a demo only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from lab.actions import sign_in
from lab.settings import Settings
from tests import factories
from tests.clients import LabClient, somebody
from tests.conftest import settings_for


@pytest.fixture
def settings(database: str) -> Settings:
    return replace(settings_for(database), demo=True)


def test_one_click_signs_in_as_somebody(client: LabClient) -> None:
    director = factories.a_person("director", name="Dana Demo")
    page = client.get("/demo/")
    assert "Dana Demo" in page.text
    assert client.send("/demo/", f"/demo/as/{director.ref}").status_code == 303
    assert "Dana Demo" in client.get("/").text
    assert "/sign-out" in client.get("/").text


def test_an_applicant_stands_beside_their_organization(client: LabClient) -> None:
    case = factories.a_case()
    assert case.organization in client.get("/demo/").text


def test_the_mail_can_be_read_there(client: LabClient) -> None:
    sign_in.ask("ana@example.org", browser="somewhere")
    page = client.get("/demo/mail")
    assert "ana@example.org" in page.text
    assert "/sign-in/" in page.text


def test_nobody_is_there_yet(client: LabClient) -> None:
    assert client.get("/demo/").status_code == 200
    assert client.post("/demo/as/ZZZZZZZZ").status_code in (400, 404)


def test_an_administrator_of_a_demo_is_told_of_no_second_person(app: Flask, signed_in) -> None:
    admin, person = signed_in("administrator"), somebody(name="Dana Field")
    for path in ("/people/", "/people/new", f"/people/{person.ref}"):
        text = admin.get(path).text
        assert "need a second person" not in text and "must agree" not in text, path
