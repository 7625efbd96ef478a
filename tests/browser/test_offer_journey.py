"""A consultant answers an offer: yes, no, or otherwise; and what the others then see."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import an_offer
from tests.browser.conftest import Live
from tests.browser.tools import axe_clean, fits, looks_right, with_and_without_javascript
from tests.browser.visitors import Arrive, Visitor, letters_to
from tests.browser.world import ANA, DANA, address_of

MUSEUM = "Puget Harbor Art Museum"
NAMED = (MUSEUM, "Puget", "Ana Ruiz")


@pytest.fixture
def case_ref(live: Live) -> str:
    """The case of the museum: decided, and offered to its first candidate, with two more to ask by themselves."""
    return an_offer_is_out(live)


def an_offer_is_out(live: Live) -> str:
    from lab.database import db
    from tests import factories

    with live.app_context():
        an_offer.the_consultants()
        factories.the_supports()
        dana = factories.a_person("director", name="Dana Whitfield", email=DANA)
        case = an_offer.a_decided_case("O01", director=dana)
        owner = case.owner
        owner.name, owner.email = "Ana Ruiz", ANA
        db.session.commit()
        first, *others = an_offer.candidates_of(case)
        an_offer.send(case, key="first", alternates=others[:2], next_by_itself=True)
        assert (first, others[0]) == ("C07", "C04")
        return case.ref


def arrives_by_mail(visitor: Arrive, live: Live, ref: str) -> Visitor:
    """From the newest mail to the offer, signing in on the way."""
    email = address_of(live, ref)
    link, letter = letters_to(live.app, email)[0]
    assert "There is an offer for you." in letter and not [name for name in NAMED if name in letter]
    consultant = visitor()
    consultant.go(link)
    consultant.sign_in(live.app, email)
    consultant.says("Why you")
    consultant.is_silent_about(*NAMED)
    return consultant


def checks_for_conflicts(consultant: Visitor) -> None:
    consultant.follow("Continue to the conflict check")
    consultant.is_silent_about(*NAMED)
    consultant.tick("I keep this confidential")
    consultant.press("Show me the names")
    consultant.says(MUSEUM)
    consultant.press("No to all four")
    consultant.reads(f"Your answer to {MUSEUM}")


@with_and_without_javascript
def test_an_offer_is_accepted_in_seven_clicks(live: Live, visitor: Arrive, case_ref: str) -> None:
    ana = visitor(ANA)
    ana.go("/cases/")
    ana.is_silent_about(name_of(live, "C07"))

    consultant = arrives_by_mail(visitor, live, "C07")
    checks_for_conflicts(consultant)
    consultant.press("Accept")
    consultant.reads(MUSEUM)
    assert consultant.clicks <= 7, "from the mail to yes, with signing in"
    consultant.says("Ana Ruiz")
    if consultant.runs_scripts:
        axe_clean(consultant.page)
    fits(consultant.page)

    ana.page.reload()
    ana.says(name_of(live, "C07"))
    ana.says("Under way")
    if ana.runs_scripts:
        looks_right(ana.page)


@with_and_without_javascript
def test_declining_takes_four_clicks_and_the_next_is_asked(
    live: Live, visitor: Arrive, case_ref: str
) -> None:
    assert letters_to(live.app, address_of(live, "C04")) == []
    first = arrives_by_mail(visitor, live, "C07")
    first.press("Decline")
    first.reads("You declined. Thank you for looking at it")
    assert first.clicks <= 4, "from the mail to no, with signing in"
    first.choose("Why, if you like to say", "No free hours")
    first.press("Send the reason")
    first.says("Thank you for telling us.")

    second = arrives_by_mail(visitor, live, "C04")
    checks_for_conflicts(second)
    second.press("Accept")
    second.reads(MUSEUM)


@with_and_without_javascript
def test_a_counter_answer_begins_once_the_director_agrees(live: Live, visitor: Arrive, case_ref: str) -> None:
    consultant = arrives_by_mail(visitor, live, "C07")
    checks_for_conflicts(consultant)
    consultant.open("Fewer hours or a later start")
    consultant.number("Hours a month", 6)
    consultant.type("Why, in a sentence", "January is full.")
    consultant.press("Propose this")
    consultant.says("Your proposal is with the director.")
    consultant.reads("The director has it now")

    dana = visitor(DANA)
    dana.go("/reviews/")
    dana.says("Answer the consultant")
    dana.follow(MUSEUM)
    dana.go(f"/reviews/{case_ref}/offer")
    dana.says("January is full.")
    dana.press("Agree")
    dana.says("You agreed. The work can begin.")
    consultant.page.reload()
    consultant.reads(MUSEUM)
    consultant.says("6 hours a month")


@with_and_without_javascript
def test_a_possible_conflict_goes_to_the_director(live: Live, visitor: Arrive, case_ref: str) -> None:
    consultant = arrives_by_mail(visitor, live, "C07")
    consultant.follow("Continue to the conflict check")
    consultant.tick("I keep this confidential")
    consultant.press("Show me the names")
    consultant.press("Continue")
    expect(consultant.page).to_have_title(re.compile("^Error: "))
    for question, answer in (
        ("Have you worked for one of them", "Possibly"),
        ("Does somebody close to you work there?", "No"),
        ("Is there money between you and one of them?", "No"),
        ("Do you work for the other side", "No"),
    ):
        consultant.choose(question, answer)
    consultant.type("Anything the director should know", "A talk there, ten years ago.")
    consultant.press("Continue")
    consultant.reads("The director has it now")

    dana = visitor(DANA)
    dana.go(f"/reviews/{case_ref}/offer")
    dana.says("A talk there, ten years ago.")
    dana.type("What you found out, and who agreed", "One talk is no tie; Ana agrees.")
    dana.press("Clear it")
    dana.says("The conflict is cleared")
    consultant.page.reload()
    consultant.says("The director has cleared the possible conflict.")
    consultant.follow("Continue to your answer")
    consultant.press("Accept")
    consultant.reads(MUSEUM)


def name_of(live: Live, ref: str) -> str:
    with live.app_context():
        return an_offer.person_of(ref).name
