"""The consultant's pages: home, three steps, kind ends, the work, the profile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar

from lab.actions import conflict_checks, follow_up, reviews
from lab.clock import program_day, working_days_after
from lab.database import db, now, transaction
from lab.models import Case, Consultant, Engagement, Offer
from lab.queries.capacity import weeks_of
from tests import an_offer, factories
from tests.clients import Clock, LabClient
from tests.pages import Page

SignIn = Callable[..., LabClient]


@pytest.fixture
def offer(app: Flask, clock: Clock) -> Offer:
    """An offer that waits for its answer."""
    an_offer.the_consultants()
    return an_offer.send(an_offer.a_decided_case())


def again(offer: Offer) -> Offer:
    """The offer as it is in the database now."""
    db.session.rollback()
    db.session.refresh(offer)
    return offer


def test_from_the_mail_to_the_work_in_four_presses(offer: Offer, signed_in: SignIn) -> None:
    case: Case = offer.case
    secrets = [case.organization, case.ref, case.document["organization"]["city"]]  # type: ignore[index]
    browser, base = signed_in(offer.consultant.person), f"/offers/{offer.ref}"
    first = browser.get(base).text
    assert not [secret for secret in secrets if secret in first]
    before = browser.get(f"{base}/conflicts").text
    assert case.organization not in before
    assert browser.send(f"{base}/conflicts", f"{base}/names", {"promise": "y"}).status_code == 303
    names = browser.get(f"{base}/conflicts").text
    assert case.organization in names
    assert case.owner.email not in names
    answered = browser.send(f"{base}/conflicts", f"{base}/conflicts", {"all": "none"})
    assert answered.location == f"{base}/answer"
    assert browser.send(f"{base}/answer", f"{base}/accept").location == base
    work = browser.get(base).text
    assert case.organization in work
    assert case.owner.email in work


def test_no_name_is_shown_without_the_tick(offer: Offer, signed_in: SignIn) -> None:
    browser, base = signed_in(offer.consultant.person), f"/offers/{offer.ref}"
    page = Page(browser.get(f"{base}/conflicts").text)
    assert "promise" not in page.form(f"{base}/names").fields  # nobody has ticked it for them
    refused = browser.send(f"{base}/conflicts", f"{base}/names")
    assert refused.status_code == 422
    assert "<title>Error:" in refused.text
    assert "Tick that you keep this confidential." in refused.text
    assert offer.case.organization not in refused.text
    assert again(offer).identity_shown_at is None
    # Without the promise the four answers are not taken either.
    fields = {**page.form(f"{base}/names").fields, "all": "none", "version": str(offer.version)}
    assert browser.post(f"{base}/conflicts", data=fields).status_code == 409
    assert browser.send(f"{base}/conflicts", f"{base}/names", {"promise": "y"}).status_code == 303
    assert again(offer).identity_shown_at is not None


def accepted(offer: Offer, browser: LabClient) -> str:
    """The offer, accepted by its consultant; gives its address."""
    base = f"/offers/{offer.ref}"
    browser.send(f"{base}/conflicts", f"{base}/names", {"promise": "y"})
    browser.send(f"{base}/conflicts", f"{base}/conflicts", {"all": "none"})
    browser.send(f"{base}/answer", f"{base}/accept")
    return base


def test_the_first_contact_goes_into_a_calendar_and_names_nobody(offer: Offer, signed_in: SignIn) -> None:
    browser = signed_in(offer.consultant.person)
    entry = f"/offers/{offer.ref}/first-contact.ics"
    assert browser.get(entry).status_code == 404  # there is no work yet
    base = accepted(offer, browser)
    shown = browser.get(base).text
    assert entry in Page(shown).links
    file = browser.get(entry)
    assert file.mimetype == "text/calendar"
    event = Calendar.from_ical(file.text).walk("VEVENT")[0]
    day = working_days_after(program_day(now()), 2)
    assert (event["summary"], event.decoded("dtstart")) == ("Learning Lab", day)
    assert event.decoded("dtend") == day + timedelta(days=1)
    assert str(event["url"]).endswith(base)
    said = shown.partition('id="calendar-text">')[2].partition("<")[0]
    assert said.startswith("Learning Lab, ")
    assert base in said
    case = offer.case
    unions = [unit["union"] for unit in case.document["bargaining_units"] if unit.get("union")]  # type: ignore[index]
    for secret in (case.organization, case.ref, case.owner.email, *unions):
        assert secret not in file.text
        assert secret not in said
    assert signed_in(an_offer.person_of("C05")).get(entry).status_code == 404


def test_accepting_twice_and_going_back_is_one_piece_of_work(offer: Offer, signed_in: SignIn) -> None:
    browser, base = signed_in(offer.consultant.person), f"/offers/{offer.ref}"
    browser.send(f"{base}/conflicts", f"{base}/names", {"promise": "y"})
    browser.send(f"{base}/conflicts", f"{base}/conflicts", {"all": "none"})
    yes = dict(Page(browser.get(f"{base}/answer").text).form(f"{base}/accept").fields)
    assert browser.post(f"{base}/accept", data=yes).location == base
    assert browser.post(f"{base}/accept", data=yes).location == base  # pressed twice
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Engagement)) == 1
    # The pages before lead to what became of it, and an old form to decline changes nothing.
    for path in ("/conflicts", "/answer"):
        assert browser.get(f"{base}{path}").location == base
    assert browser.post(f"{base}/decline", data={**yes, "key": "another"}).status_code == 409
    assert again(offer).state == "accepted"


def test_work_that_somebody_else_took_says_so(offer: Offer, signed_in: SignIn) -> None:
    person, case = offer.consultant.person, offer.case
    second = an_offer_for_the_same_work(offer, an_offer.candidates_of(case)[1])
    accepted(offer, signed_in(person))
    shown = signed_in(again(second).consultant.person).get(f"/offers/{second.ref}").text
    assert "Somebody else has taken this work" in shown
    assert person.name not in shown
    assert f"/offers/{second.ref}/question" in Page(shown).links


def an_offer_for_the_same_work(offer: Offer, ref: str) -> Offer:
    """A second offer for the slot of the first, as offers that were sent at the same time are."""
    consultant = db.session.scalars(sa.select(Consultant).where(Consultant.ref == ref)).one()
    names = [column.key for column in sa.inspect(Offer).columns if column.key not in ("id", "ref", "version")]
    second = Offer(**{**{name: getattr(offer, name) for name in names}, "consultant_id": consultant.id})
    db.session.add(second)
    db.session.commit()
    return second


def test_an_offer_of_somebody_else_is_not_there(offer: Offer, signed_in: SignIn) -> None:
    browser = signed_in(an_offer.person_of("C05"))
    for path in ("", "/conflicts", "/answer", "/question"):
        assert browser.get(f"/offers/{offer.ref}{path}").status_code == 404
    for path in ("names", "conflicts", "accept", "counter", "decline", "why", "time", "question"):
        fields = {"csrf_token": Page(browser.get("/profile/").text).form("/profile/").fields["csrf_token"]}
        assert browser.post(f"/offers/{offer.ref}/{path}", data=fields).status_code == 404
    assert again(offer).state == "offered"


def test_declining_is_one_press_and_a_reason_may_follow(offer: Offer, signed_in: SignIn) -> None:
    browser, base = signed_in(offer.consultant.person), f"/offers/{offer.ref}"
    browser.send(base, f"{base}/decline")
    assert again(offer).state == "declined"
    assert "Nothing counts against you" in browser.get(base).text
    browser.send(base, f"{base}/why", {"reason": "timing", "note": "In March."})
    assert again(offer).decline_reason == "timing"


def test_reading_changes_nothing(offer: Offer, signed_in: SignIn) -> None:
    browser, base = signed_in(offer.consultant.person), f"/offers/{offer.ref}"
    before = again(offer).version
    for path in ("/offers/", base, f"{base}/conflicts", f"{base}/answer", f"{base}/question", "/profile/"):
        browser.get(path)
    assert again(offer).version == before


def test_questions_without_an_answer_come_back_with_words(offer: Offer, signed_in: SignIn) -> None:
    browser, base = signed_in(offer.consultant.person), f"/offers/{offer.ref}"
    browser.send(f"{base}/conflicts", f"{base}/names", {"promise": "y"})
    refused = browser.send(f"{base}/conflicts", f"{base}/conflicts", {"family": "none"})
    assert refused.status_code == 422
    assert "<title>Error:" in refused.text
    assert "Say whether there is money" in refused.text


def test_too_late_is_a_kind_page_with_a_way_on(offer: Offer, signed_in: SignIn, clock: Clock) -> None:
    clock.set(offer.reply_by + timedelta(minutes=5))
    shown = signed_in(offer.consultant.person).get(f"/offers/{offer.ref}")
    assert shown.status_code == 200
    assert "The time to answer is over" in shown.text
    assert f"/offers/{offer.ref}/question" in Page(shown.text).links


def test_too_few_hours_say_so_and_offer_fewer(offer: Offer, signed_in: SignIn) -> None:
    person, base = offer.consultant.person, f"/offers/{offer.ref}"
    browser = signed_in(person)
    conflict_checks.show_identity(offer.ref, promised=True, by=person)
    none = dict.fromkeys(conflict_checks.QUESTIONS, "none")
    conflict_checks.answer_conflicts(offer.ref, none, version=again(offer).version, key="", by=person)
    offer.consultant.capacity_hours_month = 6
    db.session.commit()
    refused = browser.send(f"{base}/answer", f"{base}/accept")
    assert refused.status_code == 409
    assert "4 too few" in refused.text
    assert Page(refused.text).form(f"{base}/counter").fields["hours_month"] == ["6"]
    assert browser.send(f"{base}/answer", f"{base}/counter", {"hours_month": "6"}).status_code == 303
    assert "The director has it now" in browser.get(base).text


def test_home_shows_offers_work_and_an_empty_house(offer: Offer, signed_in: SignIn, clock: Clock) -> None:
    mine = signed_in(offer.consultant.person).get("/offers/").text
    assert f"/offers/{offer.ref}" in Page(mine).links
    assert "days left" in mine
    assert "Nothing waits for you" in signed_in(an_offer.person_of("C06")).get("/offers/").text
    clock.go(days=61)
    assert "Is your availability still right?" in signed_in(an_offer.person_of("C06")).get("/offers/").text


def test_a_profile_is_kept_and_its_rows_come_and_go(offer: Offer, signed_in: SignIn) -> None:
    row: Consultant = offer.consultant
    browser = signed_in(row.person)
    skills = list(row.profile["skills"])
    saved = browser.send("/profile/", "/profile/", {"capacity_hours_month": "22", "do": "save"})
    assert saved.status_code == 303
    db.session.rollback()
    db.session.refresh(row)
    assert (row.capacity_hours_month, row.profile["capacity_hours_month"]) == (22, 22)
    assert {one["need"] for one in row.profile["skills"]} == {
        one if isinstance(one, str) else one["need"] for one in skills
    }
    before = len(row.profile["conflicts"] or [])
    added = browser.send("/profile/", "/profile/", {"do": "add"}).text
    name = f"conflicts-{before}-party"
    fields = Page(added).form("/profile/").fields
    assert name in fields
    row_name = name.removesuffix("party")
    kinds = {f"{row_name}party_kind": "organization", f"{row_name}relationship": "board"}
    browser.post("/profile/", data={**fields, **kinds, name: "Harbor House", "do": "save"})
    db.session.rollback()
    db.session.refresh(row)
    assert row.profile["conflicts"][-1]["party"] == "Harbor House"
    browser.send("/profile/", "/profile/", {"do": f"remove-{before}"})
    db.session.refresh(row)
    assert len(row.profile["conflicts"]) == before + 1  # nothing is gone until it is saved


def test_a_profile_needs_a_language_and_a_number(offer: Offer, signed_in: SignIn) -> None:
    browser = signed_in(offer.consultant.person)
    refused = browser.send("/profile/", "/profile/", {"capacity_hours_month": "many", "languages": None})
    assert refused.status_code == 422
    assert "Choose at least one language" in refused.text


def test_a_question_reaches_the_director_and_comes_back(offer: Offer, signed_in: SignIn) -> None:
    base, desk = f"/offers/{offer.ref}", f"/reviews/{offer.case.ref}/offer"
    browser, director = signed_in(offer.consultant.person), signed_in(offer.case.director)
    browser.send(f"{base}/question", f"{base}/question", {"text": "Are evenings possible?"})
    assert "Are evenings possible?" in director.get(desk).text
    director.send(desk, f"/reviews/{offer.case.ref}/offers/{offer.ref}/reply", {"reason": "Yes, they are."})
    assert "Yes, they are." in browser.get(base).text


def test_the_hours_that_stay_are_those_of_the_bars(offer: Offer, signed_in: SignIn) -> None:
    """Hours that another offer holds are neither free in the sentence nor in the table of weeks."""
    who, month = offer.consultant, offer.hours_month
    bare = who.capacity_hours_month - month
    page = f"/offers/{offer.ref}"
    assert f"leaves you {bare} hours a month" in signed_in(who.person).get(page).text
    other = an_offer_for_another_case(offer, hours_month=bare - 1)
    text = signed_in(who.person).get(page).text
    assert "leaves you 1 hour a month" in text and "Held for other offers" in text
    weeks = weeks_of(
        again(offer).consultant, today=offer.starts_on, hours_month=month, starts_on=offer.starts_on,
        ends_on=offer.ends_on, but_offers_of=offer.case_id,
    )  # fmt: skip
    full = [week for week in weeks if week.starts_on > offer.starts_on and week.this]
    assert full and all(round(week.free * 52 / 12) == 1 for week in full[:4])
    with transaction():
        db.session.get_one(Offer, other.id).hours_month = bare + 3
    assert "3 more than you have free" in signed_in(who.person).get(page).text


def an_offer_for_another_case(offer: Offer, *, hours_month: int) -> Offer:
    """The same consultant is asked for other work over the same days."""
    case = factories.a_case(told_as="O06", state="offering", director=offer.case.director)
    row = reviews.compute(case.id)
    with transaction():
        made = Offer(
            case_id=case.id, consultant_id=offer.consultant_id, recommendation_id=row.id, hours_low=1,
            hours_high=9, hours_month=hours_month, starts_on=offer.starts_on, ends_on=offer.ends_on,
            summary=offer.summary, sent_by_id=offer.sent_by_id, sent_at=now(), reply_by=offer.reply_by,
        )  # fmt: skip
        db.session.add(made)
    return made


def test_work_that_has_ended_is_found_from_the_list(offer: Offer, signed_in: SignIn) -> None:
    browser = signed_in(offer.consultant.person)
    accepted(offer, browser)
    assert "Work that has ended" not in browser.get("/offers/").text
    director = again(offer).case.director
    assert director is not None
    follow_up.close(offer.case_id, by=director)
    page = Page(browser.get("/offers/").text)
    assert f"/offers/{offer.ref}" in page.links
    assert "Work that has ended" in browser.get("/offers/").text
    assert "come to its end" in browser.get(f"/offers/{offer.ref}").text
