"""Showing once more who one is: who is asked, when, by what, and that nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import people
from lab.database import db
from lab.models import OutboxMessage, Passkey, RoleGrant, WebSession
from lab.settings import Settings
from tests.a_passkey import Device
from tests.a_policy import a_draft, tried
from tests.clients import HTMX, Clock, LabClient, somebody
from tests.conftest import app_for
from tests.pages import Page
from tests.routes.test_second_factor import add_passkey, digits, half_way, options, set_up_app

AGAIN = "/sign-in/again/"
# Every deed that asks once more. A new one is added here on purpose.
ASKED = {
    "roster.table", "groups.table", "policies.table", "portfolio.table", "learning.table", "policies.sign",
    "people.new", "people.set_role", "people.remove",
    "deletions.earlier", "security.app", "security.remove_app", "security.new_passkey", "security.remove_passkey",
    "security.codes", "signatures.ask_export", "signatures.ask_case", "signatures.ask_role", "signatures.ask_reset",
    "signatures.approve", "signatures.table", "signatures.case",
}  # fmt: skip


@pytest.fixture(autouse=True)
def recovery_codes_are_hashed_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """How slow the hash is has nothing to do with what is tested here."""
    monkeypatch.setitem(vars(import_module("lab.actions.second_factor")), "COST", 16)


def asked(client: LabClient, path: str) -> bool:
    return client.get(path).headers.get("Location", "").startswith(AGAIN)


def staff(app: Flask, clock: Clock, *roles: str) -> tuple[LabClient, str, list[str]]:
    """Somebody with an app for codes, half a minute after it was set up."""
    client = half_way(app, somebody(*roles))
    told, codes = set_up_app(client, clock)
    return client, told, codes


def test_these_deeds_ask_once_more(app: Flask) -> None:
    assert {name for name, view in app.view_functions.items() if getattr(view, "freshly", False)} == ASKED


def test_five_minutes_later_a_file_asks_for_the_factor_and_is_then_given(app: Flask, clock: Clock) -> None:
    client, told, _codes = staff(app, clock, "director")
    assert client.get("/consultants/roster.csv?line=peer").mimetype == "text/csv"
    clock.go(minutes=5, seconds=1)
    answer = client.get("/consultants/roster.csv?line=peer")
    assert (
        answer.status_code == 303
        and answer.headers["Location"] == f"{AGAIN}?next=/consultants/roster.csv?line%3Dpeer"
    )
    fragment = client.get("/consultants/roster.csv", headers=HTMX)
    assert fragment.status_code == 401 and fragment.headers["HX-Redirect"].startswith(AGAIN)
    here = answer.headers["Location"]
    action = next(f for f in Page(client.get(here).text).forms if "again" in f.action).action
    assert client.send(here, action, {"code": "000000"}).status_code == 422
    assert asked(client, "/consultants/roster.csv")
    before = db.session.scalars(sa.select(WebSession.token_hash)).one()
    sent = client.send(here, action, {"code": digits(told, clock)})
    assert sent.status_code == 303 and db.session.scalars(sa.select(WebSession.token_hash)).one() != before
    assert "/consultants/roster.csv?line=peer" in client.get(sent.headers["Location"]).text
    assert client.get("/consultants/roster.csv?line=peer").mimetype == "text/csv"


def test_a_recovery_code_and_a_passkey_will_do(app: Flask, clock: Clock) -> None:
    client, _told, codes = staff(app, clock, "director")
    device = Device()
    add_passkey(client, device)
    assert db.session.query(Passkey).count() == 1
    clock.go(minutes=6)
    assert (
        client.send(f"{AGAIN}?next=/people/", f"{AGAIN}?next=/people/", {"code": codes[0]}).status_code == 303
    )
    assert not asked(client, "/consultants/roster.csv")
    clock.go(minutes=6)
    wanted = options(client, f"{AGAIN}passkey/options", AGAIN)
    answer = client.send(AGAIN, f"{AGAIN}passkey?next=/", {"credential": device.signed(wanted)})
    assert answer.status_code == 303 and not asked(client, "/consultants/roster.csv")


def test_a_form_that_was_sent_waits_and_is_sent_afterwards(app: Flask, clock: Clock) -> None:
    client, told, _codes = staff(app, clock, "administrator")
    other = somebody()
    clock.go(minutes=6)
    path, deed = f"/people/{other.ref}", f"/people/{other.ref}/roles/network_lead"
    answer = client.send(path, deed, {"deed": "grant"}, headers={"Referer": f"http://localhost{path}"})
    here = answer.headers["Location"]
    assert answer.status_code == 303 and here.startswith(f"{AGAIN}?next=/kept/")
    assert db.session.query(RoleGrant).filter_by(person_id=other.id).count() == 0
    shown = client.send(here, here, {"code": digits(told, clock)}).headers["Location"]
    assert client.send(shown, deed).status_code == 303
    assert db.session.query(RoleGrant).filter_by(person_id=other.id).one().role == "network_lead"


def test_a_policy_is_signed_by_who_shows_the_factor_once_more(app: Flask, clock: Clock) -> None:
    client, told, _codes = staff(app, clock, "director")
    draft = a_draft(client.person)
    path = f"/policies/{draft.ref}"
    tried(draft, client.person)
    clock.go(minutes=6)
    assert asked(client, "/learning/learning.csv")
    here = client.send(path, f"{path}/sign").headers["Location"]
    assert here.startswith(f"{AGAIN}?next=/kept/") and "You have signed." not in client.get(path).text
    shown = client.send(here, here, {"code": digits(told, clock)}).headers["Location"]
    assert client.send(shown, f"{path}/sign").status_code == 303
    assert "You have signed." in client.get(path).text


def test_who_has_no_second_factor_gets_a_code_by_mail(app: Flask, clock: Clock, signed_in) -> None:
    client = signed_in("")
    assert not asked(client, "/profile/security/passkeys/new")
    clock.go(minutes=6)
    assert asked(client, "/profile/security/passkeys/new")
    here = f"{AGAIN}?next=/profile/security/passkeys/new"
    sent = client.send(here, f"{AGAIN}mail?next=/profile/security/passkeys/new")
    secret = db.session.scalars(sa.select(OutboxMessage.secret).where(OutboxMessage.kind == "sign-in")).one()
    answer = client.send(sent.headers["Location"], here, {"code": secret["code"]})
    assert answer.headers["Location"] == "/profile/security/passkeys/new"
    assert client.get(answer.headers["Location"]).status_code == 200
    assert db.session.query(WebSession).count() == 1  # the session before has ended


def test_a_mailed_code_does_not_stand_for_a_second_factor(app: Flask, clock: Clock) -> None:
    client, _told, _codes = staff(app, clock, "director")
    clock.go(minutes=6)
    page = Page(client.get(AGAIN).text)
    assert not [form for form in page.forms if "mail" in form.action]
    client.post(f"{AGAIN}mail", data={"csrf_token": page.form("/sign-out").fields["csrf_token"]})
    assert db.session.query(OutboxMessage).filter_by(kind="sign-in").count() == 0


def test_guessing_is_slowed_down_and_ends_the_session(app: Flask, clock: Clock) -> None:
    client, _told, _codes = staff(app, clock, "director")
    clock.go(minutes=6)
    answers = [client.send(AGAIN, f"{AGAIN}?next=/", {"code": f"00000{n}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_it_leads_nowhere_but_into_this_house(app: Flask, clock: Clock) -> None:
    client, told, _codes = staff(app, clock, "director")
    clock.go(minutes=6)
    sent = client.send(f"{AGAIN}?next=//evil.example", f"{AGAIN}?next=/", {"code": digits(told, clock)})
    assert sent.headers["Location"] == "/"


def test_in_the_demo_nobody_is_asked(settings: Settings, clock: Clock) -> None:
    demo = app_for(replace(settings, demo=True))
    with demo.app_context():
        demo.extensions["lab.clock"] = lambda: clock.moment
        person = somebody()
        people.grant(person.id, "director", by=None)
        client = demo.test_client()
        assert isinstance(client, LabClient)
        client.sign_in(person)
        clock.go(minutes=10)
        assert client.get("/consultants/roster.csv").mimetype == "text/csv"
        db.session.remove()
        demo.extensions.pop("lab.clock")
