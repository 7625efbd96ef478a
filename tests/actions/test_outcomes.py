"""How work went: asked at three moments, answered once for each side, never sent to who is not asked."""

from __future__ import annotations

from datetime import date

import pytest

from lab.actions import cases, follow_up, outcomes, timers
from lab.database import db
from lab.errors import BadInput, NotAllowed, NotNow
from lab.models import Case, Engagement, Event, Membership, OutboxMessage, Outcome, Shortlist, Timer
from lab.queries.outcomes import good_end, moment_of
from tests import an_offer, factories

GOOD = outcomes.Answers(goal="reached", trust="grown", recommend="yes")


@pytest.fixture
def work(app, clock) -> Engagement:
    """Work that begins on 1 December, just accepted."""
    an_offer.the_consultants()
    case = an_offer.a_decided_case()
    offer = an_offer.send(case)
    return accepted(offer)


def accepted(offer) -> Engagement:
    from lab.actions import answers_to_offers, conflict_checks

    by = an_offer.person_of(offer.consultant.ref)
    ref = offer.ref
    conflict_checks.show_identity(ref, promised=True, by=by)
    db.session.refresh(offer)
    none = dict.fromkeys(conflict_checks.QUESTIONS, "none")
    conflict_checks.answer_conflicts(ref, none, version=offer.version, key="", by=by)
    db.session.refresh(offer)
    return answers_to_offers.accept(ref, version=offer.version, key="", by=by)


def asked() -> list[str]:
    return sorted(row.recipient for row in db.session.query(OutboxMessage).filter_by(kind="outcome-asked"))


def test_after_thirty_days_the_lead_and_the_consultant_are_asked_and_reminded_once(work, clock):
    lead, consultant = work.case.owner.email, work.consultant.person.email
    timers.run_due()
    assert asked() == []
    clock.go(days=40)
    timers.run_due()
    assert asked() == sorted([lead, consultant])
    outcomes.tell(work.id, GOOD, moment="day_30", key="", by=work.case.owner)
    clock.go(days=8)
    timers.run_due()
    timers.run_due()
    assert asked() == sorted([lead, consultant, consultant])


def test_in_a_joint_case_each_side_is_asked_and_answers_for_itself(work, clock):
    union = factories.a_person(name="Union lead")
    db.session.get_one(Case, work.case_id).kind = "joint"
    db.session.add(
        Membership(
            case_id=work.case_id, person_id=union.id, side="union", role="lead", joined_at=clock.moment
        )
    )
    db.session.commit()
    clock.go(days=40)
    timers.run_due()
    assert len(asked()) == 3 and union.email in asked()
    outcomes.tell(work.id, GOOD, moment="day_30", key="", by=work.case.owner)
    bad = outcomes.Answers(goal="not_reached", trust="same", recommend="unsure")
    outcomes.tell(work.id, bad, moment="day_30", key="", by=union)
    told = db.session.query(Outcome).all()
    assert {one.side for one in told} == {"management", "union"}
    assert good_end(told) is False and good_end(told[:1]) is True and good_end([]) is None


def test_the_questions_of_the_end_come_with_the_close_and_half_a_year_later(work, clock):
    clock.go(days=20)
    follow_up.close(work.case_id, by=work.case.director)
    timers.run_due()
    assert len(asked()) == 2 and moment_of(work) == "close"
    db.session.query(OutboxMessage).delete()
    db.session.commit()
    clock.go(days=20)
    timers.run_due()
    assert len(asked()) == 2, "The reminder of the end, and nothing about the first month."
    clock.go(days=120)
    assert moment_of(work) == ""
    clock.go(days=50)
    timers.run_due()
    assert moment_of(work) == "month_6" and len(asked()) == 4


def test_work_that_ends_early_is_asked_about_too(work, clock):
    cases.withdraw(work.case_id, by=work.case.owner)
    db.session.refresh(work)
    assert work.state == "ended_early" and moment_of(work) == "close"
    kinds = {row.about for row in db.session.query(Timer).filter_by(kind="outcome-asked")}
    assert kinds == {f"{work.ref} {moment}" for moment in ("day_30", "close", "month_6")}


def test_an_answer_counts_once_and_stays(work, clock):
    clock.go(days=40)
    owner = work.case.owner
    outcomes.tell(work.id, GOOD, moment="day_30", key="one", by=owner)
    outcomes.tell(work.id, GOOD, moment="day_30", key="one", by=owner)
    worse = outcomes.Answers(goal="not_reached", trust="shrunk", recommend="no")
    with pytest.raises(NotNow, match="answered already"):
        outcomes.tell(work.id, worse, moment="day_30", key="two", by=owner)
    assert [one.goal for one in db.session.query(Outcome)] == ["reached"]
    assert db.session.query(Event).filter_by(verb="outcome_told").one().audience == "program"


def test_nobody_answers_for_others_at_another_time_or_with_other_words(work, clock):
    with pytest.raises(NotNow):
        outcomes.tell(work.id, GOOD, moment="day_30", key="", by=work.case.owner)
    clock.go(days=40)
    with pytest.raises(NotAllowed):
        outcomes.tell(work.id, GOOD, moment="day_30", key="", by=factories.a_person("director"))
    with pytest.raises(NotNow):
        outcomes.tell(work.id, GOOD, moment="close", key="", by=work.case.owner)
    odd = outcomes.Answers(goal="perhaps", trust="grown", recommend="yes")
    with pytest.raises(BadInput):
        outcomes.tell(work.id, odd, moment="day_30", key="", by=work.case.owner)


def test_the_shortlist_is_kept_with_the_decision_and_with_each_offer(work):
    rows = db.session.query(Shortlist).order_by(Shortlist.id).all()
    assert [(row.decision_id is not None, row.offer_id) for row in rows] == [
        (True, None),
        (False, work.offer_id),
    ]
    refs = an_offer.candidates_of(work.case)
    for row in rows:
        assert [one["ref"] for one in row.candidates] == refs
        assert [one["rank"] for one in row.candidates] == list(range(1, len(refs) + 1))
        assert row.chosen_ref == work.consultant.ref and row.policy and not row.by_itself
    first = rows[0].candidates[0]
    score = sum(first["of"][name] * share for name, share in first["shares"].items())
    assert score == pytest.approx(first["score"], abs=0.05), (
        "The parts of the score add up from what is kept."
    )


def test_an_alternate_that_was_asked_by_itself_says_so(app, clock):
    from lab.actions import answers_to_offers

    an_offer.the_consultants()
    case = an_offer.a_decided_case()
    others = [ref for ref in an_offer.candidates_of(case) if ref != an_offer.chosen_of(case)]
    offer = an_offer.send(case, alternates=others[:2], next_by_itself=True)
    by = an_offer.person_of(offer.consultant.ref)
    answers_to_offers.decline(
        offer.ref, reason="capacity", note_text="", version=offer.version, key="", by=by
    )
    rows = db.session.query(Shortlist).filter(Shortlist.offer_id.is_not(None)).order_by(Shortlist.id).all()
    assert [row.by_itself for row in rows] == [False, True]


def test_work_that_begins_in_the_past_is_asked_about_from_now_on(app, clock):
    early = Engagement(ref="EARLY", starts_on=date(2026, 1, 1))
    outcomes.ask_later(early)
    assert db.session.query(Timer).filter_by(kind="outcome-asked").one().due_at == clock.moment
