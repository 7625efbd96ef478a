"""The Learning page and the questions about work, as people meet them."""

from __future__ import annotations

import csv
import io

import pytest

from lab.actions import learning
from lab.database import db
from lab.models import Case, Engagement, Membership, Outcome, PolicyVersion, RateReason, WeightProposal
from lab.queries.policies import in_force
from tests import factories
from tests.an_offer import the_consultants
from tests.past import a_past


@pytest.fixture
def director(app, clock):
    the_consultants()
    return factories.a_person("director", name="Dana")


@pytest.mark.parametrize(
    "path", ["/learning/", "/learning/proposals", "/learning/learning.csv", "/learning/reason"]
)
def test_learning_is_for_directors_alone(app, signed_in, client, path):
    for role in ("administrator", "consultant", "network_lead"):
        assert signed_in(role).get(path).status_code == 404
    assert client.get(path).status_code == 303


def test_with_nothing_decided_the_page_says_so(app, clock, signed_in):
    shown = signed_in("director").get("/learning/")
    assert shown.status_code == 200
    assert "0 engagements have been told about so far" in shown.text
    assert "No decision yet" in shown.text and "No proposal yet" in shown.text


def test_under_twenty_cases_the_page_says_how_many_and_shows_nothing(director, signed_in):
    a_past(19, director=director)
    shown = signed_in(director).get("/learning/").text
    assert "19 engagements have been told about so far" in shown and "Nothing is shown under 20" in shown
    assert "ended well, as" not in shown and "Would recommend" not in shown
    assert "Work out a proposal now" not in shown


