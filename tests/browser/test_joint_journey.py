"""A school team with four seats applies: both sides on one page, each with notes that the other never sees."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Live
from tests.browser.drafts import fill_what_is_open
from tests.browser.tools import axe_clean, fits, with_and_without_javascript
from tests.browser.visitors import Arrive, Visitor, letters_to

PETRA, BERTA, CURTIS, PAULA = (f"{name}@example.org" for name in ("petra", "berta", "curtis", "paula"))
TEAM = (
    (BERTA, "Berta Ruiz", "Union side", "President of the teachers' union"),
    (CURTIS, "Curtis Yamada", "Union side", "President of the classified union"),
    (PAULA, "Paula Ashby", "Management side", "School board member"),
)
MANAGEMENT_NOTE = "Our reserve is thinner than the county believes."
UNION_NOTE = "Two of our stewards are tired of waiting."


def begins(petra: Visitor, live: Live) -> None:
    petra.go("/applications/new?line=schools")
    petra.sign_in(live.app, PETRA)
    petra.reads("Start an application")
    petra.choose(
        "For school teams: which side are you on?", "Management: district, county office, charter, board"
    )
    petra.type("Your name", "Petra Lindqvist")
    petra.press("Start")
    petra.follow("Your organization")
    petra.type("Name of your organization", "Feather Ridge Unified")
    petra.choose("What kind of organization is it?", "School district")
    petra.select("County", "Butte")
    petra.number("How many people work there?", 340)
    petra.type("Your own role there", "Superintendent")
    petra.press("Save and continue")
    petra.reads("Your people and the union")


def invites(petra: Visitor, email: str, name: str, side: str, seat: str) -> None:
    petra.type("Their mail address", email)
    petra.type("Their name", name)
    petra.choose("On which side are they?", side)
    petra.select("Which seat do they take?", seat)
    petra.tick("Yes, write to this person now")
    petra.press("Send the invitation")
    petra.says("The invitation is on its way.")


def joins(guest: Visitor, live: Live, email: str, side: str, name: str) -> None:
    """From the mail to the page that tells what they would see, and in."""
    [(link, letter)] = letters_to(live.app, email)
    assert "Feather" not in letter and "Petra" not in letter
    guest.go(link)
    guest.sign_in(live.app, email)
    guest.reads("Petra Lindqvist asks you to join")
    guest.says(side)
    guest.press("Join")
    guest.says("Tick the box if this is your side.")
    guest.tick("This is my side")
    guest.press("Join")
    guest.says("Welcome. You are in.")
    expect(guest.page.get_by_role("banner")).to_contain_text(name)
    expect(guest.page.get_by_role("banner")).to_contain_text(side.lower())


def writes_a_note(member: Visitor, side: str, note: str) -> None:
    member.follow(f"Notes of the {side} side")
    member.says("Only your side and the program see this.")
    member.type("What should your side's reader know that the other side should not read?", note)
    member.press("Save and continue")


@with_and_without_javascript
def test_a_team_of_four_applies_together(live: Live, visitor: Arrive) -> None:
    petra = visitor()
    begins(petra, live)
    petra.page.go_back()
    petra.go("/applications/" + fill_what_is_open(live, PETRA) + "/tasks")
    overview = petra.path
    petra.follow("See or invite your team")
    guests = []
    for email, name, side, seat in TEAM:
        invites(petra, email, name, side, seat)
        guests.append(visitor())
        joins(guests[-1], live, email, side, name)
    berta, curtis, paula = guests

    petra.go(overview)
    writes_a_note(petra, "management", MANAGEMENT_NOTE)
    berta.go(overview)
    writes_a_note(berta, "union", UNION_NOTE)
    for member, own, foreign in (
        (curtis, UNION_NOTE, (MANAGEMENT_NOTE, "notes_management", "Notes of the management side")),
        (paula, MANAGEMENT_NOTE, (UNION_NOTE, "notes_union", "Notes of the union side")),
    ):
        for page in ("tasks", "check", "members"):
            member.go(overview.replace("tasks", page))
            member.is_silent_about(*foreign)
            if page == "check":
                member.says(own)
                expect(member.page.get_by_role("button", name="Confirm for our side")).to_have_count(0)

    check = overview.replace("tasks", "check")
    for lead in (petra, berta):
        lead.go(check)
        lead.tick("I have read this")
        lead.press(re.compile("Confirm for our side|Send the application"))
    berta.reads("Your application has arrived")
    berta.is_silent_about(MANAGEMENT_NOTE, "Notes of the management side")
    petra.go(overview)
    petra.reads("Your application has arrived")
    petra.is_silent_about(UNION_NOTE, "Notes of the union side")
    fits(petra.page)
    if petra.runs_scripts:
        axe_clean(petra.page)


def test_a_change_after_the_confirmation_is_confirmed_again(live: Live, visitor: Arrive) -> None:
    petra = visitor()
    begins(petra, live)
    ref = fill_what_is_open(live, PETRA)
    petra.go(f"/applications/{ref}/members")
    invites(petra, *TEAM[0])
    berta = visitor()
    joins(berta, live, BERTA, "Union side", "Berta Ruiz")
    for lead, side, note in ((petra, "management", MANAGEMENT_NOTE), (berta, "union", UNION_NOTE)):
        lead.go(f"/applications/{ref}/tasks")
        writes_a_note(lead, side, note)
    petra.go(f"/applications/{ref}/check")
    petra.tick("I have read this")
    petra.press("Confirm for our side")
    petra.says("You have confirmed it for your side.")

    berta.go(f"/applications/{ref}/organization?back=check")
    berta.number("How many people work there?", 341)
    berta.press("Save and continue")
    berta.tick("I have read this")
    berta.press("Confirm for our side")
    berta.says("You have confirmed it for your side.")
    petra.go(f"/applications/{ref}/check")
    expect(petra.page.get_by_role("checkbox")).not_to_be_checked()
