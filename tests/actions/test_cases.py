"""Ending a case or one's side of it, and asking for a second look at a referral."""

from datetime import timedelta

import pytest

from lab.actions import cases, convenings, networks
from lab.database import db, now, transaction
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.models import (
    Case,
    ConveningInterest,
    Decision,
    Engagement,
    Invitation,
    Membership,
    Network,
    NetworkMembership,
    Offer,
    OutboxMessage,
    Recommendation,
)
from tests.actions.test_convenings import event
from tests.actions.test_networks import decided
from tests.clients import somebody
from tests.factories import a_case, a_consultant, the_supports


@pytest.fixture(autouse=True)
def still(app, clock):
    return clock


def fresh(case) -> Case:
    db.session.rollback()
    return db.session.get(Case, case.id)


def mails(kind):
    return sorted(row.recipient for row in db.session.query(OutboxMessage).filter_by(kind=kind))


def an_offer(case, consultant, state="offered") -> Offer:
    with transaction():
        recommendation = Recommendation(
            case_id=case.id, computed_at=now(), policy="test", inputs_hash="x", inputs={}, result={}
        )
        db.session.add(recommendation)
        db.session.flush()
        day = now().date()
        offer = Offer(
            case_id=case.id, consultant_id=consultant.id, recommendation_id=recommendation.id, state=state,
            hours_low=30, hours_high=40, hours_month=8, starts_on=day, ends_on=day + timedelta(days=150),
            summary={}, sent_by_id=case.owner_id, sent_at=now(), reply_by=now() + timedelta(days=3),
        )  # fmt: skip
        db.session.add(offer)
        db.session.flush()
    return offer


def an_engagement(offer) -> Engagement:
    with transaction():
        row = Engagement(
            offer_id=offer.id, case_id=offer.case_id, consultant_id=offer.consultant_id, hours_low=30,
            hours_high=40, hours_month=8, starts_on=offer.starts_on, ends_on=offer.ends_on, created_at=now(),
        )  # fmt: skip
        db.session.add(row)
    return row


def join(case, person, side, role="lead") -> Membership:
    with transaction():
        row = Membership(case_id=case.id, person_id=person.id, side=side, role=role, joined_at=now())
        db.session.add(row)
    return row


def test_the_lead_takes_the_application_back_and_the_director_is_told():
    director = somebody("director")
    case = a_case(state="in_review", director=director)
    assert cases.withdraw(case.id, by=case.owner) == "case"
    case = fresh(case)
    assert (case.state, case.next_action, case.due_on) == ("withdrawn", "", None)
    assert case.closed_at is not None and mails("case-withdrawn") == [director.email]


def test_twice_is_once():
    case = a_case(state="in_review", director=somebody("director"))
    cases.withdraw(case.id, by=case.owner)
    assert cases.withdraw(case.id, by=case.owner) == "case"
    assert len(mails("case-withdrawn")) == 1


def test_a_draft_ends_without_a_word_to_the_program():
    somebody("director")
    case = a_case(state="draft")
    cases.withdraw(case.id, by=case.owner)
    assert fresh(case).state == "withdrawn" and mails("case-withdrawn") == []


def test_open_offers_end_in_the_same_moment_and_accepted_work_too():
    case = a_case(state="offering", director=somebody("director"))
    asked = an_offer(case, a_consultant("C07"))
    taken = an_offer(case, a_consultant("C04"), state="accepted")
    work = an_engagement(taken)
    cases.withdraw(case.id, by=case.owner)
    states = {row.id: row.state for row in db.session.query(Offer)}
    assert states == {asked.id: "withdrawn", taken.id: "ended_early"}
    assert db.session.get(Engagement, work.id).state == "ended_early"
    assert mails("offer-withdrawn") == [asked.consultant.person.email]
    assert taken.consultant.person.email in mails("case-withdrawn")


def test_networks_convenings_and_invitations_end_too():
    the_supports(lead=somebody("network_lead"))
    case = decided()
    with transaction():
        db.session.query(Decision).one().convenings = ["recognition-101"]
        db.session.add(
            Invitation(
                case_id=case.id, email="new@example.org", side="management", invited_by_id=case.owner_id,
                created_at=now(), expires_at=now() + timedelta(days=7),
            )
        )  # fmt: skip
    network = db.session.query(Network).filter_by(code="successor").one()
    networks.ask(network.id, case.id, message="", by=case.owner)
    convenings.register(event().id, case.id, people=1, by=case.owner)
    cases.withdraw(case.id, by=case.owner)
    assert db.session.query(NetworkMembership).one().state == "left"
    assert db.session.query(ConveningInterest).one().cancelled_at is not None
    assert db.session.query(Invitation).one().state == "revoked"


def test_strangers_and_members_do_not_end_a_case():
    case = a_case(state="in_review")
    with pytest.raises(NotFound):
        cases.withdraw(case.id, by=somebody())
    helper = somebody()
    join(case, helper, "management", role="member")
    with pytest.raises(NotAllowed):
        cases.withdraw(case.id, by=helper)
    assert fresh(case).state == "in_review"


@pytest.mark.parametrize("state", ["closed", "referred", "expired"])
def test_what_is_over_cannot_be_taken_back(state):
    case = a_case(state=state)
    with pytest.raises(NotNow):
        cases.withdraw(case.id, by=case.owner)


def test_one_side_of_a_joint_case_leaves_and_the_other_goes_on():
    director, union_lead, colleague = somebody("director"), somebody(), somebody()
    case = a_case(told_as="O04", state="active", director=director)
    join(case, union_lead, "union")
    join(case, colleague, "management", role="member")
    owner = case.owner
    assert cases.withdraw(case.id, by=owner) == "side"
    case = fresh(case)
    assert (case.state, case.owner_id) == ("active", union_lead.id)
    live = db.session.query(Membership).filter_by(removed_at=None).all()
    assert [row.person_id for row in live] == [union_lead.id]
    assert mails("case-withdrawn") == sorted([union_lead.email, director.email])
    with pytest.raises(NotFound):
        cases.withdraw(case.id, by=owner)


def test_the_last_side_ends_a_joint_case():
    case = a_case(told_as="O04", state="active")
    join(case, somebody(), "union", role="member")
    assert cases.withdraw(case.id, by=case.owner) == "case"
    assert fresh(case).state == "withdrawn"


def referred(clock_moment=None) -> Case:
    director = somebody("director")
    case = a_case(told_as="O08", state="referred", director=director)
    with transaction():
        case.decision = "decline_refer"
        db.session.add(
            Decision(case_id=case.id, decision="decline_refer", decided_by_id=director.id, decided_at=now())
        )
    return case


def test_a_second_look_brings_the_case_back_to_the_queue_for_anybody():
    case = referred()
    director = case.director
    cases.appeal(case.id, text="We have a new board.", by=case.owner)
    case = fresh(case)
    assert (case.state, case.director_id, case.decision) == ("submitted", None, "")
    assert case.next_action == "start_review" and case.due_on > now().date()
    assert db.session.query(Decision).one().appeal == "We have a new board."
    assert director.email in mails("case-waiting")
    with pytest.raises(NotNow):
        cases.appeal(case.id, text="Again.", by=case.owner)


def test_a_second_look_needs_words():
    case = referred()
    for text in ("  ", "x" * 4001):
        with pytest.raises(BadInput):
            cases.appeal(case.id, text=text, by=case.owner)


def test_after_thirty_days_it_is_too_late(still):
    case = referred()
    still.go(days=31)
    with pytest.raises(NotNow, match="30 days"):
        cases.appeal(case.id, text="Please.", by=case.owner)
    assert fresh(case).state == "referred"