def test_a_director_asks_for_a_proposal_waits_and_reads_it(director, signed_in):
    a_past(25, director=director)
    browser = signed_in(director)
    assert "of 25 engagements ended well" in browser.get("/learning/").text
    sent = browser.send("/learning/", "/learning/proposals")
    assert sent.status_code == 303
    waiting = browser.get("/learning/").text
    assert "A proposal is being worked out" in waiting and "Look again" in waiting
    assert "Work out a proposal now" not in waiting
    learning.make_waiting()
    part = browser.get("/learning/proposals", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section id="proposals"') and "every 10s" not in part
    for words in (
        "25 cases of 25 organizations",
        "Brier score",
        "On 25 past shortlists",
        "Nothing changes by itself",
    ):
        assert words in part


def test_a_director_takes_a_proposal_into_a_draft_and_nothing_else_changes(director, signed_in):
    a_past(25, director=director)
    learning.ask_for_proposals(key="", by=director)
    learning.make_waiting()
    before = in_force()
    made = db.session.query(WeightProposal).filter_by(state="made").one()
    browser = signed_in(director)
    form = {"proposal": made.ref, "key": "once"}
    sent = browser.send("/learning/", "/learning/draft", form)
    assert browser.send("/learning/", "/learning/draft", form).location == sent.location
    draft = db.session.query(PolicyVersion).one()
    assert sent.location == f"/policies/{draft.ref}" and draft.state == "draft"
    assert draft.values["weights"] == made.weights and made.ref in draft.reason
    assert in_force() == before
    assert browser.send("/learning/", "/learning/draft", {"proposal": "NONE", "key": "2"}).status_code == 409


def test_a_low_rate_is_explained_on_a_page_of_its_own(director, signed_in):
    made = a_past(20, director=director, sectors=("arts_culture", "environment"))
    for case in made[1::4]:
        case.decision = "decline_refer"
    db.session.commit()
    browser = signed_in(director)
    assert "Under four fifths" in browser.get("/learning/").text
    path = "/learning/reason?measure=accepted&split=sector&code=environment"
    empty = browser.send(path, path, {"text": ""})
    assert empty.status_code == 422 and "error-summary" in empty.text
    browser.send(path, path, {"text": "=Scope of the fund"})
    assert "=Scope of the fund" in browser.get("/learning/").text
    assert db.session.query(RateReason).one().told_by_id == director.id
    assert browser.get(path.replace("environment", "arts_culture")).status_code == 404
    rows = list(csv.DictReader(io.StringIO(browser.get("/learning/learning.csv").text)))
    told = next(row for row in rows if row["group"] == "environment" and row["measure"] == "accepted")
    assert (told["yes"], told["of"], told["reason"], told["reason_by"]) == (
        "5",
        "10",
        "'=Scope of the fund",
        "Dana",
    )


def test_no_rate_of_a_group_under_five_leaves_the_house(director, signed_in):
    made = a_past(9, director=director)
    for case in made[:4]:
        case.sector, case.decision = "environment", "decline_refer"
    db.session.commit()
    browser = signed_in(director)
    assert "Too few to show" in browser.get("/learning/").text
    rows = list(csv.DictReader(io.StringIO(browser.get("/learning/learning.csv").text)))
    small = next(row for row in rows if row["group"] == "environment" and row["measure"] == "accepted")
    assert (small["yes"], small["of"], small["share"]) == ("", "4", "")
    assert browser.get("/learning/reason?measure=accepted&split=sector&code=environment").status_code == 404


def test_overrides_are_counted_by_month_and_shared_from_five_decisions_on(director, signed_in):
    from lab.models import Decision

    a_past(4, director=director)
    for decision in db.session.query(Decision).limit(3):
        decision.reason_code = "knows_the_people"
    db.session.commit()
    browser = signed_in(director)
    shown = browser.get("/learning/").text
    assert "November 2026" in shown and "Knows these people or this place (3)" in shown and "75%" not in shown
    a_past(4, director=director, seed=2)
    assert "38%" in browser.get("/learning/").text


def work_to_tell(director) -> Engagement:
    a_past(1, director=director)
    db.session.query(Outcome).delete()
    db.session.commit()
    return db.session.query(Engagement).one()


def test_a_lead_answers_three_questions_and_reads_what_was_said(director, signed_in):
    work = work_to_tell(director)
    path, lead = f"/outcomes/{work.ref}", signed_in(work.case.owner)
    assert f'href="{path}"' in lead.get(f"/cases/{work.case.ref}").text
    wrong = lead.send(path, path, {"goal": "reached"})
    assert wrong.status_code == 422 and "Choose how trust has changed." in wrong.text
    answers = {"goal": "partly", "trust": "grown", "recommend": "yes"}
    assert lead.send(path, path, answers).status_code == 303
    after = lead.get(path).text
    assert "Your side has answered" in after and "In part" in after and "<form" in after
    assert f'action="{path}"' not in after
    assert f'href="{path}"' not in lead.get(f"/cases/{work.case.ref}").text
    assert db.session.query(Outcome).one().side == "management"


def test_the_consultant_answers_without_reading_the_name_of_ended_work(director, signed_in):
    work = work_to_tell(director)
    path, consultant = f"/outcomes/{work.ref}", signed_in(work.consultant.person)
    assert f'href="{path}"' in consultant.get("/offers/").text
    assert work.case.organization not in consultant.get(path).text
    consultant.send(path, path, {"goal": "reached", "trust": "same", "recommend": "unsure"})
    assert db.session.query(Outcome).one().side == "consultant"


def test_for_everybody_else_the_questions_do_not_exist(director, signed_in):
    work = work_to_tell(director)
    colleague = factories.a_person()
    case = db.session.get_one(Case, work.case_id)
    db.session.add(
        Membership(
            case_id=case.id,
            person_id=colleague.id,
            side="management",
            role="member",
            joined_at=case.created_at,
        )
    )
    db.session.commit()
    for who in (director, colleague, factories.a_person("consultant")):
        assert signed_in(who).get(f"/outcomes/{work.ref}").status_code == 404


def test_outside_its_time_there_is_nothing_to_answer(director, signed_in, clock):
    work = work_to_tell(director)
    clock.go(days=100)
    shown = signed_in(work.case.owner).get(f"/outcomes/{work.ref}")
    assert shown.status_code == 200 and "nothing to answer now" in shown.text
