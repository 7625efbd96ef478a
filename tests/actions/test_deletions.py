"""Deletion: asked for with a code, undone, held, early with two people, by its period, and again after a restore."""

from __future__ import annotations

import sys
from datetime import date

import pytest
import sqlalchemy as sa

from lab.actions import cases, deletion_log, deletions, holds, retention, signatures
from lab.actions.timers import run_due
from lab.database import db, now
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.models import (
    Case,
    Deletion,
    Event,
    Membership,
    OutboxMessage,
    Person,
    SecondSignature,
    Section,
    Timer,
)
from lab.queries.audit import check
from tests import factories
from tests.clients import Clock, somebody

REVIEW = date(2030, 1, 1)


@pytest.fixture
def clock(app) -> Clock:
    deletion_log.path().unlink(missing_ok=True)
    return Clock(app, factories.NOON) if hasattr(factories, "NOON") else Clock(app, now())


@pytest.fixture
def case(app, clock) -> Case:
    made = factories.a_case(told_as="O02", state="submitted", director=somebody("director"))
    factories.fill_sections(made)
    db.session.commit()
    cases.withdraw(made.id, by=made.owner)
    return made


def the_code(person: Person) -> str:
    query = sa.select(OutboxMessage).where(
        OutboxMessage.kind == "deletion-code", OutboxMessage.recipient == person.email
    )
    letter = db.session.scalars(query.order_by(OutboxMessage.id.desc())).first()
    return str(letter.secret["code"])


def asked(case: Case, by: Person | None = None) -> Deletion:
    by = by or case.owner
    wish = deletions.ask(case.id, by=by)
    deletions.verify(wish.ref, the_code(by).lower(), by=by)
    return wish


def state_of(wish: Deletion) -> str:
    return db.session.get_one(Deletion, wish.id, populate_existing=True).state


def test_it_goes_seven_days_after_the_code_was_typed(case, clock):
    wish = asked(case)
    assert state_of(wish) == "queued"
    clock.go(days=6, hours=23)
    run_due()
    assert state_of(wish) == "queued"
    clock.go(hours=2)
    run_due()
    assert state_of(wish) == "executed"
    left = db.session.get_one(Case, case.id, populate_existing=True)
    assert (left.state, left.organization, left.document) == ("deleted", "", None)
    assert left.ref and left.submitted_at and left.closed_at and left.deleted_at == clock.moment
    assert db.session.scalars(sa.select(Section).where(Section.case_id == case.id)).all() == []
    assert db.session.get_one(Deletion, wish.id).receipt["sections"] > 0
    assert [row.verb for row in db.session.scalars(sa.select(Event).where(Event.case_id == case.id))] == [
        "deleted"
    ]
    assert check().breaks == ()
    run_due()
    assert len(deletion_log.entries()) == 1


def test_it_can_be_undone_until_then(case, clock):
    wish = asked(case)
    clock.go(days=6)
    deletions.undo(wish.ref, by=case.owner)
    clock.go(days=30)
    run_due()
    assert state_of(wish) == "undone"
    assert db.session.get_one(Case, case.id).organization
    with pytest.raises(NotNow):
        deletions.undo(wish.ref, by=case.owner)


def test_an_open_case_is_taken_back_first(app, clock):
    made = factories.a_case(told_as="O02", state="submitted")
    with pytest.raises(NotNow):
        deletions.ask(made.id, by=made.owner)


def test_only_who_leads_asks(case):
    member = somebody()
    db.session.add(
        Membership(case_id=case.id, person_id=member.id, side="management", role="member", joined_at=now())
    )
    db.session.commit()
    with pytest.raises(NotAllowed):
        deletions.ask(case.id, by=member)
    with pytest.raises(NotFound):
        deletions.ask(case.id, by=somebody())


@pytest.mark.parametrize("late", [False, True])
def test_a_code_that_does_not_fit_does_nothing(case, clock, late):
    wish = deletions.ask(case.id, by=case.owner)
    if late:
        clock.go(minutes=31)
    with pytest.raises(BadInput):
        deletions.verify(wish.ref, the_code(case.owner) if late else "22222222", by=case.owner)
    assert state_of(wish) == "requested"


def test_five_wrong_codes_end_the_code(case):
    wish = deletions.ask(case.id, by=case.owner)
    for _ in range(5):
        with pytest.raises(BadInput):
            deletions.verify(wish.ref, "22222222", by=case.owner)
    with pytest.raises(BadInput):
        deletions.verify(wish.ref, the_code(case.owner), by=case.owner)
    asked(case)
    assert state_of(wish) == "queued"


