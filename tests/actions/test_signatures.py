"""What needs two people: nobody succeeds alone, nothing old counts, and of two answers at once one does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.access import RULES, audiences_of, can
from lab.actions import people, second_factor, sessions, signatures
from lab.database import db, transaction
from lab.errors import LabError, NotAllowed, NotFound, NotNow
from lab.models import (
    AccessReceipt,
    Case,
    Event,
    OutboxMessage,
    Passkey,
    Person,
    RoleGrant,
    SecondSignature,
    WebSession,
)
from lab.queries.viewers import roles_of, viewer_of
from lab.viewer import Viewer
from tests.clients import Clock, somebody
from tests.factories import a_case

DEEDS = ("grant", "reset", "export", "glass")
ASKERS = {"grant": "administrator", "reset": "administrator", "export": "director", "glass": "administrator"}


@dataclass
class Desk:
    """The people around one wish, and the way to ask for it."""

    asker: Person
    other: Person
    concerned: Person
    case: Case

    def ask(self, deed: str) -> SecondSignature:
        ways: dict[str, Callable[[], SecondSignature]] = {
            "grant": lambda: signatures.ask_grant(self.concerned.id, "director", reason="Needed", by=self.asker),
            "reset": lambda: signatures.ask_reset(self.concerned.id, reason="Lost it", by=self.asker),
            "export": lambda: signatures.ask_export(reason="The yearly report", by=self.asker),
            "glass": lambda: signatures.ask_glass(self.case.ref, reason="A complaint", by=self.asker),
        }  # fmt: skip
        return ways[deed]()


@pytest.fixture
def desk(app: Flask, clock: Clock) -> Desk:
    """Somebody who asks, somebody who could agree, and whom or what it is about."""
    concerned = somebody("consultant")
    concerned.second_since = clock.moment
    db.session.add(
        Passkey(
            person_id=concerned.id, credential_id="a", public_key=b"a", name="Phone", created_at=clock.moment
        )
    )
    db.session.commit()
    return Desk(somebody("administrator", "director"), somebody("director"), concerned, a_case())


def verbs(ref: str | None = None) -> list[str]:
    rows = sa.select(Event.verb).order_by(Event.id)
    return list(db.session.scalars(rows.where(Event.about == f"signature {ref}") if ref else rows))


def done(desk: Desk, deed: str) -> bool:
    """Whether what was asked for has come about, or can be used."""
    if deed == "grant":
        return "director" in roles_of(db.session.get_one(Person, desk.concerned.id))
    if deed == "reset":
        return db.session.query(Passkey).count() == 0
    row = db.session.scalars(sa.select(SecondSignature)).one()
    try:
        if deed == "export":
            signatures.take(row.ref, "", by=desk.asker)
        else:
            signatures.look(row.ref, by=desk.asker)
    except LabError:
        return False
    return True


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_happens_before_the_second_signature_and_then_it_does(desk: Desk, deed: str) -> None:
    row = desk.ask(deed)
    db.session.refresh(desk.concerned)
    assert not done(desk, deed)
    before = len(verbs())
    signatures.approve(row.ref, by=desk.other)
    db.session.expire_all()
    assert done(desk, deed)
    added = {"grant": "role_granted", "reset": "second_factor_reset", "export": "cases_exported", "glass": "case_looked_into"}  # fmt: skip
    assert verbs()[before:] == ["signature_approved", added[deed]]
    assert verbs(row.ref)[:2] == ["signature_asked", "signature_approved"]


@pytest.mark.parametrize("deed", DEEDS)
def test_who_asked_cannot_agree_nor_can_whom_it_concerns(desk: Desk, deed: str) -> None:
    row = desk.ask(deed)
    people.grant(desk.concerned.id, "administrator", by=None)
    alone = [desk.asker, desk.concerned] if deed in ("grant", "reset") else [desk.asker]
    for person in alone:
        for answer in (signatures.approve, signatures.refuse):
            with pytest.raises(NotAllowed):
                answer(row.ref, by=person)
    assert not done(desk, deed) and verbs(row.ref) == ["signature_asked"]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", ["consultant", "network_lead", ""])
def test_nobody_but_staff_agrees(desk: Desk, deed: str, role: str) -> None:
    row = desk.ask(deed)
    with pytest.raises(NotFound):
        signatures.approve(row.ref, by=somebody(*role.split()))
    assert not done(desk, deed)


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_over_taken_back_or_refused_cannot_be_agreed_to(desk: Desk, deed: str, clock: Clock) -> None:
    first = desk.ask(deed)
    with pytest.raises(NotNow):
        desk.ask(deed)  # it waits already
    with pytest.raises(NotAllowed):
        signatures.withdraw(first.ref, by=desk.other)
    signatures.withdraw(first.ref, by=desk.asker)
    second = desk.ask(deed)
    signatures.refuse(second.ref, by=desk.other)
    third = desk.ask(deed)
    clock.go(hours=24, seconds=1)
    for row, last in ((first, "withdrawn"), (second, "refused"), (third, "asked")):
        with pytest.raises(NotNow):
            signatures.approve(row.ref, by=desk.other)
        assert verbs(row.ref)[1:] == ([] if last == "asked" else [f"signature_{last}"])
    db.session.expire_all()
    assert "director" not in roles_of(desk.concerned) and db.session.query(Passkey).count() == 1


@pytest.mark.parametrize("deed", DEEDS)
def test_who_lost_the_role_meanwhile_gets_nothing(desk: Desk, deed: str) -> None:
    row = desk.ask(deed)
    somebody("administrator")  # so that the asker is not the last one
    for role in ("administrator", "director"):
        people.revoke(desk.asker.id, role, by=desk.other)
    db.session.expire_all()
    with pytest.raises(NotNow):
        signatures.approve(row.ref, by=desk.other)
    assert not done(desk, deed) and db.session.get_one(SecondSignature, row.id).state == "waiting"


def test_what_was_agreed_to_is_open_for_a_day_and_a_table_is_taken_once(desk: Desk, clock: Clock) -> None:
    table, glass = desk.ask("export"), desk.ask("glass")
    for row in (table, glass):
        signatures.approve(row.ref, by=desk.other)
    signatures.take(table.ref, f"x,{desk.case.ref}", by=desk.asker)
    assert {one.what for one in db.session.query(AccessReceipt)} == {"export"}
    with pytest.raises(NotNow):
        signatures.take(table.ref, "", by=desk.asker)
    with pytest.raises(NotFound):
        signatures.look(glass.ref, by=desk.other)  # open to who asked alone
    clock.go(hours=23)
    signatures.look(glass.ref, by=desk.asker)
    signatures.look(glass.ref, by=desk.asker)
    assert verbs().count("case_looked_into") == 2  # every look, and one line a day for the people of the case
    assert db.session.query(AccessReceipt).filter_by(what="glass").one().person_id == desk.asker.id
    clock.go(hours=1, seconds=1)
    with pytest.raises(NotNow):
        signatures.look(glass.ref, by=desk.asker)


def test_the_people_of_the_case_are_told_without_content(desk: Desk) -> None:
    signatures.approve(desk.ask("glass").ref, by=desk.other)
    told = db.session.query(OutboxMessage).filter_by(kind="case-opened").one()
    assert told.recipient == desk.case.owner.email and told.path == f"/cases/{desk.case.ref}/access"
    asked = db.session.query(OutboxMessage).filter_by(kind="signature-asked").one()
    assert asked.recipient == desk.other.email and asked.secret is None


def test_a_tie_hides_the_case_from_who_asks_and_from_who_would_agree(desk: Desk) -> None:
    row = desk.ask("glass")
    desk.other.ties = [desk.case.organization]
    desk.asker.ties = [desk.case.organization]
    db.session.commit()
    with pytest.raises(NotFound):
        signatures.approve(row.ref, by=desk.other)
    signatures.withdraw(row.ref, by=desk.asker)
    with pytest.raises(NotFound):
        desk.ask("glass")


@pytest.mark.parametrize("state", ["draft", "expired", "deleted"])
def test_there_is_nothing_to_open_in_a_draft_or_a_deleted_case(desk: Desk, state: str) -> None:
    desk.case.state = state
    db.session.commit()
    with pytest.raises(NotFound):
        desk.ask("glass")


def test_the_glass_opens_every_side_of_one_case_and_no_other(desk: Desk) -> None:
    other = a_case(told_as="O02")
    plain = viewer_of(somebody("administrator"))
    assert audiences_of(plain, desk.case) == frozenset() and not can(plain, "case.read", desk.case)
    through = Viewer(person_id=plain.person_id, roles=plain.roles, glass_case_ids=frozenset({desk.case.id}))
    assert audiences_of(through, desk.case) == {"management", "union", "joint", "program"}
    assert can(through, "case.read", desk.case) and not can(through, "case.read", other)
    assert audiences_of(through, other) == frozenset()
    allowed = {name for name in RULES if name.startswith(("case.", "review.", "offer.", "program."))
               and name not in ("case.start", "offer.manage", "offer.read", "offer.answer", "offer.identity")
               and can(through, name, desk.case)}  # fmt: skip
    assert allowed == {"case.read"}
    nobody = Viewer(person_id=plain.person_id, glass_case_ids=frozenset({desk.case.id}))
    assert audiences_of(nobody, desk.case) == frozenset()


@pytest.mark.parametrize("role", ["director", "administrator"])
def test_no_administrator_gives_these_roles_alone_but_the_command_line_does(desk: Desk, role: str) -> None:
    for agreed_by in (None, desk.asker):
        with pytest.raises(NotAllowed):
            people.grant(desk.concerned.id, role, by=desk.asker, agreed_by=agreed_by)
        with pytest.raises(NotAllowed):
            people.add("new@example.org", name="New", roles=[role], by=desk.asker)
    assert db.session.query(RoleGrant).filter_by(person_id=desk.concerned.id, role=role).count() == 0
    assert db.session.query(Person).filter_by(email="new@example.org").count() == 0
    people.grant(desk.concerned.id, role, by=None)
    assert db.session.query(RoleGrant).filter_by(person_id=desk.concerned.id, role=role).count() == 1


def test_a_lost_factor_goes_with_every_session_and_they_are_told(desk: Desk) -> None:
    with transaction():
        sessions.open_session(db.session.get_one(Person, desk.concerned.id))
    signatures.approve(desk.ask("reset").ref, by=desk.other)
    db.session.expire_all()
    assert desk.concerned.second_since is None
    assert db.session.query(WebSession).filter_by(person_id=desk.concerned.id).count() == 0
    assert db.session.query(OutboxMessage).filter_by(kind="security-changed").one().recipient == desk.concerned.email  # fmt: skip
    with pytest.raises(NotNow):
        second_factor.new_recovery_codes(desk.concerned.id)


def test_nobody_asks_for_what_makes_no_sense(desk: Desk) -> None:
    with pytest.raises(NotNow):
        signatures.ask_grant(desk.other.id, "director", reason="", by=desk.asker)
    with pytest.raises(ValueError, match="consultant"):
        signatures.ask_grant(desk.other.id, "consultant", reason="", by=desk.asker)
    with pytest.raises(NotAllowed):
        signatures.ask_reset(desk.asker.id, reason="", by=desk.asker)
    with pytest.raises(NotNow):
        signatures.ask_reset(desk.other.id, reason="", by=desk.asker)
    with pytest.raises(NotFound):
        signatures.ask_glass("LL-NOTHERE", reason="", by=desk.asker)
