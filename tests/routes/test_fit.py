"""The fit check: five questions, no account, nothing stored, and never an error for who does not fit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from lab.database import db
from lab.models import tables
from tests.pages import Page

FITS = {
    "role": "leader", "kind": "nonprofit", "stage": "petition_filed", "state": "NY",
    "pro_union": "yes", "aligned_lawyer": "yes", "share_learning": "yes",
}  # fmt: skip


def test_one_question_a_page_without_an_account(client: Any) -> None:
    at, told = "/fit", {}
    for names in (
        ["role"],
        ["kind"],
        ["stage"],
        ["state"],
        ["pro_union", "aligned_lawyer", "share_learning"],
    ):
        page = client.get(at).text
        form = Page(page).form("/fit")
        assert form.method == "get"
        told = {
            **{name: values[0] for name, values in form.fields.items()},
            **{name: FITS[name] for name in names},
        }
        at = "/fit?" + urlencode(told)
    page = client.get(at).text
    assert "Yes, this is for you" in page
    assert "/applications/new?line=nonprofit" in page
    counts = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in tables().values()
    }
    assert not any(counts.values()), counts


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Yes, this is for you"),
        ({"aligned_lawyer": "no"}, "Yes, this is for you"),
        (
            {"kind": "school", "state": "CA", "role": "union", "aligned_lawyer": "unsure"},
            "Yes, this is for you",
        ),
        ({"pro_union": "unsure"}, "Let us talk first"),
        ({"share_learning": "no"}, "Let us talk first"),
        ({"kind": "other_nonprofit"}, "Let us talk first"),
        ({"pro_union": "no"}, "Other help fits you better"),
        ({"aligned_lawyer": "no", "share_learning": "no"}, "Other help fits you better"),
        ({"kind": "school"}, "Other help fits you better"),
        ({"kind": "company"}, "Other help fits you better"),
        ({"role": "union"}, "Other help fits you better"),
    ],
)
def test_what_the_answers_amount_to(client: Any, changes: dict[str, str], title: str) -> None:
    answer = client.get("/fit?" + urlencode({**FITS, **changes}))
    assert answer.status_code == 200
    assert title in answer.text


def test_a_question_without_an_answer_is_asked_again(client: Any) -> None:
    answer = client.get("/fit?asked=role")
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert client.get("/fit?role=emperor").status_code == 200


def test_school_teams_are_not_asked_about_a_lawyer(client: Any) -> None:
    told = {"role": "leader", "kind": "school", "stage": "established", "state": "CA"}
    page = Page(client.get("/fit?" + urlencode(told)).text)
    assert "aligned_lawyer" not in page.form("/fit").fields
    told |= {"pro_union": "yes", "share_learning": "yes"}
    assert "Yes, this is for you" in client.get("/fit?" + urlencode(told)).text