def test_asking_again_while_it_waits_changes_nothing(case):
    asked(case)
    with pytest.raises(NotNow):
        deletions.ask(case.id, by=case.owner)


def test_a_hold_keeps_it_and_lifting_gives_seven_days_anew(case, clock):
    wish = asked(case)
    holds.set_hold(case.id, reason="A subpoena", review_on=REVIEW, by=case.director)
    clock.go(days=400)
    run_due()
    retention.carry_out("all")
    assert state_of(wish) == "held"
    assert db.session.get_one(Case, case.id).organization
    holds.lift(case.id, by=case.director)
    clock.go(days=6)
    run_due()
    assert state_of(wish) == "queued"
    clock.go(days=2)
    run_due()
    assert state_of(wish) == "executed"


def test_a_wish_during_a_hold_waits_too(case, clock):
    holds.set_hold(case.id, reason="A subpoena", review_on=REVIEW, by=case.director)
    assert state_of(asked(case)) == "held"


def test_a_hold_needs_a_reason_a_day_ahead_and_a_director(case):
    with pytest.raises(BadInput):
        holds.set_hold(case.id, reason=" ", review_on=REVIEW, by=case.director)
    with pytest.raises(BadInput):
        holds.set_hold(case.id, reason="A subpoena", review_on=date(2020, 1, 1), by=case.director)
    for person in (case.owner, somebody("administrator")):
        with pytest.raises(NotFound):
            holds.set_hold(case.id, reason="A subpoena", review_on=REVIEW, by=person)
    holds.set_hold(case.id, reason="A subpoena", review_on=REVIEW, by=case.director)
    with pytest.raises(NotNow):
        holds.set_hold(case.id, reason="Another", review_on=REVIEW, by=case.director)


def test_early_takes_two_people(case):
    wish, second = asked(case), somebody("administrator")
    row = signatures.ask_early(wish.ref, reason="They ask for it.", by=case.director)
    with pytest.raises(NotAllowed):
        signatures.approve(row.ref, by=case.director)
    assert state_of(wish) == "queued"
    signatures.approve(row.ref, by=second)
    assert state_of(wish) == "executed"
    # Why it was asked for goes with the case; who agreed stays in the history.
    assert db.session.query(SecondSignature).count() == 0
    event = db.session.query(Event).filter_by(verb="deleted").one()
    assert (event.actor_id, event.details["agreed_by"]) == (case.director_id, second.id)


def test_early_is_for_what_waits_and_may_be_refused(case):
    wish, second = asked(case), somebody("administrator")
    row = signatures.ask_early(wish.ref, reason="They ask for it.", by=case.director)
    signatures.refuse(row.ref, by=second)
    assert state_of(wish) == "queued"
    row = signatures.ask_early(wish.ref, reason="They ask again.", by=second)
    deletions.undo(wish.ref, by=case.owner)
    with pytest.raises(NotNow):
        signatures.approve(row.ref, by=case.director)
    with pytest.raises(NotNow):
        signatures.ask_early(wish.ref, reason="Once more.", by=case.director)
    assert state_of(wish) == "undone" and case.document is not None


def test_who_is_tied_to_the_organization_asks_for_nothing(case):
    wish, tied = asked(case), somebody("director")
    somebody("administrator")
    tied.ties = [case.organization]
    db.session.commit()
    with pytest.raises(NotFound):
        signatures.ask_early(wish.ref, reason="Quickly.", by=tied)
    assert db.session.query(SecondSignature).count() == 0


def test_one_side_of_a_joint_case_takes_only_its_own(app, clock):
    made = factories.a_case(told_as="O04", state="submitted")
    union = somebody()
    db.session.add(
        Membership(case_id=made.id, person_id=union.id, side="union", role="lead", joined_at=now())
    )
    for side in ("management", "union"):
        db.session.add(
            Section(
                case_id=made.id, topic=f"notes_{side}", audience=side, state="done", typed={"note": [side]}
            )
        )
    db.session.commit()
    wish = asked(made, by=union)
    clock.go(days=8)
    run_due()
    assert (wish.side, state_of(wish)) == ("union", "executed")
    left = {one.audience for one in db.session.scalars(sa.select(Section).where(Section.case_id == made.id))}
    assert "management" in left and "union" not in left
    assert db.session.get_one(Case, made.id).organization
    assert db.session.scalars(sa.select(Membership.removed_at).where(Membership.person_id == union.id)).one()


