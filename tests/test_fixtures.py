"""The tests' own ground holds: both databases, their cleaning, the client that sees only what was committed."""

import pytest

from lab.actions.people import welcome
from lab.database import db, now
from lab.models import Person
from tests.clients import somebody
from tests.pages import Page


def test_a_test_runs_on_the_database_it_names(app, database):
    assert db.engine.dialect.name == ("sqlite" if database.startswith("sqlite") else "postgresql")


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_starts_with_no_people(app, turn):
    assert db.session.query(Person).count() == 0
    welcome("dana@example.org")
    assert db.session.query(Person).count() == 1


def test_a_browser_does_not_see_what_was_not_committed(app, client):
    db.session.add(Person(email="dana@example.org", created_at=now()))
    with pytest.raises(AssertionError, match="Commit what the test prepared"):
        client.get("/healthz")


def test_what_a_test_read_before_a_request_is_read_again_after_it(app, client):
    dana = somebody("director", name="Dana")
    db.session.execute(db.update(Person).values(name="Someone else"))
    client.get("/healthz")
    assert dana.name == "Dana"


def test_a_signed_in_person_is_recognized(signed_in):
    director = signed_in("director")
    assert director.person.roles[0].role == "director"
    assert "/sign-out" in {form.action for form in Page(director.get("/sign-in").text).forms}


def test_time_stands_still(app, clock):
    before = now()
    assert now() == before
    assert clock.go(days=1) == now() > before


def test_a_form_is_read_as_a_browser_would_send_it():
    page = Page(
        """<form id="f" action="/go" method="post"><input type="hidden" name="csrf_token" value="x">
        <input name="a" value="1"><input type="checkbox" name="b" value="yes"><input type="checkbox" name="b" value="no" checked>
        <select name="s"><option value="1">one</option><option value="2" selected>two</option></select>
        <textarea name="t">\nTwo\nlines</textarea><button name="go" value="1">Go</button></form>
        <input name="c" value="late" form="f"><a href="/there">There</a>"""
    )
    assert page.form("/go").fields == {
        "csrf_token": ["x"], "a": ["1"], "b": ["no"], "s": ["2"], "t": ["Two\nlines"], "c": ["late"],
    }  # fmt: skip
    assert page.links == ["/there"]
    with pytest.raises(LookupError, match="/go"):
        page.form("/elsewhere")
