"""Starting, sending and answering: who may, when, once, and what becomes of the case."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from lab import exchange, row_security
from lab.actions import intake as action
from lab.actions import intake_check, intake_questions, invitations
from lab.actions.timers import run_due
from lab.answers import Told
from lab.database import db, transaction
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.forms.intake.base import Asked, as_form
from lab.forms.intake.topics import form_of
from lab.models import Case, Event, OutboxMessage, Person, Question, Section
from lab.queries import intake as queries
from lab.queries import intake_document
from tests.clients import somebody
from tests.filled import NONPROFIT, SCHOOLS


def fragments(case: Case, told: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the forms make of what was typed."""
    units = tuple(told.get("units", ()))
    asked = Asked(line=case.line, kind=case.kind, ask=lambda: Told(units=units))
    made = {}
    for topic, data in told.items():
        values = {name: value if isinstance(value, list) else [value] for name, value in data.items()}
        form = form_of(topic, asked)(as_form(values), asked=asked)
        assert form.validate(), (topic, form.errors)
        made[topic] = form.fragment()
    return made


@pytest.fixture(autouse=True)
def a_page(app: Any) -> Any:
    """Labels of forms are read in somebody's language."""
    with app.test_request_context("/"), row_security.as_the_program():
        yield


def filled(line: str = "nonprofit", *, by: Person | None = None) -> tuple[Case, Person]:
    """A draft with every part done."""
    by = by or somebody()
    kind = "joint" if line == "schools" else "employer"
    case = action.start(line=line, kind=kind, by=by, key="")
    for topic, part in fragments(case, SCHOOLS if line == "schools" else NONPROFIT).items():
        section = queries.section_of(case, topic)
        assert section is not None
        action.save(
            section.id, typed={"x": ["y"]}, answers=part, read_version=section.version, by=by, finished=True
        )
    return case, by


def sent(line: str = "nonprofit") -> tuple[Case, Person]:
    case, by = filled(line)
    return intake_check.submit(case.id, seen=intake_document.shared_version(case.id), by=by, key=""), by


@pytest.mark.parametrize("line", ["nonprofit", "schools"])
@pytest.mark.parametrize("topic", list(SCHOOLS))
def test_each_part_alone_fits_the_exchange_format(clock: Any, line: str, topic: str) -> None:
    told = SCHOOLS if line == "schools" else NONPROFIT
    if topic not in told:
        assert topic == "team"
        return
    case, _by = filled(line)
    whole = intake_document.document_of(case)
    exchange.application_from(whole)
    part = fragments(case, {topic: told[topic]})[topic]
    part.pop("unit_dates", None)
    part.pop("conflict_wishes", None)
    base = {**whole, **{key: value for key, value in part.items() if key not in ("organization", "contact")}}
    assert not exchange.read_applications(json.dumps([base])).problems


def test_sending_fills_the_queue_and_tells_those_who_wait(clock: Any) -> None:
    director, tied = somebody("director"), somebody("director")
    with transaction():
        db.session.get_one(Person, tied.id).ties = ["Harbor Light"]
    case, by = sent()
    assert (case.state, case.stage, case.sector, case.place_state) == (
        "submitted", "petition_filed", "human_services", "NY",
    )  # fmt: skip
    assert (case.clock_kind, case.clock_on) == ("vote_scheduled", date(2026, 12, 17))
    assert (case.next_action, case.due_on, case.urgent_rank) == ("start_review", date(2026, 11, 24), 0)
    told = exchange.application_from(case.document)
    assert told.organization.parents == ("National Light", "City Fund")
    assert told.counsel is not None
    assert told.counsel.name == "Stone and Partners"
    assert "Nobody who used to work here." in told.description
    assert told.start_from == date(2026, 12, 1)
    mails = {(row.kind, row.recipient) for row in db.session.query(OutboxMessage)}
    assert ("application-submitted", by.email) in mails
    assert ("case-waiting", director.email) in mails
    assert ("case-waiting", tied.email) not in mails
    assert db.session.query(Event).filter_by(verb="submitted").count() == 1


