"""Two people write in one part: nothing that was typed is ever lost, and nothing is overwritten silently."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.actions import intake as action
from lab.actions import invitations
from lab.database import db, transaction
from lab.errors import NotFound, NotNow
from lab.models import Case, Membership, Person, Section, SectionRevision
from lab.queries import intake as queries
from tests.clients import somebody
from tests.soak import times


def a_draft(kind: str = "employer", by: Person | None = None) -> Case:
    return action.start(
        line="schools" if kind == "joint" else "nonprofit", kind=kind, by=by or somebody(), key=""
    )


def topic(case: Case, name: str) -> Section:
    db.session.expire_all()
    found = queries.section_of(case, name)
    assert found is not None
    return found


def typed(text: str) -> dict[str, list[str]]:
    return {"name": [text]}


def test_a_second_writer_who_had_read_the_old_text_loses_nothing(app: Any) -> None:
    ana, ben = somebody(), somebody()
    case = a_draft(by=ana)
    with transaction():
        db.session.add(
            Membership(
                case_id=case.id, person_id=ben.id, side="management", role="member", joined_at=case.created_at
            )
        )
    section = topic(case, "organization")
    read = section.version
    first = action.save(section.id, typed=typed("Ana's"), answers=None, read_version=read, by=ana)
    second = action.save(section.id, typed=typed("Ben's"), answers=None, read_version=read, by=ben)
    assert first.clash is None
    assert second.clash is not None
    assert topic(case, "organization").typed == typed("Ana's")
    kept = db.session.get_one(SectionRevision, second.clash)
    assert (kept.typed, kept.saved_by_id) == (typed("Ben's"), ben.id)
    # Sending the same losing text again keeps it once.
    again = action.save(section.id, typed=typed("Ben's"), answers=None, read_version=read, by=ben)
    assert again.clash == second.clash


def test_the_same_text_from_an_old_page_is_no_quarrel(app: Any) -> None:
    ana = somebody()
    section = topic(a_draft(by=ana), "organization")
    read = section.version
    action.save(section.id, typed=typed("Same"), answers=None, read_version=read, by=ana)
    assert action.save(section.id, typed=typed("Same"), answers=None, read_version=read, by=ana).clash is None


# A form never hands on the character zero, and a browser never sends half a pair.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=4)
steps = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["read", "save", "save"]), texts), max_size=8)


@settings(
    max_examples=times(15, soak=1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_every_text_that_was_ever_sent_can_be_found(app: Any, steps: list[tuple[int, str, str]]) -> None:
    """Three people read and save in any order; a save is made from whatever version they last read."""
    people = [somebody() for _ in range(3)]
    case = a_draft(by=people[0])
    with transaction():
        for one in people[1:]:
            db.session.add(
                Membership(
                    case_id=case.id,
                    person_id=one.id,
                    side="management",
                    role="member",
                    joined_at=case.created_at,
                )
            )
    ident = topic(case, "needs").id
    read = {number: topic(case, "needs").version for number in range(3)}
    sent: list[str] = []
    for number, deed, text in steps:
        now = topic(case, "needs")
        if deed == "read":
            read[number] = now.version
            continue
        before = now.typed
        was = now.version
        saved = action.save(
            ident, typed=typed(text), answers=None, read_version=read[number], by=people[number]
        )
        sent.append(text)
        if saved.clash is None:
            read[number] = saved.version
            assert was == read[number] - 1 or before in ({}, typed(text)) or was <= saved.version
        else:
            assert topic(case, "needs").typed == before, "A text that came second overwrote the first."
    kept = [row.typed for row in queries.revisions_of(topic(case, "needs"))] + [topic(case, "needs").typed]
    for text in sent:
        assert typed(text) in kept


def test_nobody_else_can_write(app: Any) -> None:
    section = topic(a_draft(), "organization")
    with pytest.raises(NotFound):
        action.save(section.id, typed=typed("x"), answers=None, read_version=section.version, by=somebody())
    assert topic(section.case, "organization").typed == {}


def test_a_side_never_writes_the_notes_of_the_other(app: Any) -> None:
    ana, uma = somebody(), somebody()
    case = a_draft("joint", by=ana)
    invitation = invitations.invite(case.id, email=uma.email, side="union", by=ana, key="")
    invitations.accept(invitation.id, by=uma)
    management, union = topic(case, "notes_management").id, topic(case, "notes_union").id
    action.save(
        management, typed={"note": ["ours"]}, answers={"note": "ours", "share": True}, read_version=1, by=ana
    )
    action.save(
        union, typed={"note": ["theirs"]}, answers={"note": "theirs", "share": False}, read_version=1, by=uma
    )
    assert topic(case, "notes_management").shared_with_consultant is True
    for section, by in ((management, uma), (union, ana)):
        with pytest.raises(NotFound):
            action.save(section, typed={"note": ["x"]}, answers=None, read_version=2, by=by)


def test_what_was_sent_can_no_longer_be_changed(app: Any) -> None:
    ana = somebody()
    case = a_draft(by=ana)
    section = topic(case, "organization")
    with transaction():
        db.session.get_one(Case, case.id).state = "submitted"
    with pytest.raises(NotNow):
        action.save(section.id, typed=typed("x"), answers=None, read_version=section.version, by=ana)
