"""The demo: everybody in every state, by deeds alone, once."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from lab.cli import demo_time
from lab.cli.demo import demo as command
from lab.cli.demo import fill_if_empty, is_empty
from lab.database import db, now
from lab.models import (
    Case,
    Convening,
    Decision,
    Engagement,
    Event,
    Membership,
    NetworkMembership,
    Offer,
    PairSeat,
    PeerPair,
    Person,
    PolicyEffect,
    PolicyVersion,
    PortfolioRun,
    TaskReport,
)  # fmt: skip
from lab.queries.groups import proposals
from lab.row_security import as_the_program
from tests.conftest import settings_for
from tests.filled_demo import filled


@pytest.fixture
def said(app):
    return filled()


def states(column):
    return {state for (state,) in db.session.execute(sa.select(column).distinct())}


def test_it_holds_every_state(app):
    lines = []
    fill_if_empty(lines.append)
    db.session.rollback()
    assert states(Case.state) >= {
        "draft", "submitted", "in_review", "info_requested", "awaiting_conditions", "offering", "active",
        "referred", "withdrawn", "closed",
    }  # fmt: skip
    assert states(Offer.state) >= {"offered", "countered", "declined", "accepted"}
    assert states(NetworkMembership.state) >= {"requested", "active"}
    assert "23 applications" in lines[0]
    # Who was declined was followed by the next one, and somebody looks at the names now.
    declined = db.session.query(Offer).filter_by(state="declined").one()
    followers = db.session.query(Offer).filter_by(case_id=declined.case_id, state="offered").all()
    assert len(followers) == 1
    assert any(row.identity_shown_at for row in db.session.query(Offer).filter_by(state="offered"))


def test_a_joint_case_has_its_four_seats_filled(said):
    case = db.session.query(Case).filter_by(imported_ref="O04").one()
    sides = [row.side for row in db.session.query(Membership).filter_by(case_id=case.id, removed_at=None)]
    assert sorted(sides) == ["management", "management", "union", "union"]


def test_nothing_lies_in_the_future_and_past_events_stay_past(said):
    assert max(row.at for row in db.session.query(Event)) <= datetime.now(UTC)
    past = db.session.query(Convening).filter_by(code="btb-2017").one()
    ahead = db.session.query(Convening).filter_by(code="new-teams-online").one()
    assert past.ends_on < now().date() < ahead.starts_on


def test_the_clock_is_back_in_the_present(app):
    fill_if_empty(lambda _line: None)
    db.session.rollback()
    assert "lab.clock" not in app.extensions
    assert datetime.now(UTC) - now() < timedelta(seconds=5)


def test_a_second_start_leaves_it_as_it_is(said):
    people, lines = db.session.query(Person).count(), []
    fill_if_empty(lines.append)
    assert lines == [] and db.session.query(Person).count() == people


def test_a_mistake_in_the_middle_leaves_nothing_behind(app, monkeypatch):
    from lab.cli import demo_story

    def broken(clock):
        raise RuntimeError("broken")

    monkeypatch.setattr(demo_story, "_withdrawn", broken)
    with pytest.raises(RuntimeError):
        fill_if_empty(print)
    db.session.rollback()
    assert is_empty()


def test_the_command_is_for_demos_only(app):
    result = app.test_cli_runner().invoke(command)
    assert result.exit_code == 1 and "not a demo" in result.output and is_empty()


def test_the_command_refuses_a_database_with_people(app, database, monkeypatch):
    # The application is shared with other tests, so it becomes the real thing again afterwards.
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings_for(database), demo=True))
    fill_if_empty(lambda line: None)
    result = app.test_cli_runner().invoke(command)
    assert result.exit_code == 1 and "only fills an empty one" in result.output


def test_dates_move_together_and_sentences_stay():
    text = json.dumps([{"on": "2026-10-19", "said": "On 2026-10-19 we met", "list": ["2026-01-01"]}])
    moved = json.loads(demo_time.moved(text, timedelta(days=3), today=date(2026, 10, 25)))
    assert moved == [{"on": "2026-10-22", "said": "On 2026-10-19 we met", "list": ["2026-01-04"]}]


def test_a_day_in_braces_moves_and_is_written_out():
    text = json.dumps(["It ends {2026-12-31}.", "Desde el {es:2026-10-21}.", "Since {2026-05-01}."])
    moved = json.loads(demo_time.moved(text, timedelta(weeks=1), today=date(2026, 10, 25)))
    assert moved == ["It ends January 7, 2027.", "Desde el 28 de octubre.", "Since May 8."]


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 12, 30), date(2027, 7, 4), date(2028, 2, 29)])
def test_on_any_day_weekdays_stay_and_no_convening_falls_on_the_turn_of_the_year(day):
    told = {name: json.loads(text) for name, text in demo_time.texts(day).items()}
    for event in told["supports"]["convenings"]:
        for one in map(date.fromisoformat, (event["starts_on"], event["ends_on"])):
            assert (
                one.weekday() < 5 and not (one.month, one.day) >= (12, 19) and (one.month, one.day) > (1, 3)
            )
    youngest = max(date.fromisoformat(row["submitted_on"]) for row in told["applications"])
    assert timedelta(days=6) <= day - youngest < timedelta(days=13) and youngest.weekday() == 0
    assert "{" not in "".join(row["description"] + row["timeframe"] for row in told["applications"])


def test_what_is_offered_is_what_the_form_proposes_and_nobody_is_promised_names(said):
    for offer in db.session.query(Offer):
        assert offer.ends_on - offer.starts_on == timedelta(weeks=13), offer.case.imported_ref
        assert offer.hours_month * 3 <= offer.hours_high, offer.case.imported_ref
    assert not [one for one in db.session.query(Decision) if "names" in one.words_to_applicant]
    told = db.session.query(Case).filter_by(imported_ref="O02").one()
    assert (told.next_action, db.session.query(TaskReport).count()) == ("confirm_condition", 1)


def test_work_that_ended_is_part_of_it(said):
    work = db.session.query(Engagement).filter_by(state="completed").one()
    assert work.case.state == "closed" and work.starts_on < work.ended_at.date() < now().date()


def test_a_network_can_be_launched_and_a_pair_proposed_and_one_pair_waits_for_an_answer(said):
    with as_the_program():
        found = proposals()
        pair = db.session.query(PeerPair).one()
        answers = [seat.answer for seat in db.session.query(PairSeat)]
    (network,) = found.launches.networks
    assert (network.stage, len(network.members)) == ("first_contract_bargaining", 5)
    assert len(found.pairings["shadowing"].pairs) == 1
    assert (pair.state, sorted(answers)) == ("asked", ["", "yes"])


def test_two_plans_differ_and_a_draft_policy_waits_for_the_second_signature(said):
    first, second = db.session.query(PortfolioRun).order_by(PortfolioRun.id)
    assert (first.state, second.state) == ("done", "done")
    assert first.result["assigned"] != second.result["assigned"]
    # One pair could go out: its case is decided, and nobody is asked yet.
    ready = db.session.query(Case).filter_by(imported_ref="O21").one()
    assert ready.state == "offering"
    assert ready.ref in {one["application"] for one in second.result["assigned"]}
    policy = db.session.query(PolicyVersion).one()
    assert (policy.state, policy.second_signed_by_id) == ("proposed", None)
    assert db.session.query(PolicyEffect).one().state == "done"
