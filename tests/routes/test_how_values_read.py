"""Shares in percent, counted sentences and labels read the same on every page, in both languages."""

import re
from datetime import UTC, datetime

import pytest
from flask import g
from flask_babel import force_locale

from lab.forms.intake.time import _share_of_budget
from lab.showing import clock, percent
from lab.viewer import Viewer
from tests import an_offer
from tests.factories import a_case, the_supports


@pytest.mark.parametrize(
    ("share", "digits", "english", "spanish"),
    [(0.8312, 0, "83%", "83\xa0%"), (0.07, 0, "7%", "7\xa0%"), (1, 0, "100%", "100\xa0%"),
     (0.00073, 2, "0.07%", "0,07\xa0%"), (0.125, 1, "12.5%", "12,5\xa0%"), (0.5, 2, "50%", "50\xa0%")],
)  # fmt: skip
def test_a_share_is_written_as_its_language_does(app, share, digits, english, spanish):
    for locale, told in (("en", english), ("es", spanish)):
        with app.test_request_context("/"), force_locale(locale):
            assert percent(share, digits) == told


@pytest.mark.parametrize(("zone", "told"), [("America/Los_Angeles", "09:05"), ("Europe/Madrid", "18:05")])
@pytest.mark.parametrize("locale", ["en", "es"])
def test_a_time_of_day_is_that_of_its_reader(app, locale, zone, told):
    with app.test_request_context("/"), force_locale(locale):
        g.viewer = Viewer(person_id=1, time_zone=zone)
        assert clock(datetime(2026, 11, 23, 17, 5, tzinfo=UTC)) == told


def test_a_price_says_its_share_of_the_budget_in_the_same_way(app):
    with app.test_request_context("/"), force_locale("en"):
        assert _share_of_budget(9750, "5m_15m") == "0.07% to 0.2% of your yearly budget"


@pytest.fixture
def reviewed(app, clock):
    an_offer.the_consultants()
    the_supports()
    return an_offer.a_decided_case("O03")


def test_the_confidence_of_a_review_is_a_share_like_any_other(reviewed, signed_in):
    text = signed_in(reviewed.director).get(f"/reviews/{reviewed.ref}").text
    assert re.search(r"Confidence \d+%", text) and not re.search(r"\d %", text)


def test_what_was_cleared_is_one_line_with_each_reason_once(reviewed, signed_in):
    from lab.actions.follow_up import latest_decision
    from lab.database import db

    decision = latest_decision(reviewed.id)
    decision.cleared_looks = [
        {"look": "case:0", "reason": "Asked both sides."}, {"look": "C02:0", "reason": "Asked both sides."},
        {"look": "C02:1", "reason": "The board agreed."}, {"look": "C02:2", "reason": ""},
    ]  # fmt: skip
    db.session.commit()
    text = signed_in(reviewed.director).get(f"/reviews/{reviewed.ref}").text
    assert text.count("Why nothing stood in the way") == 1
    assert text.count("Asked both sides.") == 1 and "Asked both sides.\nThe board agreed." in text


@pytest.mark.parametrize(
    ("locale", "look", "but"), [("en", "Look:", "But:"), ("es", "Por revisar:", "Pero:")]
)
def test_what_to_look_at_has_one_label(app, clock, signed_in, locale, look, but):
    an_offer.the_consultants()
    case = a_case(told_as="O03")
    browser = signed_in("director")
    with browser.session_transaction() as session:
        session["locale"] = locale
    seen = 0
    for ref in (case.ref, *(a_case(told_as=one).ref for one in ("O02", "O10", "O12"))):
        text = re.sub(r"<[^>]+>|\s+", " ", browser.get(f"/reviews/{ref}").text)
        text = re.sub(r"\s+", " ", text)
        assert f"{but} {look}" not in text
        seen += text.count(f" {look} ")
    assert seen


def test_the_commitments_are_asked_in_a_sentence(app, client):
    page = client.get("/fit?role=leader&kind=nonprofit&stage=petition_filed&state=CA").text
    assert "Can your organization agree to these commitments?" in page
