"""Every form that is sent empty comes back with its problems first: in the title, in the summary, at the field."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Live
from tests.browser.crawl import faults_of
from tests.browser.test_offer_journey import an_offer_is_out
from tests.browser.tools import SCRIPTS_ARE_OFF
from tests.browser.visitors import Arrive, Visitor
from tests.browser.world import ANA, DANA, a_submitted_case, address_of

TOPICS = ("organization", "people", "dates", "needs", "foundation", "time", "conflicts", "team")
MINA = "mina@example.org"


def refused(visitor: Visitor, button: str | re.Pattern[str], path: str = "") -> None:
    """Press the button without filling anything in; what comes back is a page to be understood."""
    if path:
        visitor.go(path)
    with visitor.page.expect_response(lambda answer: answer.request.is_navigation_request()) as answered:
        visitor.press(button)
    assert answered.value.status == 422, f"{path} answers {answered.value.status}"
    expect(visitor.page).to_have_title(re.compile("^Error: "))
    summary = visitor.page.get_by_role("group", name=re.compile("^Please look at"))
    if visitor.page.evaluate(SCRIPTS_ARE_OFF) is False:
        expect(summary).to_be_focused()
    for link in summary.get_by_role("link").all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        assert visitor.page.evaluate("id => document.getElementById(id) !== null", target), (
            f"nothing is #{target}"
        )
    faults = faults_of(visitor.page)
    assert not faults, "\n".join(faults)


def test_signing_in(live: Live, visitor: Arrive) -> None:
    nobody = visitor()
    refused(nobody, "Send me a code", "/sign-in")
    nobody.type("mail address", MINA)
    nobody.press("Send me a code")
    refused(nobody, "Sign in")


def test_the_fit_check(live: Live, visitor: Arrive) -> None:
    refused(visitor(), "Continue", "/fit")


@pytest.mark.parametrize("line", ["nonprofit", "schools"])
def test_each_part_of_an_application(live: Live, visitor: Arrive, line: str) -> None:
    mina = visitor(MINA)
    refused(mina, "Start", "/applications/new")
    mina.go(f"/applications/new?line={line}")
    mina.type("Your name", "Mina Park")
    if line == "schools":
        mina.choose("For school teams: which side are you on?", "Union: certificated or classified")
    mina.press("Start")
    tasks = mina.path
    for topic in TOPICS if line == "schools" else TOPICS[:-1]:
        refused(mina, "Save and continue", tasks.replace("tasks", topic))
    refused(mina, "Send the invitation", tasks.replace("tasks", "members"))


def test_what_an_applicant_sends_later(live: Live, visitor: Arrive) -> None:
    ref = a_submitted_case(live, "O09")
    dana, ana = visitor(DANA), visitor(ANA)
    dana.go(f"/reviews/{ref}")
    dana.press("Start the review")
    dana.press("Save the decision")
    refused(ana, "Send", f"/cases/{ref}/appeal")


def test_a_decision_and_an_offer(live: Live, visitor: Arrive) -> None:
    ref = a_submitted_case(live)
    dana = visitor(DANA)
    dana.go(f"/reviews/{ref}")
    dana.press("Start the review")
    dana.choose("Your decision", "Talk first: a foundation question is open")
    dana.type("Your question", "")
    refused(dana, "Save the decision")
    dana.choose("Your decision", "Accept")
    dana.press("Save the decision")
    dana.number("Hours a month", 0)
    refused(dana, "Check before sending")


def test_the_answers_of_a_consultant(live: Live, visitor: Arrive) -> None:
    an_offer_is_out(live)
    consultant = visitor(address_of(live, "C07"))
    consultant.go("/offers/")
    consultant.page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    offer = consultant.path
    refused(consultant, "Send", f"{offer}/question")
    consultant.go(f"{offer}/conflicts")
    refused(consultant, "Show me the names")
    consultant.tick("I keep this confidential")
    consultant.press("Show me the names")
    refused(consultant, "Continue")


def test_people_and_profiles(live: Live, visitor: Arrive) -> None:
    refused(visitor("administrator"), "Add", "/people/new")
    with live.app_context():
        factories.a_consultant("C07")
    consultant = visitor(address_of(live, "C07"))
    consultant.go("/profile/")
    consultant.number(re.compile("[Hh]ours a month"), "")
    refused(consultant, "Save my profile")
    refused(consultant, "Put the pause in the table", "/profile/availability")
