"""The pages of the portfolio: for directors alone, as heavy with many cases as with few, and each deed once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import portfolio
from lab.database import db
from lab.models import Case, Offer, Person, PortfolioRun
from tests import a_portfolio, an_offer, factories
from tests.clients import HTMX, Clock, LabClient
from tests.pages import Page
from tests.routes.test_reviews import counted

SignIn = Callable[[str | Person], LabClient]


@pytest.fixture
def director(app: Flask, clock: Clock) -> Person:
    """A director with eight consultants in the house."""
    an_offer.the_consultants()
    return a_portfolio.a_director()


@pytest.fixture
def dana(director: Person, signed_in: SignIn) -> LabClient:
    """The director's browser."""
    return signed_in(director)


def only_run() -> PortfolioRun:
    return db.session.scalars(sa.select(PortfolioRun)).one()


def test_nobody_else_finds_these_pages(director: Person, client: LabClient, signed_in: SignIn) -> None:
    a_portfolio.decided_cases(director, "O10")
    run = a_portfolio.a_run(director)
    pages = ("/portfolio/", f"/portfolio/{run.ref}", "/portfolio/compare", f"/portfolio/{run.ref}/plan.csv",
             f"/portfolio/{run.ref}/release")  # fmt: skip
    for role in ("consultant", "administrator", "network_lead"):
        somebody = signed_in(role)
        assert {somebody.get(path).status_code for path in pages} == {404}
        assert somebody.post("/portfolio/").status_code in (400, 404)
    assert {client.get(path).status_code for path in pages} == {303}


def test_a_run_that_does_not_exist_is_not_found(dana: LabClient) -> None:
    assert dana.get("/portfolio/ZZZZZZZZ").status_code == 404
    assert dana.get("/portfolio/compare?first=ZZZZZZZZ").status_code == 404


def test_without_open_cases_the_page_says_so(dana: LabClient) -> None:
    text = dana.get("/portfolio/").text
    assert "No open case waits for a consultant" in text
    assert "No run yet." in text


def test_from_the_first_page_to_offers_that_are_sent(dana: LabClient, director: Person) -> None:
    cases = a_portfolio.decided_cases(director, "O10", "O06")
    answer = dana.send("/portfolio/", "/portfolio/")
    portfolio.run_waiting()
    run = only_run()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/portfolio/{run.ref}")
    shown = dana.get(f"/portfolio/{run.ref}").text
    for case in cases:
        assert case.ref in shown
    chosen = Page(shown).form(f"/portfolio/{run.ref}/release").fields["case"]
    check = f"/portfolio/{run.ref}/release?" + "&".join(f"case={ref}" for ref in chosen)
    answer = dana.send(check, f"/portfolio/{run.ref}/release")
    assert answer.status_code == 303
    after = dana.get(f"/portfolio/{run.ref}").text
    assert re.search(r"offers? (is|are) on (its|their) way", after)
    assert after.count(">Sent</span>") == len(chosen)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Offer)) == len(chosen)


def test_sending_the_same_form_twice_sends_once(dana: LabClient, director: Person) -> None:
    a_portfolio.decided_cases(director, "O10")
    run = a_portfolio.a_run(director)
    ref = next(iter(a_portfolio.assigned(run)))
    page = dana.get(f"/portfolio/{run.ref}/release?case={ref}")
    form = Page(page.text).form(f"/portfolio/{run.ref}/release")
    for _ in range(2):
        assert dana.post(form.action, data=form.fields).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 1
    assert "nothing was sent again" in dana.get(f"/portfolio/{run.ref}").text


def test_no_case_ticked_is_an_error_in_words(dana: LabClient, director: Person) -> None:
    a_portfolio.decided_cases(director, "O10")
    run = a_portfolio.a_run(director)
    answer = dana.get(f"/portfolio/{run.ref}/release", follow_redirects=True)
    assert "Tick at least one case" in answer.text
    assert "<title>Error: " in answer.text


