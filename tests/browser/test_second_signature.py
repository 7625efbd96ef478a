"""Two people at two browsers: asking once more, asking a colleague, agreeing, and what then stands open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lab.database import db
from lab.models import OutboxMessage
from lab.settings import Settings
from tests.browser.conftest import Live
from tests.browser.tools import looks_right
from tests.browser.visitors import Visitor
from tests.clients import somebody
from tests.factories import a_case, fill_sections


def test_a_case_is_opened_by_two_people(live: Live, visitor: Callable[..., Visitor]) -> None:
    with live.app_context():
        case = a_case()
        fill_sections(case)
        ref, name = case.ref, case.organization
    ines, dana = visitor("administrator"), visitor("director")
    ines.go("/second-signature/")
    ines.reads("Second signatures")
    ines.says("Nothing waits")
    looks_right(ines.page)
    ines.follow("Ask to read a case")
    ines.press("Ask")
    ines.says("Type the reference")
    looks_right(ines.page)
    ines.type("Reference of the case", ref)
    ines.type("Why is it needed?", "A complaint that names this case")
    ines.press("Ask")
    ines.reads(f"Read a case: {ref}")
    looks_right(ines.page)
    dana.go("/second-signature/")
    dana.follow(f"Read a case: {ref}")
    looks_right(dana.page)
    dana.press("Agree")
    dana.says("You have agreed.")
    ines.go("/second-signature/")
    looks_right(ines.page)
    ines.follow(f"Read a case: {ref}")
    ines.follow("Read the case")
    ines.reads(f"What {name} answered")
    looks_right(ines.page)


@pytest.mark.parametrize("javascript", [False], ids=["no-scripts"])
def test_it_is_asked_once_more_and_then_the_person_is_where_they_were(
    live: Live, visitor: Callable[..., Visitor]
) -> None:
    ana = visitor("")
    live.app.extensions["lab.clock"] = lambda: datetime(2026, 11, 23, 18, 7, tzinfo=UTC)
    ana.go("/profile/security/")
    ana.press("Set up an app")
    ana.reads("Is it still you?")
    looks_right(ana.page)
    ana.press("Send me a code")
    looks_right(ana.page)
    with live.app_context():
        mail = db.session.query(OutboxMessage).filter_by(kind="sign-in").one()
        assert mail.secret is not None
        code = mail.secret["code"]
    ana.type("The code from the mail", code)
    ana.press("Go on")
    assert "/sign-in/again" not in ana.page.url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With an organization that is never asked here."""
    return replace(
        settings, oidc_issuer="https://id.example.org", oidc_client_id="lab", oidc_client_secret="s"
    )


def test_the_pages_around_look_right(live: Live, visitor: Callable[..., Visitor]) -> None:
    with live.app_context():
        lost = somebody("consultant", name="Ruth Halvorsen")
        lost.second_since = datetime.now(UTC) - timedelta(days=1)
        db.session.commit()
        ref = lost.ref
    ana, ines = visitor(), visitor("administrator")
    ana.go("/sign-in")
    ana.says("For staff")
    looks_right(ana.page)
    ines.go(f"/people/{ref}")
    ines.says("Some things need a second person")
    looks_right(ines.page)
    with live.app_context():
        somebody("director")
    ines.go(f"/people/{ref}")
    looks_right(ines.page)
    ines.press("Ask for it Director")
    ines.reads("Give a role")
    looks_right(ines.page)
    ines.go(f"/people/{ref}")
    ines.follow("Ask to take the second factor away")
    looks_right(ines.page)
