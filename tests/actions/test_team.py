"""Who joins a case, on which side, by whose word, and who may leave."""

from __future__ import annotations

from typing import Any

import pytest

from lab.actions import intake, invitations, team
from lab.actions.timers import run_due
from lab.database import db
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.models import Case, Invitation, Membership, OutboxMessage, Person
from tests.clients import somebody


def a_draft(kind: str = "employer") -> tuple[Case, Person]:
    ana = somebody()
    line = "schools" if kind == "joint" else "nonprofit"
    return intake.start(line=line, kind=kind, by=ana, key=""), ana


def joined(case: Case, by: Person, side: str, seat: str = "") -> tuple[Membership, Person]:
    person = somebody()
    asked = invitations.invite(case.id, email=person.email, side=side, seat=seat, by=by, key="")
    return invitations.accept(asked.id, by=person), person


def test_an_invitation_is_sent_once_and_only_when_a_lead_says_so(app: Any) -> None:
    case, ana = a_draft()
    first = invitations.invite(case.id, email=" Ben@Example.org ", side="management", by=ana, key="k")
    again = invitations.invite(case.id, email="ben@example.org", side="management", by=ana, key="k")
    assert first.id == again.id
    mail = db.session.query(OutboxMessage).filter_by(kind="invited").one()
    assert (mail.recipient, mail.path) == ("ben@example.org", f"/invitations/{first.ref}")
    with pytest.raises(BadInput):
        invitations.invite(case.id, email="ben@example.org", side="management", by=ana, key="")
    _member, ben = joined(case, ana, "management")
    with pytest.raises(NotAllowed):
        invitations.invite(case.id, email="eve@example.org", side="management", by=ben, key="")


def test_an_employer_case_never_holds_the_union_side(app: Any) -> None:
    case, ana = a_draft()
    with pytest.raises(BadInput):
        invitations.invite(case.id, email="uma@example.org", side="union", by=ana, key="")
    assert db.session.query(Invitation).count() == 0


def test_a_seat_belongs_to_its_side(app: Any) -> None:
    case, ana = a_draft("joint")
    with pytest.raises(BadInput):
        invitations.invite(
            case.id, email="u@example.org", side="management", seat="classified_president", by=ana, key=""
        )
    member, _uma = joined(case, ana, "union", "classified_president")
    # The first of a side leads it, the next one does not.
    assert (member.side, member.seat, member.role) == ("union", "classified_president", "lead")
    assert joined(case, ana, "union")[0].role == "member"


def test_only_the_invited_address_answers(app: Any) -> None:
    case, ana = a_draft()
    ben = somebody()
    asked = invitations.invite(case.id, email=ben.email, side="management", by=ana, key="")
    for deed in (invitations.accept, invitations.decline):
        with pytest.raises(NotFound):
            deed(asked.id, by=somebody())
    invitations.decline(asked.id, by=ben)
    with pytest.raises(NotNow):
        invitations.accept(asked.id, by=ben)


def test_what_was_taken_back_or_has_ended_opens_nothing(clock: Any) -> None:
    case, ana = a_draft()
    ben, cleo = somebody(), somebody()
    first = invitations.invite(case.id, email=ben.email, side="management", by=ana, key="")
    second = invitations.invite(case.id, email=cleo.email, side="management", by=ana, key="")
    invitations.revoke(first.id, by=ana)
    with pytest.raises(NotNow):
        invitations.accept(first.id, by=ben)
    clock.go(days=7, minutes=1)
    with pytest.raises(NotNow):
        invitations.accept(second.id, by=cleo)
    run_due()
    assert db.session.get_one(Invitation, second.id).state == "expired"
    # It can be asked again.
    assert invitations.invite(case.id, email=cleo.email, side="management", by=ana, key="").state == "invited"


def test_accepting_twice_is_one_place(app: Any) -> None:
    case, ana = a_draft()
    ben = somebody()
    asked = invitations.invite(case.id, email=ben.email, side="management", by=ana, key="")
    assert invitations.accept(asked.id, by=ben).id == invitations.accept(asked.id, by=ben).id
    with pytest.raises(BadInput):
        invitations.invite(case.id, email=ben.email, side="management", by=ana, key="")


def test_the_last_lead_hands_over_before_leaving(app: Any) -> None:
    case, ana = a_draft()
    member, ben = joined(case, ana, "management")
    mine = db.session.query(Membership).filter_by(person_id=ana.id).one().id
    with pytest.raises(NotNow):
        team.remove(mine, by=ana)
    with pytest.raises(NotAllowed):
        team.share_lead(member.id, by=ben)
    team.share_lead(member.id, by=ana)
    team.remove(mine, by=ana)
    assert db.session.get_one(Case, case.id).owner_id == ben.id
    assert db.session.get_one(Membership, mine).removed_at is not None


def test_nobody_removes_somebody_of_the_other_side(app: Any) -> None:
    case, ana = a_draft("joint")
    member, uma = joined(case, ana, "union")
    with pytest.raises(NotFound):
        team.remove(member.id, by=ana)
    other, _vic = joined(case, ana, "union")
    team.remove(other.id, by=uma)
    with pytest.raises(NotFound):
        team.remove(other.id, by=uma)
