"""Deciding on a case: each decision works, is refused, counts once, and tells who must be told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lab.actions import decisions, follow_up, reopening, reviews
from lab.actions.decisions import Ask, Choice, Referral, ToDo
from lab.database import db, now
from lab.errors import BadInput, NotNow
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant, Decision, OutboxMessage, Question, Recommendation, Task
from lab.queries import recommendations
from tests.factories import a_case, a_consultant, a_person, the_supports, told


@pytest.fixture
def amina(app, clock):
    for row in told("consultants"):
        a_consultant(row["ref"])
    the_supports()
    return a_person("director", name="Amina Daud")


def begun(ref, by):
    case = a_case(told_as=ref)
    reviews.begin(case.id, by=by)
    reviews.compute(case.id, by=by)
    return db.session.get(Case, case.id)


def as_proposed(case, **changes):
    row = recommendations.newest(case.id)
    result = Result.from_record(row.result)
    first = result.shortlist[0].ref if result.hours_proposed and result.shortlist else ""
    values = {
        "decision": result.decision,
        "recommendation_ref": row.ref,
        "read_version": case.version,
        "tiers": tuple(a.tier for a in result.tiers if a.standing in ("recommended", "conditional")),
        "consultant_ref": first,
        "cleared": dict.fromkeys(decisions.look_keys(result, first), "Talked with both sides."),
        "words_to_applicant": "We would like to work with you.",
    }
    return Choice(**{**values, **changes})


def next_week():
    return now().date() + timedelta(days=7)


def mails(kind):
    return db.session.query(OutboxMessage).filter_by(kind=kind).all()


def test_accepting_with_hours_leads_to_the_offer_and_tells_the_applicant(amina):
    case = begun("O01", amina)
    made = decisions.decide(case.id, as_proposed(case), key="k", by=amina)
    assert (case.state, case.decision, case.tier, case.next_action) == (
        "offering", "accept", "individualized", "send_offer",
    )  # fmt: skip
    assert made.recommendation.state == "approved"
    assert [mail.recipient for mail in mails("decided")] == [case.owner.email]


def test_accepting_without_hours_makes_the_case_active(amina):
    case = begun("O04", amina)
    decisions.decide(case.id, as_proposed(case), key="k", by=amina)
    assert case.state == "active"


def test_deciding_twice_with_one_key_counts_once(amina):
    case = begun("O01", amina)
    choice = as_proposed(case)
    first = decisions.decide(case.id, choice, key="k", by=amina)
    assert decisions.decide(case.id, choice, key="k", by=amina).id == first.id
    assert db.session.query(Decision).count() == 1
    assert len(mails("decided")) == 1


def test_the_second_director_is_told_who_has_the_case(amina):
    case = begun("O01", amina)
    with pytest.raises(NotNow, match="Amina Daud is reviewing"):
        decisions.decide(case.id, as_proposed(case), key="k", by=a_person("director"))
    assert db.session.query(Decision).count() == 0


def test_a_page_that_grew_old_decides_nothing(amina):
    case = begun("O01", amina)
    choice = as_proposed(case, read_version=case.version - 1)
    with pytest.raises(NotNow, match="changed while you were reading"):
        decisions.decide(case.id, choice, key="k", by=amina)
    assert db.session.get(Case, case.id).state == "in_review"


def test_a_stale_recommendation_cannot_be_decided_on_and_says_what_changed(amina):
    case = begun("O01", amina)
    choice = as_proposed(case)
    db.session.query(Consultant).filter_by(ref="C07").one().paused_at = now()
    db.session.commit()
    with pytest.raises(NotNow, match="no longer among the candidates"):
        decisions.decide(case.id, choice, key="k", by=amina)
    assert db.session.query(Recommendation).one().state == "stale"


def test_an_older_recommendation_is_not_decided_on(amina):
    case = begun("O01", amina)
    choice = as_proposed(case)
    reviews.compute(case.id, by=amina, as_of=date(2026, 11, 1))
    with pytest.raises(NotNow, match="newer recommendation"):
        decisions.decide(case.id, choice, key="k", by=amina)


def test_somebody_outside_the_top_group_needs_a_reason_and_a_note(amina):
    case = begun("O01", amina)
    choice = as_proposed(case, consultant_ref="C04")
    with pytest.raises(BadInput) as refused:
        decisions.decide(case.id, choice, key="k", by=amina)
    assert len(refused.value.problems) == 2
    choice = replace(choice, reason_code="knows_the_people", note="Worked with them.")
    made = decisions.decide(case.id, choice, key="k", by=amina)
    assert (made.consultant_ref, made.reason_code) == ("C04", "knows_the_people")


def test_another_tier_and_another_decision_need_a_reason(amina):
    case = begun("O01", amina)
    for choice in (
        as_proposed(case, tiers=("universal",), consultant_ref=""),
        as_proposed(case, decision="accept_with_conditions", conditions=(ToDo("Do.", next_week()),)),
    ):
        with pytest.raises(BadInput, match="differ"):
            decisions.decide(case.id, choice, key="k", by=amina)


def test_a_conflict_block_is_never_cleared(amina):
    case = begun("O03", amina)
    choice = as_proposed(
        case, consultant_ref="C08", reason_code="client_wish", note="They asked.", cleared={"C08:0": "Fine."}
    )
    with pytest.raises(BadInput, match="cannot be chosen"):
        decisions.decide(case.id, choice, key="k", by=amina)


def test_a_look_needs_a_reason(amina):
    case = begun("O03", amina)
    choice = as_proposed(case)
    assert choice.cleared, "this case has something to look at"
    with pytest.raises(BadInput, match="no obstacle"):
        decisions.decide(case.id, replace(choice, cleared={}), key="k", by=amina)
    made = decisions.decide(case.id, choice, key="k", by=amina)
    assert {one["reason"] for one in made.cleared_looks} == {"Talked with both sides."}


def test_conditions_become_tasks_and_the_last_one_met_moves_the_case_on(amina):
    case = begun("O02", amina)
    choice = as_proposed(
        case, conditions=(ToDo("Agree on a lawyer.", next_week()), ToDo("Tell us.", next_week()))
    )
    decisions.decide(case.id, choice, key="k", by=amina)
    assert (case.state, case.due_on) == ("awaiting_conditions", next_week())
    first, second = db.session.query(Task).order_by(Task.id).all()
    follow_up.meet(first.ref, by=amina)
    assert case.state == "awaiting_conditions"
    follow_up.meet(second.ref, by=amina)
    follow_up.meet(second.ref, by=amina)
    assert (case.state, case.next_action) == ("offering", "send_offer")
    assert len(mails("decided")) == 2


def test_conditions_without_a_condition_or_with_a_day_in_the_past_are_refused(amina):
    case = begun("O02", amina)
    with pytest.raises(BadInput, match="at least one condition"):
        decisions.decide(case.id, as_proposed(case), key="k", by=amina)
    late = (ToDo("Agree on a lawyer.", now().date() - timedelta(days=1)),)
    with pytest.raises(BadInput, match="past"):
        decisions.decide(case.id, as_proposed(case, conditions=late), key="k", by=amina)


def test_days_are_those_of_the_program_while_it_is_tomorrow_in_utc(amina, clock):
    clock.set(datetime(2026, 11, 24, 3, tzinfo=UTC))  # the evening of the 23rd in California
    case = begun("O01", amina)
    today = (ToDo("Send us the letter.", date(2026, 11, 23)),)
    decisions.decide(case.id, as_proposed(case, first_tasks=today), key="k", by=amina)
    assert case.due_on == date(2026, 11, 24)
    assert db.session.query(Task).one().due_on == date(2026, 11, 23)
    reopening.reopen(case.id, note="Another look.", by=amina)
    assert case.due_on == date(2026, 11, 24)


def test_an_answer_may_be_asked_for_by_tomorrow_late_in_the_evening(amina, clock):
    clock.set(datetime(2026, 11, 24, 3, tzinfo=UTC))
    case = begun("O01", amina)
    for day, refused in ((date(2026, 11, 23), True), (date(2026, 11, 24), False)):
        choice = as_proposed(case, decision="hold_conversation", ask=Ask(text="When?", due_on=day))
        if refused:
            with pytest.raises(BadInput, match="lies ahead"):
                decisions.decide(case.id, choice, key="k1", by=amina)
        else:
            decisions.decide(case.id, choice, key="k2", by=amina)
    assert db.session.query(Question).one().due_on == date(2026, 11, 24)


def test_talking_first_asks_and_keeps_the_clock(amina):
    case = begun("O01", amina)
    due = case.due_on
    ask = Ask(text="When could we talk?", due_on=next_week(), topics=("foundation",))
    choice = as_proposed(case, decision="hold_conversation", ask=ask)
    assert decisions.decide(case.id, choice, key="k", by=amina) is None
    assert decisions.decide(case.id, choice, key="k", by=amina) is None
    question = db.session.query(Question).one()
    assert (question.audience, question.topics) == ("management", ["foundation"])
    assert (case.state, case.due_on) == ("info_requested", due)
    assert len(mails("question-asked")) == 1
    follow_up.remind_of_question(question.ref)
    assert len(mails("question-asked")) == 2
    follow_up.stop_waiting(case.id, by=amina)
    assert (case.state, case.next_action) == ("in_review", "decide")
    with pytest.raises(NotNow):
        follow_up.stop_waiting(case.id, by=amina)


def test_an_empty_question_is_not_asked(amina):
    case = begun("O01", amina)
    choice = as_proposed(case, decision="hold_conversation", ask=Ask(text=" ", due_on=next_week()))
    with pytest.raises(BadInput, match="Write the question"):
        decisions.decide(case.id, choice, key="k", by=amina)


def test_referring_needs_a_reason_and_another_place(amina):
    case = begun("O08", amina)
    choice = as_proposed(case, consultant_ref="", cleared={})
    with pytest.raises(BadInput) as refused:
        decisions.decide(case.id, choice, key="k", by=amina)
    assert len(refused.value.problems) == 2
    choice = replace(choice, reason_code="foundation", referrals=(Referral("A bar association"),))
    made = decisions.decide(case.id, choice, key="k", by=amina)
    assert (case.state, made.tiers, made.referrals) == (
        "referred", [], [{"name": "A bar association", "how": ""}],
    )  # fmt: skip


def test_referring_what_was_to_be_accepted_needs_a_note_and_rejects_the_proposal(amina):
    case = begun("O01", amina)
    choice = as_proposed(
        case, decision="decline_refer", consultant_ref="", reason_code="other_help_fits_better",
        referrals=(Referral("Others"),),
    )  # fmt: skip
    with pytest.raises(BadInput, match="note"):
        decisions.decide(case.id, choice, key="k", by=amina)
    decisions.decide(case.id, replace(choice, note="They found help."), key="k", by=amina)
    assert db.session.query(Recommendation).one().state == "rejected"


def test_a_decision_can_be_withdrawn_before_an_acceptance(amina):
    case = begun("O01", amina)
    decisions.decide(
        case.id, as_proposed(case, first_tasks=(ToDo("Lawyer.", next_week()),)), key="k", by=amina
    )
    with pytest.raises(BadInput):
        reopening.reopen(case.id, note=" ", by=amina)
    reopening.reopen(case.id, note="A mistake.", by=amina)
    assert (case.state, case.decision) == ("in_review", "")
    assert db.session.query(Task).count() == 0
    with pytest.raises(NotNow):
        reopening.reopen(case.id, note="Again.", by=amina)


def test_a_decision_stands_on_a_newer_recommendation_when_the_director_says_so(amina):
    case = begun("O01", amina)
    decisions.decide(case.id, as_proposed(case), key="k", by=amina)
    new = reviews.compute(case.id, by=amina, as_of=date(2026, 11, 1))
    made = decisions.keep(case.id, recommendation_ref=new.ref, key="k2", by=amina)
    assert decisions.keep(case.id, recommendation_ref=new.ref, key="k2", by=amina).id == made.id
    assert (made.recommendation_id, new.state) == (new.id, "approved")


def test_closing_ends_the_case_once(amina):
    case = begun("O04", amina)
    decisions.decide(case.id, as_proposed(case), key="k", by=amina)
    follow_up.close(case.id, by=amina)
    assert case.state == "closed" and case.closed_at is not None
    with pytest.raises(NotNow):
        follow_up.close(case.id, by=amina)


def test_a_task_is_mentioned_once_more_before_its_day(amina):
    case = begun("O02", amina)
    decisions.decide(
        case.id, as_proposed(case, conditions=(ToDo("Lawyer.", next_week()),)), key="k", by=amina
    )
    task = db.session.query(Task).one()
    follow_up.remind_of_task(task.ref)
    follow_up.remind_of_task(task.ref)
    assert len(mails("condition-due")) == 1
    follow_up.meet(task.ref, by=amina)
    db.session.query(OutboxMessage).delete()
    db.session.commit()
    follow_up.remind_of_task(task.ref)
    assert mails("condition-due") == []
