"""An application as somebody writes it in a browser: part by part, left and taken up again, checked and sent."""

from __future__ import annotations

from typing import Any

import pytest

from lab import exchange
from lab.database import db
from lab.models import Case, Section
from tests.clients import LabClient, somebody
from tests.filled import NONPROFIT, SCHOOLS
from tests.pages import Page


def begin(client: LabClient, line: str = "nonprofit", side: str = "") -> str:
    """Start an application and give its address."""
    answer = client.send(
        "/applications/new", "/applications/new", {"line": line, "name": "Ana Ruiz", **({"side": side} if side else {})}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location).removesuffix("/tasks")


def fill(client: LabClient, at: str, topic: str, data: dict[str, Any], do: str = "continue", **kwargs: Any) -> Any:
    """Type into the form of one part and send it."""
    return client.send(f"{at}/{topic}", f"{at}/{topic}", {**data, "do": do}, **kwargs)


def fill_all(client: LabClient, at: str, told: dict[str, dict[str, Any]]) -> None:
    for topic, data in told.items():
        answer = fill(client, at, topic, data)
        assert answer.status_code == 303, f"{topic}: {answer.text}"


def send(client: LabClient, at: str) -> Any:
    return client.send(f"{at}/check", f"{at}/submit", {"consent": "y"})


def section(at: str, topic: str) -> Section:
    ref = at.rsplit("/", 1)[1]
    return db.session.query(Section).join(Case).filter(Case.ref == ref, Section.topic == topic).one()


def test_a_new_application_shows_its_seven_parts(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    page = client.get(f"{at}/tasks").text
    assert "0 of 7 parts done" in page
    assert page.count("Not started") == 7
    assert "About 20 minutes left" in page
    assert client.get(f"{at}/sent").status_code == 303


def test_starting_twice_with_one_form_makes_one_application(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    fields = dict(Page(client.get("/applications/new").text).form("/applications/new").fields)
    data = {**fields, "line": "nonprofit", "name": "Ana"}
    first, second = (client.post("/applications/new", data=data) for _ in range(2))
    assert first.location == second.location
    assert db.session.query(Case).count() == 1


@pytest.mark.parametrize(("line", "told"), [("nonprofit", NONPROFIT), ("schools", SCHOOLS)])
def test_the_whole_way_to_the_reference(clock: Any, signed_in: Any, line: str, told: Any) -> None:
    client = signed_in(somebody())
    at = begin(client, line, "management" if line == "schools" else "")
    fill_all(client, at, told)
    answer = send(client, at)
    assert answer.status_code == 303, answer.text
    ref = at.rsplit("/", 1)[1]
    page = client.get(str(answer.location)).text
    assert ref in page
    case = db.session.query(Case).filter_by(ref=ref).one()
    assert case.state == "submitted"
    application = exchange.application_from(case.document)
    assert application.organization.name == told["organization"]["name"]
    assert case.organization == application.organization.name
    # A date within thirty days makes the answer come within one working day.
    assert case.due_on is not None
    assert str(case.due_on) == ("2026-11-24" if line == "nonprofit" else "2026-11-30")
