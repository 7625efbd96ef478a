"""Values read past the session: for whoever reads, with what the deed has changed so far, and codes written out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lab import row_security
from lab.database import db, transaction, values_of
from lab.models import Person
from lab.queries.viewers import person_later
from lab.statements import literally, one_of
from tests.clients import somebody
from tests.statements import counted

BY_NAME = sa.select(Person.email).where(Person.name == sa.bindparam("name"))


def test_what_a_deed_has_changed_so_far_is_found(app):
    person = somebody()
    with transaction():
        db.session.get_one(Person, person.id).name = "Changed a moment ago"
        assert [row.email for row in values_of(BY_NAME, {"name": "Changed a moment ago"})] == [person.email]


def test_nobody_reads_values_before_it_is_known_who_asks(app):
    with app.test_request_context("/"), pytest.raises(row_security.NobodyReads):
        values_of(BY_NAME, {"name": "Somebody"})


@pytest.mark.parametrize("text", ["Harbor", "x'; DROP TABLE people", "a b", "ü", "a-b", "a\n"])
def test_only_codes_are_written_out(text):
    with pytest.raises(ValueError, match="codes"):
        literally(text)


def test_codes_and_numbers_stand_in_the_statement(app):
    known = somebody("director")
    statement = sa.select(Person.id).where(one_of(Person.locale, ("en", "es")), Person.id >= literally(0))
    assert set(statement.compile().params) == set()
    assert known.id in [row.id for row in values_of(statement)]


def test_a_person_is_read_when_something_of_them_is_asked(app):
    number = somebody(name="Read late").id
    db.session.expunge_all()
    with counted() as said:
        person = person_later(number)
        assert person_later(number) is person
        assert said == []
        assert person.name == "Read late"
    assert len(said) == 1


@pytest.mark.parametrize(("role", "asked"), [("director", 1), ("", 1), ("consultant", 2)])
def test_a_page_that_asks_nothing_of_the_person_knows_them_by_one_statement(signed_in, role, asked):
    """Session, roles and seats are one; only what a consultant or a lead works on is another."""
    client = signed_in(somebody(role) if role else somebody())
    client.get("/healthz")
    with counted() as said:
        assert client.get("/healthz").status_code == 200
    assert len(said) == asked
    assert all(word in said[0] for word in ("web_sessions", "role_grants", "memberships"))
