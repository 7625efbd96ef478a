"""Pages of the queue follow one another: nobody is left out, nobody comes twice, whatever the order is made of."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lab.clock import program_day
from lab.database import db, now
from lab.models import Case, Consultant, Person
from lab.models.cases import NOT_YET
from lab.queries import queue, queue_page
from lab.queries.urgency import PRESSING, order_of_urgency
from lab.routes import queue_words
from lab.viewer import Viewer
from tests.factories import a_case, a_consultant

STATES = ("draft", *queue_page.STATES)


@pytest.fixture
def mixed(app, clock):
    """Cases in every band of the order, with ties in each of its columns."""
    drawn = random.Random(7)
    first = a_case()
    template = {
        column.key: getattr(first, column.key)
        for column in Case.__table__.columns
        if column.key not in ("id", "ref", "phase", "calm", "imported_ref", "submitted_on", "folded_name")
    }
    today = program_day(now())
    for number in range(160):
        days = drawn.choice((None, -4, 0, 3, 30, 31, 60, 90, 91, 200))
        row = Case(**{
            **template, "organization": f"Case {number}", "state": drawn.choice(STATES),
            "clock_on": None if days is None else today + timedelta(days=days),
            "clock_kind": drawn.choice((*PRESSING[:2], "contract_expires")),
            "urgent_rank": drawn.choice((0, 1, 2)), "budget_rank": drawn.choice((1, 2, 9)),
            "submitted_at": now() - timedelta(days=drawn.choice((1, 2, 9))),
        })  # fmt: skip
        db.session.add(row)
    db.session.commit()


def in_one_sort(states):
    today = program_day(now())
    return list(
        db.session.scalars(
            sa.select(Case.ref).where(Case.state.in_(states)).order_by(*order_of_urgency(today))
        )
    )


def walked(filters, **where):
    """The references on all pages, one after the other, and back again."""
    page = queue.queue_of(Viewer(person_id=1), filters)
    there = [[row.ref for row in page.rows]]
    while page.later:
        page = queue.queue_of(Viewer(person_id=1), filters, after=page.later)
        there.append([row.ref for row in page.rows])
    back = [there[-1]]
    while page.earlier:
        page = queue.queue_of(Viewer(person_id=1), filters, before=page.earlier)
        back.insert(0, [row.ref for row in page.rows])
    return there, back


@pytest.mark.parametrize("state", ["", "all", "ended", "active"])
def test_pages_there_and_back_are_the_one_long_order(mixed, state):
    filters = queue_page.Filters(state=state)
    there, back = walked(filters)
    states = {
        "": queue_page.WAITING,
        "all": queue_page.STATES,
        "ended": queue_page.ENDED,
        "active": ("active",),
    }[state]
    wanted = in_one_sort(states)
    assert [ref for page in there for ref in page] == wanted
    assert [ref for page in back for ref in page] == wanted
    assert all(len(page) == queue_page.PAGE for page in there[:-1])


def test_pages_keep_their_filters_and_count_what_they_find(mixed):
    found = queue.queue_of(Viewer(person_id=1), queue_page.Filters(state="all", text="case 1"))
    names = [row.organization for row in found.rows]
    assert found.found >= len(names) > 0 and all("Case 1" in name for name in names)


def test_a_page_after_a_case_that_is_gone_is_the_first(mixed):
    first = queue.queue_of(Viewer(person_id=1), queue_page.Filters())
    again = queue.queue_of(Viewer(person_id=1), queue_page.Filters(), after="LL-NOBODY")
    assert again.rows == first.rows and not again.earlier


def test_a_case_to_which_there_is_a_tie_is_on_no_page_and_in_no_count(mixed):
    everything = queue.queue_of(Viewer(person_id=1), queue_page.Filters())
    one = everything.rows[0]
    without = queue.queue_of(Viewer(person_id=1, ties=(one.organization,)), queue_page.Filters())
    assert one.ref not in [row.ref for row in without.rows]
    assert without.found < everything.found


def test_a_hidden_case_and_a_draft_are_no_place_to_begin_at(mixed):
    everything = queue.queue_of(Viewer(person_id=1), queue_page.Filters())
    hidden = everything.rows[7]
    tied = Viewer(person_id=1, ties=(hidden.organization,))
    first = queue.queue_of(tied, queue_page.Filters())
    draft = a_case()
    draft.state = "draft"
    db.session.commit()
    for ref in (hidden.ref, draft.ref, "LL-NOBODY"):
        for where in ("after", "before"):
            page = queue.queue_of(tied, queue_page.Filters(), **{where: ref})
            assert (page.rows, page.earlier, page.later) == (first.rows, first.earlier, first.later)


def test_people_and_consultants_come_page_by_page_too(app, clock, signed_in):
    first = a_consultant()
    for number in range(120):
        person = Person(email=f"p{number}@example.org", name=f"Somebody {number:03}", created_at=now())
        db.session.add(person)
        db.session.flush()
        if number % 2:
            db.session.add(
                Consultant(
                    ref=f"C{number:03}", person_id=person.id, name=person.name, profile=first.profile,
                    capacity_hours_month=9, available_from=first.available_from, reviewed_at=now(),
                )
            )  # fmt: skip
    db.session.commit()
    administrator, director = signed_in("administrator"), signed_in("director")
    for browser, path, marks in (
        (administrator, "/people/?q=somebody", [f"Somebody {number:03}" for number in range(120)]),
        (director, "/consultants/?text=somebody", [f"Somebody {number:03}" for number in range(1, 120, 2)]),
    ):
        seen: list[str] = []
        while path:
            text = browser.get(path).text
            seen += re.findall(r"Somebody \d{3}", text)
            later = re.search(r'href="(\S+)" rel="next"', text)
            path = later[1].replace("&amp;", "&") if later else ""
        assert list(dict.fromkeys(seen)) == marks


@pytest.fixture
def written(monkeypatch):
    """What lists of the queue were written of, one after the other."""
    asked, write = [], queue_words._written_list
    monkeypatch.setattr(queue_words, "_written_list", lambda *told: asked.append(told) or write(*told))
    return asked


def test_a_list_is_written_once_for_whoever_finds_the_same_and_anew_when_it_reads_otherwise(
    mixed, signed_in, written
):
    dana, miles = signed_in("director"), signed_in("director")
    first = dana.get("/reviews/").text
    assert list_in(miles.get("/reviews/").text) == list_in(first)
    assert len(written) == 1

    case = db.session.scalars(sa.select(Case).where(Case.ref == written[0][0].rows[0].ref)).one()
    case.organization = "Called otherwise since"
    db.session.commit()
    assert "Called otherwise since" in miles.get("/reviews/").text
    assert len(written) == 2
    miles.get("/language/es?back=/reviews/")
    assert "Called otherwise since" in (in_spanish := list_in(miles.get("/reviews/").text))
    assert "Página siguiente" in in_spanish and len(written) == 3


def test_a_draft_that_somebody_begins_changes_the_number_and_no_list(mixed, signed_in, written):
    dana = signed_in("director")
    first = dana.get("/reviews/").text
    a_case().state = "draft"
    db.session.commit()
    second = dana.get("/reviews/").text
    before, after = (int(re.search(r"(\d+) drafts are being written", text)[1]) for text in (first, second))
    assert after == before + 1
    assert list_in(first) == list_in(second) and len(written) == 1


def test_a_case_is_in_the_phase_that_the_database_works_out(app, clock):
    """The list walks phases and leaves out the rule about states where it may."""
    told = {}
    for state in ("draft", *queue_page.STATES):
        case = a_case()
        case.state = state
        db.session.commit()
        told[state] = case.phase
    assert told == {"draft": NOT_YET, **queue.PHASES}


def list_in(text):
    """The part of the page that is kept."""
    return text[text.index('<div id="found">') : text.index("</main>")]


NAMES = [
    '"Quoted" \\ and \\n',
    "Ünïon ☕ 🎉",
    "line\u2028separator",
    "<b>&amp;</b>",
    "null",
    "[[",
    "tab\there",
    "bell\x07 and \x1f",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_read_as_they_were_typed(app, clock, name):
    case = a_case()
    case.organization, case.state = name, "submitted"
    db.session.commit()
    [row] = queue.queue_of(Viewer(person_id=1), queue_page.Filters()).rows
    assert (row.organization, row.director, row.due_on) == (name, "", case.due_on)