def test_a_form_sent_twice_sends_once(clock: Any) -> None:
    case, by = filled()
    seen = intake_document.shared_version(case.id)
    for _ in range(2):
        assert intake_check.submit(case.id, seen=seen, by=by, key="a-key").state == "submitted"
    assert db.session.query(Event).filter_by(verb="submitted").count() == 1


def test_a_draft_with_an_open_part_is_not_sent(clock: Any) -> None:
    by = somebody()
    case = action.start(line="nonprofit", kind="employer", by=by, key="")
    with pytest.raises(BadInput) as refused:
        intake_check.submit(case.id, seen=intake_document.shared_version(case.id), by=by, key="")
    assert set(refused.value.problems) == set(queries.TOPICS)


def test_what_changed_after_the_check_is_not_sent_unseen(clock: Any) -> None:
    case, by = filled()
    seen = intake_document.shared_version(case.id)
    section = queries.section_of(case, "needs")
    assert section is not None
    action.save(section.id, typed={"z": ["1"]}, answers=section.answers, read_version=section.version, by=by)
    with pytest.raises(NotNow):
        intake_check.submit(case.id, seen=seen, by=by, key="")


def test_only_who_leads_sends(clock: Any) -> None:
    case, by = filled()
    ben = somebody()
    invitations.accept(
        invitations.invite(case.id, email=ben.email, side="management", by=by, key="").id, by=ben
    )
    with pytest.raises(NotAllowed):
        intake_check.submit(case.id, seen=intake_document.shared_version(case.id), by=ben, key="")
    with pytest.raises(NotFound):
        intake_check.submit(case.id, seen=intake_document.shared_version(case.id), by=somebody(), key="")


def test_one_person_alone_may_send_a_joint_case(clock: Any) -> None:
    case, _by = sent("schools")
    assert case.state == "submitted"
    assert case.document is not None
    assert case.document["team"]["classified_president"] == "unsure"


def test_once_both_sides_are_in_both_confirm_the_shared_part(clock: Any) -> None:
    case, ana = filled("schools")
    uma = somebody()
    invitations.accept(invitations.invite(case.id, email=uma.email, side="union", by=ana, key="").id, by=uma)
    seen = intake_document.shared_version(case.id)
    with pytest.raises(NotNow):
        intake_check.submit(case.id, seen=seen, by=ana, key="")
    intake_check.confirm_joint_part(case.id, seen=seen, by=uma)
    # A note of one side moves nothing of the other's; a change of the shared part does.
    notes = queries.section_of(case, "notes_union")
    assert notes is not None
    action.save(
        notes.id, typed={"note": ["n"]}, answers={"note": "n", "share": False}, read_version=1, by=uma
    )
    assert intake_document.shared_version(case.id) == seen
    assert intake_check.submit(case.id, seen=seen, by=ana, key="").state == "submitted"
    assert "n" not in (db.session.get_one(Case, case.id).document or {}).values()


def test_a_changed_part_needs_both_again(clock: Any) -> None:
    case, ana = filled("schools")
    uma = somebody()
    invitations.accept(invitations.invite(case.id, email=uma.email, side="union", by=ana, key="").id, by=uma)
    intake_check.confirm_joint_part(case.id, seen=intake_document.shared_version(case.id), by=uma)
    section = queries.section_of(case, "needs")
    assert section is not None
    action.save(section.id, typed={"z": ["1"]}, answers=section.answers, read_version=section.version, by=ana)
    with pytest.raises(NotNow):
        intake_check.submit(case.id, seen=intake_document.shared_version(case.id), by=ana, key="")


