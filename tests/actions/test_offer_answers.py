"""What a consultant does with an offer, and what happens by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import answers_to_offers as answers
from lab.actions import conflict_checks, offer_clock, offers, profiles, timers
from lab.actions.engaging import ConflictAppeared, TooFewHours
from lab.clock import program_day
from lab.database import db, now
from lab.errors import BadInput, NotFound, NotNow
from lab.models import Case, Consultant, Engagement, Offer, OutboxMessage, Person, Recommendation
from tests import an_offer, factories
from tests.clients import Clock

assert offer_clock.expire  # reading the module names the deeds of its timers

NONE = dict.fromkeys(conflict_checks.QUESTIONS, "none")


@pytest.fixture
def case(app: Flask, clock: Clock) -> Case:
    """A decided case with eight consultants in the house."""
    an_offer.the_consultants()
    return an_offer.a_decided_case()


def again(offer: Offer) -> Offer:
    """The offer as it is in the database now."""
    db.session.rollback()
    db.session.refresh(offer)
    return offer


def ready(case: Case, **changes: object) -> tuple[Offer, Person]:
    """An offer whose conflict check is done, and its consultant."""
    offer = an_offer.send(case, **changes)
    person = offer.consultant.person
    conflict_checks.show_identity(offer.ref, promised=True, by=person)
    conflict_checks.answer_conflicts(offer.ref, NONE, version=again(offer).version, key="", by=person)
    return again(offer), person


def test_accepting_makes_the_case_active(case: Case) -> None:
    offer, person = ready(case)
    made = answers.accept(offer.ref, version=offer.version, key="yes", by=person)
    assert made.hours_month == offer.hours_month
    again(offer)
    db.session.refresh(case)
    assert (offer.state, case.state) == ("accepted", "active")
    row = db.session.get_one(Recommendation, offer.recommendation_id)
    assert row.state == "fulfilled"
    told = set(db.session.scalars(sa.select(OutboxMessage.kind)))
    assert {"case-active", "offer-answered"} <= told
    # The same form again leads to the same work; another one comes too late.
    assert answers.accept(offer.ref, version=1, key="yes", by=person).id == made.id
    with pytest.raises(NotNow, match="accepted this offer already"):
        answers.accept(offer.ref, version=offer.version, key="new", by=person)


def test_nobody_accepts_before_the_conflict_check(case: Case) -> None:
    offer = an_offer.send(case)
    with pytest.raises(NotNow, match="conflict check"):
        answers.accept(offer.ref, version=offer.version, key="", by=offer.consultant.person)


def test_an_offer_to_somebody_else_does_not_exist(case: Case) -> None:
    offer, _person = ready(case)
    other = an_offer.person_of("C05")
    with pytest.raises(NotFound):
        answers.accept(offer.ref, version=offer.version, key="", by=other)
    with pytest.raises(NotFound):
        answers.decline(offer.ref, version=offer.version, key="", by=other)


def test_a_page_that_grew_old_answers_nothing(case: Case) -> None:
    offer, person = ready(case)
    offer_clock.take_more_time(offer.ref, key="", by=person)
    with pytest.raises(NotNow, match="has changed"):
        answers.accept(offer.ref, version=offer.version - 1, key="", by=person)


def test_too_few_hours_say_by_how_much(case: Case) -> None:
    offer, person = ready(case)
    row = db.session.get_one(Consultant, offer.consultant_id)
    row.capacity_hours_month = 7
    db.session.commit()
    with pytest.raises(TooFewHours, match="7 a month are free") as refused:
        answers.accept(offer.ref, version=offer.version, key="", by=person)
    assert (refused.value.free, refused.value.wanted) == (7, 10)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Engagement)) == 0
    # Fewer hours are possible: the director agrees, and that is what is promised.
    answers.counter(
        offer.ref, hours_month=7, starts_on=offer.starts_on, version=again(offer).version, key="", by=person
    )
    assert case.director is not None
    made = offers.confirm_counter(offer.ref, version=again(offer).version, key="", by=case.director)
    assert (made.hours_month, made.hours_low, made.hours_high) == (7, 14, 21)


def test_a_later_start_moves_the_end(case: Case) -> None:
    offer, person = ready(case)
    later = offer.starts_on + timedelta(days=20)
    answers.counter(offer.ref, hours_month=10, starts_on=later, version=offer.version, key="", by=person)
    assert again(offer).counter is not None
    assert offer.counter["ends_on"] == (offer.ends_on + timedelta(days=20)).isoformat()
    assert case.director is not None
    offers.refuse_counter(offer.ref, reason="Too late.", version=offer.version, key="", by=case.director)
    db.session.refresh(case)
    assert (again(offer).state, case.next_action) == ("withdrawn", "choose_next")


def test_a_counter_stays_in_its_bounds(case: Case) -> None:
    offer, person = ready(case, fewer_hours_allowed=False)
    for hours, start in (
        (11, offer.starts_on),
        (9, offer.starts_on),
        (10, offer.starts_on),
        (10, date(2020, 1, 1)),
    ):
        with pytest.raises(BadInput):
            answers.counter(
                offer.ref, hours_month=hours, starts_on=start, version=offer.version, key="", by=person
            )


def test_possible_stops_the_clock_until_the_director_has_looked(case: Case, clock: Clock) -> None:
    offer = an_offer.send(case)
    person, before = offer.consultant.person, offer.reply_by
    conflict_checks.show_identity(offer.ref, promised=True, by=person)
    gravest = conflict_checks.answer_conflicts(
        offer.ref, {**NONE, "money": "possible"}, version=again(offer).version, key="", by=person
    )
    assert gravest == "possible"
    clock.go(days=10)
    timers.run_due()
    assert again(offer).state == "offered"
    with pytest.raises(NotNow, match="stands still"):
        answers.accept(offer.ref, version=offer.version, key="", by=person)
    assert case.director is not None
    offers.clear_conflict(offer.ref, note_text="Both sides agree.", by=case.director)
    assert again(offer).reply_by == before + timedelta(days=10)
    answers.accept(offer.ref, version=offer.version, key="", by=person)


def test_yes_closes_the_offer_kindly(case: Case) -> None:
    offer = an_offer.send(case)
    person = offer.consultant.person
    conflict_checks.show_identity(offer.ref, promised=True, by=person)
    conflict_checks.answer_conflicts(
        offer.ref, {**NONE, "family": "yes"}, version=again(offer).version, key="", by=person
    )
    assert (again(offer).state, offer.decline_reason) == ("declined", "conflict")


def test_questions_come_after_the_promise(case: Case) -> None:
    offer = an_offer.send(case)
    with pytest.raises(NotNow, match="names first"):
        conflict_checks.answer_conflicts(
            offer.ref, NONE, version=offer.version, key="", by=offer.consultant.person
        )


def test_declining_asks_the_next_alternate(case: Case) -> None:
    alternates = an_offer.candidates_of(case)[1:]
    offer = an_offer.send(case, alternates=alternates, next_by_itself=True)
    answers.decline(offer.ref, reason="timing", version=offer.version, key="", by=offer.consultant.person)
    second = db.session.scalar(sa.select(Offer).where(Offer.state == "offered"))
    assert second is not None
    assert (second.consultant.ref, second.alternates) == (alternates[0], alternates[1:])
    # After two declines a person looks first.
    answers.decline(second.ref, version=second.version, key="", by=second.consultant.person)
    db.session.refresh(case)
    assert case.next_action == "choose_next"


def test_a_blocked_alternate_is_passed_over(case: Case) -> None:
    alternates = an_offer.candidates_of(case)[1:]
    offer = an_offer.send(case, alternates=alternates, next_by_itself=True)
    row = db.session.scalar(sa.select(Consultant).where(Consultant.ref == alternates[0]))
    assert row is not None
    row.paused_at = now()
    db.session.commit()
    answers.decline(offer.ref, version=offer.version, key="", by=offer.consultant.person)
    second = db.session.scalar(sa.select(Offer).where(Offer.state == "offered"))
    assert second is not None
    assert second.consultant.ref == alternates[1]


def test_time_runs_out_once_and_leaves_no_mark(case: Case, clock: Clock) -> None:
    offer = an_offer.send(case)
    clock.set(offer.reply_by + timedelta(minutes=1))
    with pytest.raises(NotNow, match="time to answer is over"):
        conflict_checks.show_identity(offer.ref, promised=True, by=offer.consultant.person)
    timers.run_due()
    timers.run_due()
    db.session.refresh(case)
    assert (again(offer).state, case.next_action) == ("expired", "choose_next")
    mails = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "offer-expired")).all()
    assert len(mails) == 2


def test_two_more_days_once(case: Case, clock: Clock) -> None:
    offer = an_offer.send(case)
    person, before = offer.consultant.person, offer.reply_by
    offer_clock.take_more_time(offer.ref, key="", by=person)
    # From Thursday on, two working days: Monday.
    assert again(offer).reply_by == before + timedelta(days=4)
    with pytest.raises(NotNow, match="already"):
        offer_clock.take_more_time(offer.ref, key="", by=person)
    clock.set(before + timedelta(hours=1))
    timers.run_due()
    assert again(offer).state == "offered"


def test_a_tie_that_appears_stops_an_open_offer(case: Case) -> None:
    offer, person = ready(case)
    row = offer.consultant
    tie = {"party": case.organization, "party_kind": "organization", "relationship": "board"}
    stopped = profiles.save(
        row.id, {"conflicts": [tie]}, paused=False, time_zone="America/Denver", version=row.version, key="", by=person
    )  # fmt: skip
    assert stopped == 1
    assert again(offer).clock_stopped_at is not None
    db.session.refresh(case)
    assert case.next_action == "look_at_conflict"


def test_the_check_is_run_again_at_acceptance(case: Case) -> None:
    offer, person = ready(case)
    row = offer.consultant
    tie = {"party": case.organization, "party_kind": "organization", "relationship": "employment"}
    row.profile = {**row.profile, "conflicts": [tie]}
    db.session.commit()
    with pytest.raises(ConflictAppeared):
        answers.accept(offer.ref, version=again(offer).version, key="", by=person)
    assert again(offer).clock_stopped_at is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Engagement)) == 0


def test_nobody_serves_an_employer_and_both_sides_of_it(case: Case) -> None:
    offer, person = ready(case)
    answers.accept(offer.ref, version=offer.version, key="", by=person)
    joint = factories.a_case(told_as="O10", state="offering", director=case.director)
    joint.kind = "joint"
    db.session.commit()
    from lab.queries.conflicts import blocking, conflicts_of

    closed = blocking(conflicts_of(again(offer).consultant, joint, today=now().date()))
    assert closed is not None
    assert "both sides" in closed.sentence


def test_a_question_is_kept_with_the_offer(case: Case) -> None:
    offer = an_offer.send(case)
    person = offer.consultant.person
    answers.ask(offer.ref, text="Are evenings possible?", key="q", by=person)
    answers.ask(offer.ref, text="Are evenings possible?", key="q", by=person)
    assert [one["text"] for one in again(offer).questions] == ["Are evenings possible?"]
    assert case.director is not None
    offers.answer_question(offer.ref, 0, text="Yes.", key="", by=case.director)
    assert again(offer).questions[0]["answer"] == "Yes."
    bodies = [mail.secret for mail in db.session.scalars(sa.select(OutboxMessage))]
    assert not any(bodies)


def test_days_that_are_set_are_those_of_the_program(case: Case, clock: Clock) -> None:
    """Late in the evening in California it is the next day in UTC already."""
    evening = date(2026, 11, 24)
    clock.set(datetime(2026, 11, 25, 5, 30, tzinfo=UTC))  # half past nine in the evening of the 24th
    offer, person = ready(case)
    db.session.refresh(case)
    # Five in the afternoon on the Pacific coast lies in the next day of UTC too.
    assert (case.due_on, offer.consultant.last_offered_on) == (program_day(offer.reply_by), evening)
    answers.counter(
        offer.ref, hours_month=7, starts_on=offer.starts_on, version=offer.version, key="", by=person
    )
    db.session.refresh(case)
    assert case.due_on == evening
    assert case.director is not None
    offers.refuse_counter(offer.ref, reason="No.", version=again(offer).version, key="", by=case.director)
    db.session.refresh(case)
    assert (case.next_action, case.due_on) == ("choose_next", evening)
