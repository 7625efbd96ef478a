"""After a no: the review says who and when, recommends the best of the others, and lets a director ask again."""

import re
from dataclasses import replace

import pytest

from lab.actions import answers_to_offers, decisions, reviews
from lab.clock import program_day
from lab.database import db, now
from lab.matching.result import Recommendation as Match
from lab.models import Offer, Recommendation
from lab.queries import recommendations
from lab.queries.recommendations import Inputs
from lab.queries.reviews import review_of
from lab.said import spoken
from tests import an_offer
from tests.pages import Page


@pytest.fixture
def case(app, clock):
    an_offer.the_consultants()
    return an_offer.a_decided_case()


def decline(offer, reason="timing"):
    answers_to_offers.decline(
        offer.ref, reason=reason, note_text="", version=offer.version, key=f"no-{offer.ref}",
        by=offer.consultant.person,
    )  # fmt: skip


def day():
    return program_day(now())


def plain(text):
    return re.sub(r"\s+", " ", text)


def first_column(text):
    return re.search(r'<span class="name">([^<]+)', text[text.index('id="match"') :])[1]


def test_the_review_recommends_the_best_of_the_others(case, signed_in):
    browser = signed_in(case.director)
    kept = recommendations.newest(case.id).result
    first, second = an_offer.candidates_of(case)[:2]
    sent = an_offer.send(case)
    assert sent.consultant.ref == first
    text = plain(browser.get(f"/reviews/{case.ref}").text)
    assert first_column(text) == sent.consultant.name and "declined this case" not in text

    decline(sent)
    text = plain(browser.get(f"/reviews/{case.ref}").text)
    names = review_of(case).names
    assert first_column(text) == names[second]
    assert f"{sent.consultant.name} declined this case on {spoken(day())}." in text
    assert "Reason: the dates do not work." in text
    shown = review_of(case)
    assert shown.first == second and shown.result.consultants[-1].ref == first
    assert all(first not in (point.first, point.of) for point in shown.result.turning_points)
    assert recommendations.newest(case.id).result == kept  # what was decided on stays as it was


def test_who_gave_no_reason_is_not_asked_for_one(case, signed_in):
    decline(an_offer.send(case), reason="")
    assert "Reason:" not in signed_in(case.director).get(f"/reviews/{case.ref}").text


def test_the_next_offer_is_for_the_next_best_and_who_declined_may_be_asked_again(case, signed_in):
    browser = signed_in(case.director)
    first, second = an_offer.candidates_of(case)[:2]
    decline(an_offer.send(case))
    text = plain(browser.get(f"/reviews/{case.ref}/offer").text)
    names = review_of(case).names
    assert f"Offer to {names[second]}" in text
    assert first not in Page(text).form(f"/reviews/{case.ref}/offer").offers["alternate_1"]
    assert f"{names[first]} declined this case on" in text and f"{names[first]}</a>, " in text
    # Asking somebody again is a choice, and takes the no off the page.
    again = browser.get(f"/reviews/{case.ref}/offer?consultant={first}")
    assert f"Offer to {names[first]}" in again.text
    an_offer.send(case, consultant_ref=first, key="again")
    assert "declined this case" not in browser.get(f"/reviews/{case.ref}").text
    assert review_of(case).first == first


def test_alternates_come_before_the_best_of_the_others(case, signed_in):
    third = an_offer.candidates_of(case)[2]
    decline(an_offer.send(case, alternates=[third]))
    text = signed_in(case.director).get(f"/reviews/{case.ref}/offer").text
    assert f"Offer to {review_of(case).names[third]}" in text


def test_a_no_undoes_no_decision(case):
    alternates = an_offer.candidates_of(case)[1:]
    sent = an_offer.send(case, alternates=alternates, next_by_itself=True)
    decline(sent)
    assert reviews.mark_stale(case.id) == []
    assert db.session.query(Offer).filter_by(state="offered").one().consultant.ref == alternates[0]


def test_a_decision_that_is_withdrawn_counts_the_no_among_its_inputs(case, signed_in):
    browser = signed_in(case.director)
    first, second = an_offer.candidates_of(case)[:2]
    sent = an_offer.send(case)
    decline(sent)
    browser.send(f"/reviews/{case.ref}/reopen", f"/reviews/{case.ref}/reopen", {"note": "They said no."})
    row = recommendations.newest(case.id)
    match = Match.from_record(row.result)
    assert row.inputs["declined"] == {first: day().isoformat()} and match.consultants[0].ref == second
    # Made again from what it keeps it is the same, and without the no it would be another.
    inputs = Inputs.from_record(row.inputs)
    assert recommendations.propose(inputs).to_record() == row.result
    assert recommendations.propose(replace(inputs, declined={})).consultants[0].ref == first
    text = plain(browser.get(f"/reviews/{case.ref}").text)
    assert f"{sent.consultant.name} declined this case on" in text
    assert review_of(case).first == second
    assert reviews.mark_stale(case.id) == []


def test_choosing_again_who_declined_is_a_deviation_with_a_reason(case):
    first = an_offer.candidates_of(case)[0]
    decline(an_offer.send(case))
    match, _inputs = recommendations.as_read(
        recommendations.newest(case.id), case, db.session.query(Offer).all()
    )
    choice = decisions.Choice(
        decision="accept", recommendation_ref="", read_version=1, consultant_ref=first,
        tiers=tuple(one.tier for one in match.tiers if one.standing == "recommended"),
    )  # fmt: skip
    assert decisions.differs(choice, match) == ["The consultant is not in the top group."]


def test_a_what_if_begins_without_who_declined(case, signed_in):
    first, second = an_offer.candidates_of(case)[:2]
    decline(an_offer.send(case))
    names = review_of(case).names
    text = signed_in(case.director).get(f"/reviews/{case.ref}/what-if?hours=24").text
    assert f"{names[second]} stays first." in plain(text) and f"{names[first]} stays first." not in text
    assert db.session.query(Recommendation).count() == 1
