"""Deleting on pages: the wish, the code, the way back, the receipt, the hold; and who has looked, to take along."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest
import sqlalchemy as sa

from lab import vocabulary as words
from lab.actions import cases, deletions, reviews
from lab.actions.timers import run_due
from lab.database import db, now
from lab.models import Case, Deletion, LegalHold, OutboxMessage
from tests import factories
from tests.clients import Clock, somebody


@pytest.fixture
def clock(app):
    return Clock(app, now())


@pytest.fixture
def case(app, clock) -> Case:
    made = factories.a_case(told_as="O02", state="submitted", director=somebody("director"))
    factories.fill_sections(made)
    db.session.commit()
    cases.withdraw(made.id, by=made.owner)
    return made


def browser(app, person):
    return app.test_client().sign_in(person)


def the_code() -> str:
    query = (
        sa.select(OutboxMessage)
        .where(OutboxMessage.kind == "deletion-code")
        .order_by(OutboxMessage.id.desc())
    )
    return str(db.session.scalars(query).first().secret["code"])


def wish_of(case: Case) -> Deletion:
    query = sa.select(Deletion).where(Deletion.case_id == case.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def asked(app, case: Case):
    client, page = browser(app, case.owner), f"/cases/{case.ref}/deletion"
    assert client.send(page, page).status_code == 303
    assert client.send(page, f"{page}/code", {"code": the_code()}).status_code == 303
    return client


def test_from_the_question_to_the_receipt(app, case, clock):
    client, page = browser(app, case.owner), f"/cases/{case.ref}/deletion"
    assert "Send me a code" in client.get(page).text
    assert client.send(page, page).status_code == 303
    wrong = client.send(page, f"{page}/code", {"code": "22222222"})
    assert wrong.status_code == 422 and "does not fit" in wrong.text
    assert client.send(page, f"{page}/code", {"code": the_code()}).status_code == 303
    assert "Seven days to change your mind" in client.get(page).text
    ref = case.ref
    clock.go(days=8)
    run_due()
    client = browser(app, case.owner)
    receipt = client.get(page).text
    assert "What is gone" in receipt and "parts of the application: " in receipt
    assert client.get(f"/cases/{ref}").status_code == 404
    assert "Deleted case" in client.get("/cases/", follow_redirects=True).text or "Receipt" in receipt
    assert browser(app, somebody()).get(page).status_code == 404
    assert browser(app, case.director).get(f"/reviews/{ref}").status_code == 404


def test_the_way_back(app, case):
    client, page = asked(app, case), f"/cases/{case.ref}/deletion"
    assert client.send(page, f"{page}/undo").status_code == 303
    assert wish_of(case).state == "undone"
    assert "nothing was deleted" in client.get(page).text


def test_two_people_for_early_and_an_administrator_reads_no_name(app, case):
    asked(app, case)
    director, administrator = browser(app, case.director), browser(app, somebody("administrator"))
    assert case.organization in director.get("/deletions/").text
    assert case.organization not in administrator.get("/deletions/").text
    page = f"/deletions/{wish_of(case).ref}/earlier"
    assert director.send(page, page, {"reason": ""}).status_code == 422
    there = director.send(page, page, {"reason": "They ask for it."}).headers["Location"]
    assert "Take it back" in director.get(there).text
    assert wish_of(case).state == "queued"
    for client in (director, administrator):
        assert client.get(page).headers["Location"] == there
        assert f'href="{there}"' in client.get("/deletions/").text
    told = administrator.get(there).text
    assert case.ref in told and case.organization not in told and "It is gone at once" in told
    done = administrator.send(there, f"{there}/approve")
    assert done.headers["Location"] == "/deletions/"
    assert wish_of(case).state == "executed"
    assert director.get(there).status_code == 404
    assert browser(app, case.owner).get("/deletions/").status_code == 404


def test_a_director_holds_and_lifts(app, case):
    asked(app, case)
    client, page = browser(app, case.director), f"/reviews/{case.ref}/hold"
    assert client.send(page, page, {"reason": "", "review_on": ""}).status_code == 422
    assert client.send(page, page, {"reason": "A subpoena", "review_on": "2020-01-01"}).status_code == 422
    assert client.send(page, page, {"reason": "A subpoena", "review_on": "2030-01-01"}).status_code == 303
    assert "A subpoena" in client.get("/deletions/").text
    theirs = browser(app, case.owner).get(f"/cases/{case.ref}/deletion").text
    assert "The law may ask us" in theirs and "A subpoena" not in theirs
    assert client.send(page, page).status_code == 303
    assert db.session.scalars(sa.select(LegalHold.lifted_at)).one() is not None
    assert wish_of(case).state == "queued"
    assert browser(app, somebody("administrator")).get(page).status_code == 404


def test_the_other_side_sees_no_trace_of_one_sides_wish(app, clock):
    made = factories.a_case(told_as="O04", state="submitted")
    union = somebody()
    db.session.add(
        factories.Membership(case_id=made.id, person_id=union.id, side="union", role="lead", joined_at=now())
    )
    db.session.commit()
    page = f"/cases/{made.ref}/deletion"
    before = browser(app, made.owner).get(page).text
    client = browser(app, union)
    assert client.send(page, page).status_code == 303
    assert client.send(page, f"{page}/code", {"code": the_code()}).status_code == 303
    assert "Seven days" in client.get(page).text
    after = browser(app, made.owner).get(page).text
    assert "Seven days" not in after and "Send me a code" in after and "Send me a code" in before
    clock.go(days=8)
    run_due()
    assert "What is gone" in browser(app, union).get(page).text


def test_who_has_looked_can_be_taken_along(app, case):
    cases.opened(case, by_id=case.director.id, what="review")
    client = browser(app, case.owner)
    assert "access.csv" in client.get(f"/cases/{case.ref}/access").text
    answer = client.get(f"/cases/{case.ref}/access.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert answer.mimetype == "text/csv"
    assert rows[0] == ["Who", "What they opened", "When"]
    assert rows[1][:2] == [case.director.name, "your application, for the review"]
    assert browser(app, somebody()).get(f"/cases/{case.ref}/access.csv").status_code == 404


def test_a_table_taken_along_is_in_the_receipt_of_every_case_it_names(app, case):
    reviews.exported(f"reference,organization\n{case.ref},House\nLL-ZZZZZZ,None", by_id=case.director.id)
    reviews.exported(f"{case.ref}", by_id=case.director.id)
    told = browser(app, case.owner).get(f"/cases/{case.ref}/access").text
    assert told.count("your case, in a table of the program") == 1


@pytest.mark.parametrize("locale", ["en", "es"])
def test_the_privacy_page_is_made_from_the_registry(app, locale):
    client = app.test_client()
    client.get(f"/language/{locale}")
    page = unescape(client.get("/privacy").text)
    for rule in words.RETENTION_RULES.values():
        assert rule.label.in_(locale) in page and rule.hint.in_(locale) in page
    assert deletions.UNDO.days == 7