def test_wishes_are_read_from_the_form_and_taken_over_from_a_run(dana: LabClient, director: Person) -> None:
    a_portfolio.decided_cases(director, "O10", "O06")
    first = a_portfolio.a_run(director)
    case, consultant = next(iter(a_portfolio.assigned(first).items()))
    offered = dana.get(f"/portfolio/?from={first.ref}&keep={case}:{consultant}").text
    assert Page(offered).form("/portfolio/").fields[f"{case}-keep"] == [consultant]
    ruled_out = dana.get(f"/portfolio/?from={first.ref}&without={case}:{consultant}").text
    assert Page(ruled_out).form("/portfolio/").fields[f"{case}-without"] == [consultant]
    dana.send(f"/portfolio/?from={first.ref}&without={case}:{consultant}", "/portfolio/")
    second = db.session.scalars(sa.select(PortfolioRun).where(PortfolioRun.id != first.id)).one()
    assert second.inputs["banned"] == [[case, consultant]]


def test_a_number_that_is_none_comes_back_in_words(dana: LabClient, director: Person) -> None:
    a_portfolio.decided_cases(director, "O10")
    answer = dana.send("/portfolio/", "/portfolio/", {"C01-least": "many"})
    assert answer.status_code == 422
    assert "Type 0 to 20 cases, or nothing." in answer.text
    assert "<title>Error: " in answer.text
    assert db.session.scalars(sa.select(PortfolioRun)).all() == []


def test_wishes_that_cannot_hold_are_named_with_names(dana: LabClient, director: Person) -> None:
    a_portfolio.decided_cases(director, "O10")
    dana.send("/portfolio/", "/portfolio/", {"C03-least": "9"})
    portfolio.run_waiting()
    text = dana.get(f"/portfolio/{only_run().ref}").text
    assert "This run came to nothing" in text
    assert "Ana Lucía Benavides" in text and "C03" not in text.partition("<main")[2].partition("?from=")[0]


def test_the_page_of_a_run_shows_how_far_it_is(dana: LabClient, director: Person) -> None:
    a_portfolio.decided_cases(director, "O10", "O06")
    dana.send("/portfolio/", "/portfolio/")
    run = only_run()
    text = dana.get(f"/portfolio/{run.ref}").text
    assert "Computed: 0 of 2 cases" in text and "Look again" in text
    part = dana.get(f"/portfolio/{run.ref}", headers=HTMX)
    assert part.text.lstrip().startswith("<div") and "0 of 2" in part.text
    assert dana.get(f"/portfolio/{run.ref}/plan.csv").status_code == 303
    assert dana.get(f"/portfolio/{run.ref}/release?case=X").status_code == 303
    portfolio.run_waiting()
    done = dana.get(f"/portfolio/{run.ref}", headers=HTMX)
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, f"/portfolio/{run.ref}")


def test_two_runs_side_by_side(dana: LabClient, director: Person) -> None:
    assert "Two finished runs are needed" in dana.get("/portfolio/compare").text
    a_portfolio.decided_cases(director, "O10")
    first = a_portfolio.a_run(director)
    case = next(iter(a_portfolio.assigned(first)))
    second = a_portfolio.a_run(director, banned=tuple((case, f"C0{n}") for n in range(1, 9)))
    text = dana.get(f"/portfolio/compare?first={first.ref}&second={second.ref}").text
    assert "Waits then" in text
    assert "Gains somebody" in dana.get(f"/portfolio/compare?first={second.ref}&second={first.ref}").text


def test_the_table_cannot_be_taken_for_formulas(dana: LabClient, director: Person) -> None:
    [case] = a_portfolio.decided_cases(director, "O10")
    db.session.execute(sa.update(Case).where(Case.id == case.id).values(organization='=HYPERLINK("x")'))
    db.session.commit()
    run = a_portfolio.a_run(director)
    table = dana.get(f"/portfolio/{run.ref}/plan.csv")
    assert table.mimetype == "text/csv"
    assert '"\'=HYPERLINK(""x"")"' in table.text


def test_pages_ask_as_much_for_many_cases_as_for_few(dana: LabClient, director: Person) -> None:
    def asked() -> list[int]:
        run = a_portfolio.a_run(director)
        numbers = []
        for path in ("/portfolio/", f"/portfolio/{run.ref}", "/portfolio/compare"):
            with counted() as said:
                assert dana.get(path).status_code == 200
            numbers.append(len(said))
        return numbers

    a_portfolio.decided_cases(director, "O10", "O06")
    a_portfolio.a_run(director)
    few = asked()
    for name in ("O01", "O03", "O05"):
        factories.a_case(told_as=name)
    assert asked() == few
    assert max(few) <= 16