@pytest.mark.parametrize(("state", "kept"), [("withdrawn", 90), ("closed", 365)])
def test_what_has_ended_goes_when_its_period_is_over(app, clock, state, kept):
    made = factories.a_case(told_as="O02", state=state)
    made.closed_at = clock.moment
    db.session.commit()
    retention.wind()
    retention.wind()
    assert db.session.scalar(sa.select(sa.func.count()).where(Timer.kind == "retention")) == 1
    clock.go(days=kept - 1)
    run_due()
    assert db.session.get_one(Case, made.id, populate_existing=True).state == state
    clock.go(days=3)
    run_due()
    assert db.session.get_one(Case, made.id, populate_existing=True).state == "deleted"
    assert db.session.scalars(sa.select(Deletion.state).where(Deletion.case_id == made.id)).all() == [
        "executed"
    ]


def test_many_go_in_batches_and_the_rest_follows_at_once(app, clock, monkeypatch):
    monkeypatch.setattr(sys.modules[retention.wind.__module__], "BATCH", 2)
    for _ in range(5):
        made = factories.a_case(told_as="O02", state="withdrawn")
        made.closed_at = clock.moment
    db.session.commit()
    retention.wind()
    clock.go(days=92)
    deleted = sa.select(sa.func.count()).where(Case.state == "deleted")
    counts = []
    for _ in range(3):
        run_due()
        counts.append(db.session.scalar(deleted))
        clock.go(seconds=2)
    assert counts == [2, 4, 5]


def test_people_go_after_their_cases_and_staff_stays(case, clock):
    asked(case)
    owner, director = case.owner, case.director
    clock.go(days=8)
    run_due()
    clock.go(days=89)
    retention.carry_out("all")
    assert "@example.org" in db.session.get_one(Person, owner.id, populate_existing=True).email
    clock.go(days=2)
    retention.carry_out("all")
    gone = db.session.get_one(Person, owner.id, populate_existing=True)
    assert (gone.name, gone.email) == ("", f"deleted-{gone.ref}@learning-lab.invalid")
    assert gone.removed_at is not None
    assert db.session.get_one(Person, director.id).name
    retention.carry_out("all")
    assert len(deletion_log.entries()) == 2


def test_a_restored_backup_is_deleted_again(app, case, clock, tmp_path):
    """The list of deletions outlives the database it was made beside."""
    before = {column.name: getattr(case, column.name) for column in Case.__table__.columns}
    asked(case)
    clock.go(days=8)
    run_due()
    restored = db.session.get_one(Case, case.id, populate_existing=True)
    for name in ("state", "organization", "document", "closed_at", "deleted_at"):
        setattr(restored, name, before[name])
    factories.fill_sections(restored)
    db.session.commit()
    kept = tmp_path / "list.jsonl"
    kept.write_text(
        deletion_log.path().read_text() + '{"kind": "case", "dig'
    )  # a disk that broke in the middle
    run = app.test_cli_runner().invoke
    said = run(args=["lab", "deletions", "replay", str(kept)])
    assert said.exit_code == 0 and "1 " in said.output
    left = db.session.get_one(Case, case.id, populate_existing=True)
    assert (left.state, left.organization) == ("deleted", "")
    assert db.session.scalars(sa.select(Section).where(Section.case_id == case.id)).all() == []
    assert deletions.replay(deletion_log.entries()) == 0
    assert check().breaks == ()


def test_the_list_names_nobody(case, clock):
    asked(case)
    clock.go(days=8)
    run_due()
    told = deletion_log.path().read_text()
    assert case.ref not in told
    assert deletion_log.digest(case.ref) in told
    assert deletion_log.path().stat().st_mode & 0o077 == 0


def test_deleting_twice_at_the_same_time_is_once(case, clock):
    wish = asked(case)
    clock.go(days=8)
    deletions.fall_due(wish.ref)
    deletions.fall_due(wish.ref)
    assert len(deletion_log.entries()) == 1
    assert db.session.scalar(sa.select(sa.func.count()).where(Event.verb == "deleted")) == 1


def test_old_history_of_the_program_goes_and_the_chain_holds(app, clock):
    for _ in range(3):
        somebody("director")
    clock.go(days=366)
    somebody("director")
    retention.carry_out("all")
    verbs = db.session.scalars(sa.select(Event.verb).order_by(Event.sequence)).all()
    assert verbs[-1] == "retention" and len(verbs) < 5
    assert check().breaks == ()
