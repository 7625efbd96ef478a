"""A condition is told done by who leads a side, looked at by the director, and met or not yet."""

from datetime import timedelta

import pytest

from lab.actions import decisions, follow_up, reopening, reviews, task_reports
from lab.actions.decisions import ToDo
from lab.clock import program_day, working_days_after
from lab.database import db, now
from lab.errors import BadInput, NotFound, NotNow
from lab.models import Case, Event, Membership, Task, TaskReport
from tests.actions.test_reviews_decisions import amina, as_proposed, begun, mails
from tests.factories import a_person

__all__ = ["amina"]


@pytest.fixture
def case(amina):
    case = begun("O02", amina)
    day = now().date() + timedelta(days=7)
    choice = as_proposed(case, conditions=(ToDo("Agree on a lawyer.", day), ToDo("Name a chair.", day)))
    decisions.decide(case.id, choice, key="k", by=amina)
    return db.session.get(Case, case.id)


def tasks():
    return db.session.query(Task).order_by(Task.id).all()


def reports():
    return db.session.query(TaskReport).order_by(TaskReport.id).all()


def tomorrow():
    return working_days_after(program_day(now()), 1)


def test_what_is_told_done_waits_for_the_director(case, amina):
    first = tasks()[0]
    due = case.due_on
    task_reports.tell_done(first.ref, text=" Fenn & Dale since Monday. ", key="a", by=case.owner)
    assert [(one.text, one.audience, one.told_by_id) for one in reports()] == [
        ("Fenn & Dale since Monday.", "management", case.owner_id)
    ]
    assert (case.state, case.next_action, case.due_on) == (
        "awaiting_conditions", "confirm_condition", tomorrow(),
    )  # fmt: skip
    assert [mail.recipient for mail in mails("case-waiting")] == [amina.email]
    event = db.session.query(Event).filter_by(verb="task_told_done").one()
    assert (event.audience, event.actor_id, event.details) == ("management", case.owner_id, {})
    assert due != case.due_on


def test_telling_twice_counts_once(case):
    first = tasks()[0]
    for key in ("a", "a", "b"):
        task_reports.tell_done(first.ref, text="It is done.", key=key, by=case.owner)
    assert len(reports()) == 1 and len(mails("case-waiting")) == 1


def test_met_after_met_the_case_goes_on(case, amina):
    first, second = tasks()
    task_reports.tell_done(first.ref, text="Done.", key="a", by=case.owner)
    follow_up.meet(first.ref, by=amina)
    assert reports()[0].answered_by_id == amina.id
    assert (case.next_action, case.due_on) == ("check_conditions", second.due_on)
    task_reports.tell_done(second.ref, text="Done as well.", key="b", by=case.owner)
    follow_up.meet(second.ref, by=amina)
    assert (case.state, case.next_action) == ("offering", "send_offer")
    with pytest.raises(NotNow, match="closed already"):
        task_reports.tell_done(second.ref, text="Again.", key="c", by=case.owner)


def test_not_yet_says_what_is_missing_and_it_can_be_told_again(case, amina):
    first = tasks()[0]
    with pytest.raises(NotNow, match="Nobody waits"):
        task_reports.not_yet(first.ref, text="Nothing was told.", by=amina)
    task_reports.tell_done(first.ref, text="We talked with one.", key="a", by=case.owner)
    task_reports.not_yet(first.ref, text="Please sign with them.", by=amina)
    assert (reports()[0].not_yet, tasks()[0].met_at) == ("Please sign with them.", None)
    assert (case.next_action, case.due_on) == ("check_conditions", first.due_on)
    assert len(mails("decided")) == 2 and db.session.query(Event).filter_by(verb="task_not_yet").count() == 1
    task_reports.tell_done(first.ref, text="Signed.", key="b", by=case.owner)
    assert [one.text for one in reports()] == ["We talked with one.", "Signed."]


def test_only_a_lead_tells_and_only_their_director_answers(case, amina):
    first = tasks()[0]
    colleague, stranger = a_person(name="Colleague"), a_person(name="Stranger")
    db.session.add(
        Membership(case_id=case.id, person_id=colleague.id, side="management", role="member", joined_at=now())
    )
    db.session.commit()
    for person in (colleague, stranger, amina):
        with pytest.raises(NotFound):
            task_reports.tell_done(first.ref, text="Done.", key="", by=person)
    with pytest.raises(NotFound):
        task_reports.tell_done("ZZZZZZZZ", text="Done.", key="", by=case.owner)
    task_reports.tell_done(first.ref, text="Done.", key="a", by=case.owner)
    with pytest.raises(NotNow, match="is reviewing this case"):
        task_reports.not_yet(first.ref, text="No.", by=a_person("director"))
    assert tasks()[0].met_at is None and reports()[0].answered_at is None


def test_without_words_nothing_is_told(case, amina):
    first = tasks()[0]
    with pytest.raises(BadInput, match="in a sentence"):
        task_reports.tell_done(first.ref, text="  ", key="a", by=case.owner)
    with pytest.raises(BadInput, match="at most 4000"):
        task_reports.tell_done(first.ref, text="x" * 4001, key="a", by=case.owner)
    with pytest.raises(BadInput, match="still missing"):
        task_reports.not_yet(first.ref, text="", by=amina)
    assert reports() == []


def test_in_a_joint_case_the_lead_of_either_side_tells(amina):
    case = begun("O04", amina)
    union = a_person(name="Union lead")
    db.session.add(
        Membership(case_id=case.id, person_id=union.id, side="union", role="lead", joined_at=now())
    )
    db.session.commit()
    choice = as_proposed(
        case, decision="accept_with_conditions", reason_code="other", note="They asked for it.",
        conditions=(ToDo("Both sides agree on a date.", now().date() + timedelta(days=7)),),
    )  # fmt: skip
    decisions.decide(case.id, choice, key="k", by=amina)
    task_reports.tell_done(tasks()[0].ref, text="We agreed on May.", key="a", by=union)
    assert [(one.audience, one.told_by_id) for one in reports()] == [("joint", union.id)]


def test_a_decision_that_is_taken_back_takes_open_tasks_with_their_words(case, amina):
    task_reports.tell_done(tasks()[0].ref, text="Done.", key="a", by=case.owner)
    reopening.reopen(case.id, note="It was another case.", by=amina)
    assert tasks() == [] and reports() == []
    reviews.compute(case.id, by=amina)
