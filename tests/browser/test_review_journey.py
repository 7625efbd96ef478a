"""A director works from the queue to an offer that is sent, or asks first and decides when the answer is there."""

from __future__ import annotations

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from lab.database import db
from lab.models import Case
from tests.browser.conftest import Live
from tests.browser.tools import axe_clean, fits, looks_right, with_and_without_javascript
from tests.browser.visitors import Arrive, Visitor, letters_to
from tests.browser.world import ANA, DANA, a_submitted_case, address_of

MUSEUM = "Puget Harbor Art Museum"


def begins(dana: Visitor, organization: str) -> None:
    dana.go("/reviews/")
    dana.follow(organization)
    dana.says("This is a preview")
    dana.press("Start the review")
    dana.reads(re.compile(f"^{organization}"))


@with_and_without_javascript
def test_from_the_queue_to_an_offer_in_seven_clicks(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana, ana = visitor(DANA), visitor(ANA)
    begins(dana, MUSEUM)
    expect(dana.group("Your decision").get_by_label("Accept", exact=True)).to_be_checked()
    if dana.runs_scripts:
        axe_clean(dana.page)
    fits(dana.page)

    dana.press("Save the decision")
    dana.says("The decision is saved. Now the offer.")
    assert dana.clicks <= 4, "from the queue to a saved decision"
    dana.press("Check before sending")
    dana.reads(re.compile("^Check the offer to "))
    dana.press("Send the offer")
    dana.says("The offer is on its way to")
    assert dana.clicks <= 7, "from the queue to the offer sent"

    ana.go("/cases/")
    ana.reads(MUSEUM)
    ana.says("We are finding your consultant.")
    ana.says("Dana Whitfield")
    assert MUSEUM not in letters_to(live.app, address_of(live, "C07"))[0][1]


@with_and_without_javascript
def test_a_question_first_then_the_decision(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana, ana = visitor(DANA), visitor()
    begins(dana, MUSEUM)
    dana.choose("Your decision", "Talk first: a foundation question is open")
    dana.type("Your question", "Who of your board stands behind this?")
    dana.press("Save the decision")
    dana.says("Your question is on its way.")

    link, letter = next((link, text) for link, text in letters_to(live.app, ANA) if "has a question" in text)
    assert "board" not in letter and MUSEUM not in letter
    ana.go(link)
    ana.sign_in(live.app, ANA)
    ana.says("Who of your board stands behind this?")
    if ana.page.get_by_role("link", name="Answer the question").count():
        ana.follow("Answer the question")
    ana.reads("A question for you")
    ana.type("Your answer", "All of them; they voted in October.")
    ana.press("Send the answer")
    ana.says("Your answer is sent. Thank you.")

    dana.go("/reviews/")
    dana.follow(MUSEUM)
    dana.says("All of them; they voted in October.")
    dana.choose("Your decision", "Accept")
    dana.press("Save the decision")
    dana.says("The decision is saved. Now the offer.")


@with_and_without_javascript
def test_a_referral_names_other_places_and_keeps_the_door_open(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live, "O09")
    dana, ana = visitor(DANA), visitor(ANA)
    begins(dana, "Rose Hill University")
    dana.press("Save the decision")
    dana.says("The decision is saved, and the applicant is told.")

    ana.go("/cases/")
    ana.says("Referred elsewhere")
    if ana.runs_scripts:
        looks_right(ana.page)
    ana.follow("Ask for a second look")
    ana.type("What should we look at again?", "Our new president has recognized the union.")
    ana.press("Send")
    ana.says("A person looks at it again.")


def test_what_is_missing_in_a_decision_comes_first(live: Live, visitor: Arrive) -> None:
    a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    dana.choose("Your decision", "Refer elsewhere, public resources only")
    dana.press("Save the decision")
    expect(dana.page).to_have_title(re.compile("^Error: "))
    expect(dana.page.get_by_role("group", name=re.compile("^Please look at"))).to_be_focused()
    expect(dana.group("Your decision").get_by_label("Refer elsewhere, public resources only")).to_be_checked()
    looks_right(dana.page)


@with_and_without_javascript
def test_a_decision_on_what_has_changed_is_kept_and_looked_at_again(live: Live, visitor: Arrive) -> None:
    ref = a_submitted_case(live)
    dana = visitor(DANA)
    begins(dana, MUSEUM)
    dana.type("What the applicant reads", "We come on Monday.")
    with live.app_context():
        case = db.session.scalars(sa.select(Case).where(Case.ref == ref)).one()
        case.document = {**(case.document or {}), "hours_budget": "under_30"}
        db.session.commit()

    dana.press("Save the decision")
    dana.says("This recommendation no longer holds")
    expect(dana.page.get_by_role("textbox", name="What the applicant reads")).to_have_value(
        "We come on Monday."
    )
    dana.press("Compute again")
    dana.says("The recommendation was computed again.")
    dana.press("Save the decision")
    dana.says("The decision is saved.")
