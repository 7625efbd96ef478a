"""Hours week by week: the table, one row by itself, a pause, and what the rest of the house makes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import answers_to_offers, availability, conflict_checks
from lab.actions.engaging import TooFewHours
from lab.database import db, now
from lab.errors import BadInput, NotAllowed
from lab.matching.weeks import weeks_ahead
from lab.models import Consultant, Offer
from lab.queries.capacity import free_hours, weeks_of
from lab.queries.matching import consultants_for_matching
from tests import an_offer
from tests.clients import Clock, LabClient
from tests.pages import Page

SignIn = Callable[..., LabClient]
PAGE = "/profile/availability"


@pytest.fixture
def consultant(app: Flask, clock: Clock) -> Consultant:
    """Somebody with twenty-six hours a month: six a week."""
    an_offer.the_consultants()
    row = db.session.scalars(sa.select(Consultant).where(Consultant.ref == "C04")).one()
    row.capacity_hours_month, row.available_from = 26, date(2026, 1, 1)
    db.session.commit()
    return row


def again(row: Consultant) -> Consultant:
    """The profile as it is in the database now."""
    db.session.rollback()
    db.session.refresh(row)
    return row


def mondays() -> list[str]:
    """The weeks that the page shows."""
    return [day.isoformat() for day in weeks_ahead(now().date())]


def test_twelve_weeks_are_filled_from_the_month(consultant: Consultant, signed_in: SignIn) -> None:
    fields = Page(signed_in(consultant.person).get(PAGE).text).form(PAGE).fields
    assert [fields[f"weeks-{number}-hours"] for number in range(12)] == [["6"]] * 12
    assert [fields[f"weeks-{number}-monday"][0] for number in range(12)] == mondays()


def test_only_what_differs_is_kept_and_the_form_of_the_profile_stays_good(
    consultant: Consultant, signed_in: SignIn
) -> None:
    before, browser = consultant.version, signed_in(consultant.person)
    sent = browser.send(PAGE, PAGE, {"weeks-1-hours": "0", "weeks-3-hours": "7.5", "weeks-4-hours": "6"})
    assert sent.location == PAGE
    row = again(consultant)
    assert row.week_hours == {mondays()[1]: 0, mondays()[3]: 7.5}
    assert row.version == before
    assert [week.capacity for week in weeks_of(row, today=now().date())][:4] == [6, 0, 6, 7.5]
    # Six is what the month says: nothing is kept of it.
    browser.send(PAGE, PAGE, {"weeks-1-hours": "6", "weeks-3-hours": "6"})
    assert again(consultant).week_hours == {}


def test_a_row_is_saved_by_itself_and_says_so(consultant: Consultant, signed_in: SignIn) -> None:
    browser = signed_in(consultant.person)
    sent = browser.send(
        PAGE, PAGE, {"do": mondays()[2], "weeks-2-hours": "3,5", "weeks-5-hours": "1"}, htmx=True
    )
    assert sent.status_code == 200
    assert sent.text.lstrip().startswith('<tr id="week-2"')
    assert 'hx-swap-oob="innerHTML:#status"' in sent.text
    assert again(consultant).week_hours == {mondays()[2]: 3.5}  # the other row waits for its own button
    refused = browser.send(PAGE, PAGE, {"do": mondays()[2], "weeks-2-hours": "many"}, htmx=True)
    assert refused.status_code == 422
    assert "Type a number from 0 to 60." in refused.text
    assert again(consultant).week_hours == {mondays()[2]: 3.5}


def test_two_windows_do_not_undo_each_other(consultant: Consultant, signed_in: SignIn) -> None:
    browser = signed_in(consultant.person)
    first = dict(Page(browser.get(PAGE).text).form(PAGE).fields)
    second = dict(first)
    browser.post(PAGE, data={**first, "weeks-1-hours": "1"})
    browser.post(PAGE, data={**second, "weeks-2-hours": "2"})
    assert again(consultant).week_hours == {mondays()[1]: 1, mondays()[2]: 2}


@pytest.mark.parametrize("typed", ["", "many", "-1", "61", "nan", "inf"])
def test_what_is_no_number_of_hours_comes_back_with_words(
    consultant: Consultant, signed_in: SignIn, typed: str
) -> None:
    refused = signed_in(consultant.person).send(PAGE, PAGE, {"weeks-0-hours": typed, "weeks-1-hours": "2"})
    assert refused.status_code == 422
    assert "<title>Error:" in refused.text
    assert "Type a number from 0 to 60." in refused.text
    assert Page(refused.text).form(PAGE).fields["weeks-1-hours"] == ["2"]
    assert again(consultant).week_hours == {}


def test_a_page_of_another_week_changes_nothing(
    consultant: Consultant, signed_in: SignIn, clock: Clock
) -> None:
    browser = signed_in(consultant.person)
    fields = dict(Page(browser.get(PAGE).text).form(PAGE).fields)
    clock.go(days=7)
    later = signed_in(consultant.person)
    token = Page(later.get(PAGE).text).form(PAGE).fields["csrf_token"]
    refused = later.post(PAGE, data={**fields, "csrf_token": token, "weeks-0-hours": "1"})
    assert refused.status_code == 422
    assert "These weeks have changed" in refused.text
    assert again(consultant).week_hours == {}


def test_a_pause_is_written_into_the_table_once(consultant: Consultant, signed_in: SignIn) -> None:
    browser, base = signed_in(consultant.person), f"{PAGE}/pause"
    first = date.fromisoformat(mondays()[2])
    days = {
        "first": (first + timedelta(days=3)).isoformat(),
        "last": (first + timedelta(days=13)).isoformat(),
    }
    fields = {**Page(browser.get(PAGE).text).form(base).fields, **days}
    browser.post(base, data=fields)
    browser.post(base, data=fields)  # pressed twice
    assert again(consultant).week_hours == {mondays()[2]: 2.6, mondays()[3]: 0}
    refused = browser.send(PAGE, base, {"first": days["last"], "last": days["first"]})
    assert refused.status_code == 422
    assert "The last day comes after the first." in refused.text
    far = browser.send(PAGE, base, {"first": "2028-01-01", "last": "2028-01-09"})
    assert (far.status_code, "in the next twelve weeks" in far.text) == (422, True)


def test_nobody_else_changes_the_weeks(consultant: Consultant) -> None:
    other = an_offer.person_of("C05")
    with pytest.raises(NotAllowed):
        availability.say_weeks(consultant.id, {}, by=other)
    with pytest.raises(BadInput):
        availability.say_weeks(consultant.id, {date(2027, 1, 2): 3}, by=consultant.person)


def test_matching_and_offers_count_with_the_weeks(consultant: Consultant) -> None:
    day = now().date()
    window = {"starts_on": day, "ends_on": day + timedelta(days=91)}
    assert free_hours(consultant, **window) == 26
    off = dict.fromkeys(weeks_ahead(day), 0.0)
    availability.say_weeks(consultant.id, off, by=consultant.person)
    row = again(consultant)
    left = free_hours(row, **window)
    assert left < 4  # only the days after the twelve weeks are left
    found = next(one for one in consultants_for_matching(day) if one.ref == row.ref)
    assert found.capacity_hours_month == left
    assert (row.capacity_hours_month, row.profile["capacity_hours_month"] is not None) == (26, True)


def test_weeks_off_meanwhile_stop_an_acceptance(app: Flask, clock: Clock) -> None:
    an_offer.the_consultants()
    offer: Offer = an_offer.send(an_offer.a_decided_case())
    person, row = offer.consultant.person, offer.consultant
    conflict_checks.show_identity(offer.ref, promised=True, by=person)
    none = dict.fromkeys(conflict_checks.QUESTIONS, "none")
    db.session.refresh(offer)
    conflict_checks.answer_conflicts(offer.ref, none, version=offer.version, key="", by=person)
    db.session.refresh(offer)
    off = {monday: 0.0 for monday in weeks_ahead(now().date()) if monday > offer.starts_on}
    availability.say_weeks(row.id, off, by=person)
    with pytest.raises(TooFewHours) as refused:
        answers_to_offers.accept(offer.ref, version=offer.version, key="", by=person)
    assert refused.value.free < refused.value.wanted


def test_after_sixty_days_home_asks_and_one_press_answers(
    consultant: Consultant, signed_in: SignIn, clock: Clock
) -> None:
    asks = "Is your availability still right?"
    clock.go(days=60)
    assert asks not in signed_in(consultant.person).get("/offers/").text
    clock.go(days=1)
    browser = signed_in(consultant.person)
    shown = browser.get("/offers/")
    assert asks in shown.text
    assert PAGE in Page(shown.text).links
    browser.send("/offers/", "/profile/still-right")
    assert asks not in browser.get("/offers/").text
    # Hours that were said count as an answer too.
    clock.go(days=61)
    signed_in(consultant.person).send(PAGE, PAGE, {"weeks-1-hours": "2"})
    assert asks not in signed_in(consultant.person).get("/offers/").text


def test_the_day_it_was_told_is_the_day_where_the_consultant_is(
    consultant: Consultant, signed_in: SignIn, clock: Clock
) -> None:
    consultant.person.time_zone = "Pacific/Honolulu"
    consultant.reviewed_at = datetime(2026, 8, 2, 5, tzinfo=UTC)  # the evening before, in Hawaii
    db.session.commit()
    clock.set(datetime(2026, 11, 19, 20, tzinfo=UTC))
    assert "1 August 2026" in signed_in(consultant.person).get("/offers/").text


def test_a_director_reads_how_old_the_hours_are(app: Flask, signed_in: SignIn, clock: Clock) -> None:
    an_offer.the_consultants()
    case = an_offer.a_decided_case()
    first, second = an_offer.candidates_of(case)[:2]
    for ref, days in ((first, 75), (second, 60)):
        row = db.session.scalars(sa.select(Consultant).where(Consultant.ref == ref)).one()
        row.reviewed_at = now() - timedelta(days=days)
    db.session.commit()
    shown = signed_in(case.director).get(f"/reviews/{case.ref}").text
    assert "Availability told 75 days ago." in shown
    assert "Availability told 60 days ago." not in shown
