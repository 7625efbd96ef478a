"""An employer with two groups of staff applies: from the first question to the reference, on two devices."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Live
from tests.browser.tools import axe_clean, fits, with_and_without_javascript
from tests.browser.visitors import Arrive, Visitor, letters_to

ANA = "ana.ruiz@example.org"


def checks_whether_it_fits(ana: Visitor) -> None:
    ana.go("/")
    ana.follow("See if we fit")
    for answer in ("I lead or manage", "A nonprofit with a social-justice mission", "Petition filed"):
        ana.pick(answer)
        ana.press("Continue")
    ana.select("In which state do most of your staff work?", "New York")
    ana.press("Continue")
    ana.choose("We support our staff's right to a union", "Yes")
    ana.choose("Our labor lawyer shares these values", "Not sure yet")
    ana.choose("We share what we learn", "Yes")
    ana.press("Continue")
    ana.reads("Yes, this is for you")
    ana.follow("Start the application")


def tells_the_organization(ana: Visitor) -> None:
    ana.reads("Your organization")
    ana.type("Name of your organization", "Harbor Light Services")
    ana.choose("What kind of organization is it?", "Nonprofit")
    ana.choose("Is social justice part of your mission?", "Yes")
    ana.select("Field of work", "Human services")
    ana.type("City", "Queens")
    ana.type("County", "Queens")
    ana.select("State", "New York")
    ana.number("How many people work there?", 143)
    ana.number("How many of them supervise others?", 19)
    ana.select("Budget for one year", "$5 to $15 million")
    ana.type("Your own role there", "Executive director")
    ana.press("Save and continue")


def tells_two_groups(ana: Visitor) -> None:
    ana.reads("Your people and the union")
    ana.choose("Is there a group of staff that has a union or wants one?", "Yes, one or more")
    ana.press("Add another group")
    for number, (label, stage, union, size) in enumerate(
        (
            ("Case managers", "Petition filed", "CWA Local 1180", 60),
            ("Kitchen and drivers", "Organizing is known", "", 22),
        ),
        start=1,
    ):
        group = ana.group(f"Group {number}")
        ana.type("Which group of staff?", label, within=group)
        ana.select("Where does this group stand?", stage, within=group)
        ana.type("Which union, and which local?", union, within=group)
        ana.number("About how many people are in it?", size, within=group)
    ana.choose(
        "Is any of this going on in the whole organization?", "Conflict around race, power or polarization"
    )
    ana.press("Save and continue")


def tells_dates_and_needs(ana: Visitor) -> None:
    ana.reads("Dates that matter")
    ana.select("What happens, or happened, on that day?", "Vote scheduled")
    ana.type("When?", "December 17, 2026")
    ana.select("For which group?", "Case managers")
    ana.press("Save and continue")
    ana.reads("What would help")
    ana.select("Responding to a request for recognition", "Must have")
    ana.select("Training for managers and supervisors", "Important")
    ana.type("What is going on, and what do you hope for?", "Our supervisors do not know what they may say.")
    ana.press("Save and continue")


def tells_the_rest(ana: Visitor) -> None:
    ana.reads("Common ground and your lawyer")
    ana.choose("We support our staff's right to a union", "Yes")
    ana.choose("Our labor lawyer shares these values", "Not sure yet")
    ana.choose("We share what we learn", "Yes")
    ana.type("Your labor lawyer or firm", "Stone and Partners")
    ana.press("Save and continue")
    ana.reads("Time, budget and language")
    ana.choose("How soon do you need help?", "Right away")
    ana.choose("How many hours with a consultant do you have in mind?", "30 to 50 hours")
    ana.choose("How would you like to meet?", "Online")
    ana.press("Save and continue")
    ana.reads("Conflicts to look out for")
    ana.choose("Does your organization belong to a larger one", "No")
    ana.press("Save and continue")


@with_and_without_javascript
def test_an_employer_applies_on_two_devices(live: Live, visitor: Arrive) -> None:
    ana = visitor()
    checks_whether_it_fits(ana)
    ana.reads("Start or return")
    ana.sign_in(live.app, ANA)

    ana.reads("Start an application")
    expect(ana.page.get_by_role("radio", name="Nonprofit with a social-justice mission")).to_be_checked()
    ana.type("Your name", "Ana Ruiz")
    ana.press("Start")
    ana.reads("Your application")
    ana.follow(re.compile("^Continue with"))
    tells_the_organization(ana)
    tells_two_groups(ana)
    tells_dates_and_needs(ana)

    ana.choose("We share what we learn", "Not sure yet")
    ana.press("Save and come back later")
    ana.says("Saved. You can come back whenever you like.")
    ana.says("4 of 7 parts done")
    first = ana

    ana = visitor()
    ana.go("/sign-in")
    ana.sign_in(live.app, ANA)
    ana.reads("Your application")
    ana.follow(re.compile("^Continue with"))
    expect(ana.group("We share what we learn").get_by_label("Not sure yet")).to_be_checked()
    assert ana.clicks <= 3, "a draft is taken up again with three presses"
    tells_the_rest(ana)

    ana.reads("Check your answers")
    ana.says("Kitchen and drivers")
    ana.says("Thursday, 17 December 2026")
    ana.tick("I have read this")
    ana.press("Send the application")
    ana.reads("Your application has arrived")
    ana.says("You have an answer by")
    reference = ana.page.get_by_text(re.compile(r"^LL-[A-Z0-9]+$")).first.inner_text()
    if ana.runs_scripts:
        expect(ana.page.get_by_role("button", name="Print or save your answers")).to_be_visible()
        axe_clean(ana.page)
    fits(ana.page)
    assert first.clicks + ana.clicks <= 60 and first.pages + ana.pages <= 40

    first.page.reload()
    first.says(reference)
    assert any(reference not in text and "Harbor" not in text for _link, text in letters_to(live.app, ANA))


@with_and_without_javascript
def test_what_is_missing_is_listed_and_kept(live: Live, visitor: Arrive) -> None:
    ana = visitor("")
    ana.go("/applications/new?line=nonprofit")
    ana.type("Your name", "Ana Ruiz")
    ana.press("Start")
    ana.follow("See all answers")
    ana.says("Some parts are still open")
    expect(ana.page.get_by_role("button", name="Send the application")).to_have_count(0)

    ana.follow("Your organization")
    ana.type("Name of your organization", "Harbor Light Services")
    ana.press("Save and continue")

    expect(ana.page).to_have_title(re.compile("^Error: "))
    ana.says("Choose what kind of organization it is.")
    expect(ana.page.get_by_role("textbox", name="Name of your organization")).to_have_value(
        "Harbor Light Services"
    )
    if ana.runs_scripts:
        expect(ana.page.get_by_role("group", name=re.compile("^Please look at"))).to_be_focused()
    ana.follow("Choose what kind of organization it is.")
    expect(ana.page.get_by_role("radio", name="Nonprofit")).to_be_focused()