def a_question(case: Case, *, topics: list[str], due_on: date) -> Question:
    director = somebody("director")
    with transaction():
        row = db.session.get_one(Case, case.id)
        row.state, row.director_id = "info_requested", director.id
        question = Question(
            case_id=case.id, audience="joint" if case.kind == "joint" else "management", text="Which day?",
            topics=topics, due_on=due_on, asked_by_id=director.id, asked_at=row.created_at,
        )  # fmt: skip
        db.session.add(question)
    return question


def test_an_answer_changes_the_named_part_and_goes_back_to_the_director(clock: Any) -> None:
    case, by = sent()
    question = a_question(case, topics=["dates"], due_on=date(2026, 11, 20))
    dates, needs = queries.section_of(case, "dates"), queries.section_of(case, "needs")
    assert dates is not None
    assert needs is not None
    with pytest.raises(NotNow):
        action.save(needs.id, typed={"a": ["b"]}, answers=None, read_version=needs.version, by=by)
    moved = {"dates": {"vote_scheduled": "2027-01-12"}, "unit_dates": {}}
    action.save(dates.id, typed={"a": ["b"]}, answers=moved, read_version=dates.version, by=by, finished=True)
    answered = intake_questions.answer_question(question.id, text="It moved.", by=by, key="k")
    assert answered.answer == "It moved."
    again = db.session.get_one(Case, case.id)
    assert (again.state, again.clock_on) == ("in_review", date(2027, 1, 12))
    assert (again.document or {})["dates"] == {"vote_scheduled": "2027-01-12"}
    # The due day had passed: the answer counts all the same, and it is noted.
    assert db.session.query(Event).filter_by(verb="question_answered").one().details == {"late": True}
    intake_questions.answer_question(question.id, text="Twice.", by=by, key="k")
    assert db.session.get_one(Question, question.id).answer == "It moved."


def test_a_question_without_parts_needs_words(clock: Any) -> None:
    case, by = sent()
    question = a_question(case, topics=[], due_on=date(2026, 12, 1))
    with pytest.raises(BadInput):
        intake_questions.answer_question(question.id, text="  ", by=by, key="")
    with pytest.raises(NotFound):
        intake_questions.answer_question(question.id, text="x", by=somebody(), key="")


def test_an_idle_draft_is_told_of_twice_and_then_goes(clock: Any) -> None:
    case, by = filled()

    def told() -> int:
        return db.session.query(OutboxMessage).filter_by(kind="draft-idle", recipient=by.email).count()

    clock.go(days=59)
    run_due()
    assert told() == 0
    clock.go(days=2)
    run_due()
    assert told() == 1
    clock.go(days=23)
    run_due()
    run_due()
    assert told() == 2
    clock.go(days=7)
    run_due()
    db.session.expire_all()
    assert db.session.get_one(Case, case.id).state == "expired"
    assert db.session.query(Section).count() == 0


def test_writing_again_starts_the_days_anew(clock: Any) -> None:
    case, by = filled()
    clock.go(days=58)
    section = queries.section_of(case, "needs")
    assert section is not None
    action.save(section.id, typed={"z": ["1"]}, answers=section.answers, read_version=section.version, by=by)
    clock.go(days=40)
    run_due()
    assert db.session.query(OutboxMessage).filter_by(kind="draft-idle").count() == 0
    clock.go(days=21)
    run_due()
    assert db.session.query(OutboxMessage).filter_by(kind="draft-idle").count() == 1
    assert timedelta(days=60) == action.FIRST_NOTICE


@pytest.mark.parametrize(
    ("line", "kind", "side"),
    [
        ("nonprofit", "joint", "management"),
        ("schools", "employer", "management"),
        ("nonprofit", "employer", "union"),
        ("moon", "employer", "management"),
    ],
)
def test_what_does_not_fit_is_not_begun(app: Any, line: str, kind: str, side: str) -> None:
    with pytest.raises(BadInput):
        action.start(line=line, kind=kind, by=somebody(), key="", side=side)
    assert db.session.query(Case).count() == 0
