"""A draft that was never sent: put away, or deleted with everything in it."""

import pytest
import sqlalchemy as sa

from lab.actions import intake, intake_drafts, invitations
from lab.database import db
from lab.errors import NotAllowed, NotFound, NotNow
from lab.models import Case, Event, Invitation, Membership, OutboxMessage, Section, SectionRevision, tables
from tests.actions.test_cases import join
from tests.clients import somebody

SECRET = "the words nobody else has read"


@pytest.fixture
def draft(app, clock):
    owner = somebody(name="Olive Hart")
    case = intake.start(line="nonprofit", kind="employer", by=owner, key="draft", name="Olive Hart")
    section = db.session.query(Section).filter_by(case_id=case.id, topic="needs").one()
    for version, text in ((section.version, SECRET), (section.version + 1, f"{SECRET} again")):
        intake.save(section.id, typed={"description": [text]}, answers=None, read_version=version, by=owner)
    invitations.invite(
        case.id, email="guest@example.org", name="Gil Guest", side="management", seat="", by=owner, key="i"
    )
    return db.session.get(Case, case.id)


def everything_kept():
    """All values of all tables, as one text."""
    return "\n".join(repr(db.session.execute(sa.select(table)).fetchall()) for table in tables().values())


def test_the_page_names_what_goes_and_then_it_is_gone(draft, signed_in):
    join(draft, somebody(name="Cora Lee"), "management", "member")
    ref, home = draft.ref, f"/cases/{draft.ref}/delete"
    lead = signed_in(draft.owner)
    assert home in lead.get(f"/cases/{ref}/withdraw").text
    page = lead.get(home).text
    assert "What would help" in page and "Cora Lee" in page and "guest@example.org" in page
    assert SECRET in everything_kept()
    answer = lead.send(home, home)
    assert answer.location.endswith("/cases/")
    assert f"The draft {ref} and everything in it was deleted" in lead.get("/cases/").text
    left = everything_kept()
    assert SECRET not in left and "What would help" not in left
    for model in (Section, SectionRevision, Membership, Invitation):
        assert db.session.query(model).count() == 0
    event = db.session.query(Event).filter_by(verb="draft_deleted").one()
    assert (event.about, event.details) == (ref, {})
    case = db.session.query(Case).one()
    assert (case.ref, case.state, case.organization, case.document) == (ref, "expired", "", None)
    assert lead.get(home).status_code == 404 and lead.get(f"/cases/{ref}").status_code == 404


def test_others_of_the_team_are_told_and_no_letter_leads_there(draft):
    colleague = somebody(name="Cora Lee")
    join(draft, colleague, "management", "member")
    owner = draft.owner
    intake_drafts.delete(draft.id, by=owner)
    assert [(mail.recipient, mail.kind) for mail in db.session.query(OutboxMessage)] == [
        (colleague.email, "case-withdrawn")
    ]


def test_a_member_a_stranger_and_a_sent_case_are_refused(draft, signed_in):
    member = somebody(name="Cora Lee")
    join(draft, member, "management", "member")
    with pytest.raises(NotAllowed):
        intake_drafts.delete(draft.id, by=member)
    with pytest.raises(NotFound):
        intake_drafts.delete(draft.id, by=somebody())
    for who in (member, somebody(), somebody("director"), somebody("administrator")):
        assert signed_in(who).get(f"/cases/{draft.ref}/delete").status_code == 404
    draft.state = "submitted"
    db.session.commit()
    with pytest.raises(NotNow):
        intake_drafts.delete(draft.id, by=draft.owner)
    assert db.session.query(Section).count() > 0


def test_while_the_other_side_writes_only_ones_own_side_can_go(app, clock, signed_in):
    owner = somebody()
    case = intake.start(line="schools", kind="joint", by=owner, key="joint", name="Olive Hart")
    join(case, somebody(), "union")
    with pytest.raises(NotNow, match="other side writes"):
        intake_drafts.delete(case.id, by=owner)
    assert signed_in(owner).get(f"/cases/{case.ref}/delete").location.endswith("/withdraw")


def test_a_draft_is_put_away_in_words_of_its_own(draft, signed_in):
    lead, page = signed_in(draft.owner), f"/cases/{draft.ref}/withdraw"
    text = lead.get(page).text
    assert "Put this draft away?" in text and "review and any work" not in text
    lead.send(page, page)
    assert db.session.get(Case, draft.id).state == "withdrawn"
