"""The pages of what needs two people: who finds them, what they lead to, and what each look leaves."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from lab.actions import signatures
from lab.database import db
from lab.models import AccessReceipt, Case, Event, SecondSignature, Section
from tests.clients import Clock, LabClient, somebody
from tests.factories import a_case, fill_sections

HERE = "/second-signature/"


def ask(client: LabClient, page: str, **data: str) -> SecondSignature:
    sent = client.send(page, page, {"reason": "A complaint", **data})
    assert sent.status_code == 303, sent.text
    return db.session.query(SecondSignature).order_by(SecondSignature.id.desc()).limit(1).one()


def with_a_secret(case: Case) -> Case:
    fill_sections(case)
    db.session.add(
        Section(case_id=case.id, topic="notes_union", audience="union", state="done", answers={"note": "canary"})
    )  # fmt: skip
    db.session.commit()
    return case


@pytest.mark.parametrize("role", ["", "consultant", "network_lead"])
def test_only_staff_find_the_pages(app: Flask, signed_in, client: LabClient, role: str) -> None:
    asker, _colleague = somebody("director"), somebody("director")
    row = signatures.ask_export(reason="why", by=asker)
    other = signed_in(role)
    paths = ("", row.ref, "ask/export", "ask/case", f"{row.ref}/case", f"ask/reset/{other.person.ref}",
             f"ask/role/{other.person.ref}/director")  # fmt: skip
    for path in paths:
        assert other.get(HERE + path).status_code == 404, path
        assert client.get(HERE + path).status_code == 303, path


def test_who_is_alone_reads_how_to_get_a_colleague_and_nothing_waits(app: Flask, signed_in) -> None:
    admin, person = signed_in("administrator"), somebody(name="Dana Field")
    page = f"{HERE}ask/role/{person.ref}/director"
    answer = admin.send(page, page, {"reason": "Runs the reviews from Monday on."})
    assert "flask lab admin" in answer.text and "Runs the reviews from Monday on." in answer.text
    assert "Nothing waits" in admin.get(HERE).text


def test_an_empty_page_says_so(app: Flask, signed_in) -> None:
    assert "Nothing waits" in signed_in("director").get(HERE).text


def test_a_role_is_asked_for_agreed_to_and_held(app: Flask, signed_in) -> None:
    admin, director, person = signed_in("administrator"), signed_in("director"), somebody(name="Dana Field")
    row = ask(admin, f"{HERE}ask/role/{person.ref}/director")
    mine, theirs = admin.get(HERE + row.ref).text, director.get(HERE + row.ref).text
    assert "Take it back" in mine and "Agree" not in mine and "flask lab admin" in mine
    assert "Dana Field: Director" in theirs and "Take it back" not in theirs
    token = {"csrf_token": "none"}
    assert admin.post(f"{HERE}{row.ref}/approve", data=token).status_code in (400, 404)
    assert director.send(HERE + row.ref, f"{HERE}{row.ref}/approve").status_code == 303
    db.session.refresh(person)
    assert [grant.role for grant in person.roles] == ["director"]
    assert "Done" in admin.get(HERE).text


def test_refused_and_taken_back(app: Flask, signed_in) -> None:
    first, second = signed_in("director"), signed_in("director")
    row = ask(first, f"{HERE}ask/export")
    second.send(HERE + row.ref, f"{HERE}{row.ref}/refuse")
    assert "Refused" in first.get(HERE + row.ref).text
    row = ask(first, f"{HERE}ask/export")
    first.send(HERE + row.ref, f"{HERE}{row.ref}/withdraw")
    assert "Taken back" in second.get(HERE).text


def test_the_table_of_all_cases_has_no_answers_and_no_formula(app: Flask, signed_in) -> None:
    first, second = signed_in("director"), signed_in("administrator")
    case, draft, tied = a_case(), a_case(state="draft"), a_case(told_as="O02")
    case.organization, tied.organization = "=HYPERLINK(1)", "The tied house"
    first.person.ties = ["tied house"]
    db.session.commit()
    row = ask(first, f"{HERE}ask/export")
    second.send(HERE + row.ref, f"{HERE}{row.ref}/approve")
    taken = first.send(HERE + row.ref, f"{HERE}{row.ref}/table")
    table = list(csv.reader(io.StringIO(taken.text)))
    assert taken.mimetype == "text/csv" and [line[0] for line in table] == ["Reference", case.ref]
    assert table[1][1] == "'=HYPERLINK(1)" and draft.ref not in taken.text
    assert [(one.what, one.case_id) for one in db.session.query(AccessReceipt)] == [("export", case.id)]
    assert "/table" not in first.get(HERE + row.ref).text


def test_a_case_is_read_for_a_day_and_its_people_see_who_looked(app: Flask, signed_in, clock: Clock) -> None:
    admin, director = signed_in("administrator"), signed_in("director")
    case = with_a_secret(a_case(told_as="O01"))
    admin.person.name = "Ines Marsh"
    db.session.commit()
    owner = signed_in(case.owner)
    wrong = admin.send(f"{HERE}ask/case", f"{HERE}ask/case", {"case": "LL-NOTHER", "reason": "x"})
    assert wrong.status_code == 422 and "There is no such case." in wrong.text
    row = ask(admin, f"{HERE}ask/case", case=case.ref.lower())
    glass = f"{HERE}{row.ref}/case"
    assert admin.get(glass).status_code == 409 and "canary" not in admin.get(HERE + row.ref).text
    director.send(HERE + row.ref, f"{HERE}{row.ref}/approve")
    assert director.get(glass).status_code == 404  # open to who asked
    for _look in range(2):
        assert "canary" in admin.get(glass).text
    assert db.session.query(Event).filter_by(verb="case_looked_into").count() == 2
    assert admin.get(f"/reviews/{case.ref}").status_code == 404  # nothing but that one page
    assert admin.get(f"/cases/{case.ref}").status_code == 404
    shown = owner.get(f"/cases/{case.ref}/access").text
    assert "Ines Marsh" in shown and "opened by two people" in shown
    clock.go(hours=24, seconds=1)
    admin.sign_in(admin.person)
    assert admin.get(glass).status_code == 409


def test_a_director_with_a_tie_does_not_learn_of_it(app: Flask, signed_in) -> None:
    admin, director = signed_in("administrator"), signed_in("director")
    case = a_case()
    row = ask(admin, f"{HERE}ask/case", case=case.ref)
    assert case.ref in director.get(HERE).text
    director.person.ties = [case.organization]
    db.session.commit()
    assert case.ref not in director.get(HERE).text
    assert director.get(HERE + row.ref).status_code == 404


def test_a_lost_factor_is_asked_for_from_the_page_of_the_person(app: Flask, signed_in, clock: Clock) -> None:
    admin, other, lost = signed_in("administrator"), signed_in("administrator"), somebody()
    page = f"{HERE}ask/reset/{lost.ref}"
    assert admin.get(page).status_code == 404  # there is nothing to take away
    lost.second_since = clock.moment
    db.session.commit()
    assert page in admin.get(f"/people/{lost.ref}").text
    row = ask(admin, page)
    other.send(HERE + row.ref, f"{HERE}{row.ref}/approve")
    db.session.refresh(lost)
    assert lost.second_since is None
