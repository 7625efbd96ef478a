"""Invented words and numbers for the style guide."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any


def samples() -> dict[str, Any]:
    """What the style guide's components show."""
    return {
        "tasks": _tasks(),
        "answers": _answers(),
        "events": _events(),
        "criteria": _criteria(),
        "candidates": _candidates(),
        "weeks": _weeks(),
        "queue": _queue(),
        "today": date(2026, 10, 19),
        "vote": date(2026, 11, 12),
        "reply_by": datetime(2026, 10, 21, 0, 0, tzinfo=UTC),
    }


def _tasks() -> list[SimpleNamespace]:
    rows = [
        ("Your organization", "Harbor Light Services, Queens, New York. 143 staff, 19 supervisors.", "Done", "done"),
        ("Dates that matter", "Vote on 12 November, in 24 days.", "Changed by Ana Ruiz", "attention"),
        ("What would help", "Three needs chosen. Tell us which one comes first.", "In progress", "attention"),
        ("Common ground", "One answer is missing.", "Needs an answer", "urgent"),
        ("Time, budget and language", "Consultants cost 325 USD an hour; networks are free.", "Not started", "neutral"),
    ]  # fmt: skip
    tasks = [SimpleNamespace(title=t, summary=s, status=w, kind=k, url="#tasks") for t, s, w, k in rows]
    tasks.append(
        SimpleNamespace(
            title="Check and submit",
            summary="Opens when every part is done.",
            status="Not yet",
            kind="neutral",
            url=None,
        )
    )
    return tasks


def _answers() -> list[dict[str, Any]]:
    return [
        {"label": "Name", "value": "Harbor Light Services", "change_url": "#answers", "change_text": "the name"},
        {"label": "People", "value": "143 staff, 19 supervisors", "change_url": "#answers", "change_text": "the people"},
        {"label": "What is going on", "value": "Two units.\nOne petition.", "change_url": "#answers", "change_text": "the text"},
        {"label": "Your lawyer", "value": "Not answered yet", "missing": True, "change_url": "#answers", "change_text": "the lawyer"},
    ]  # fmt: skip


def _events() -> list[SimpleNamespace]:
    rows = [
        ("You submitted the application", "19 October 2026, 10:42", "2026-10-19T10:42", None, "done"),
        ("A director reads it", "until 20 October 2026", "2026-10-20", "With a vote this near, a person answers within one working day.", "now"),
        ("You hear what we propose", "until 22 October 2026", "2026-10-22", None, "next"),
    ]  # fmt: skip
    return [SimpleNamespace(title=t, when=w, at=a, text=x, state=s) for t, w, a, x, s in rows]


def _criteria() -> list[SimpleNamespace]:
    rows = [
        ("stage", "Stage", 27),
        ("needs", "Needs", 27),
        ("availability", "Time", 26),
        ("unit_size", "Unit size", 20),
    ]
    return [SimpleNamespace(code=c, label=w, points=p) for c, w, p in rows]


def _candidates() -> list[SimpleNamespace]:
    first = {
        "stage": _finding(27, "Petitions before a vote are her field"),
        "needs": _finding(25, "Recognition, managers, board and messages"),
        "availability": _finding(20, "14 hours a month free, 10 asked"),
        "unit_size": _finding(8, "Has not said which sizes she knows", known=False),
    }
    second = {
        "stage": _finding(22, "A neighboring stage; before a vote twice"),
        "needs": _finding(12.5, "Manager training; new to recognition"),
        "availability": _finding(26, "25 hours a month free"),
        "unit_size": _finding(0, "Units of up to 60 so far"),
    }
    return [
        SimpleNamespace(
            id="c1", name="Simone Achterberg", total=80, tag=("First in 94 of 100 weightings", "done"), line=None,
            findings=first, reasons=["Several unions under one roof before", "Boards that are split"],
            gaps=["Tight in November"], change=None,
        ),
        SimpleNamespace(
            id="c2", name="Ruth Halvorsen", total=60.5, tag=("About equal", "neutral"), line=None,
            findings=second, reasons=["Most free hours"], gaps=[],
            change="She would be first if recognition and board were not asked.",
        ),
        SimpleNamespace(
            id="c3", name="Ana Lucía Benavides", total=60, tag=("About equal", "neutral"), line=None,
            findings=second, reasons=["Knows this stage"], gaps=["Free from 1 November, 13 days late"], change=None,
        ),
    ]  # fmt: skip


def _finding(points: float, sentence: str, *, known: bool = True) -> SimpleNamespace:
    return SimpleNamespace(points=points, sentence=sentence, known=known)


def _weeks() -> list[SimpleNamespace]:
    hours = [
        (6, 0, 2.5), (6, 2, 2), (4.5, 1, 2.5), (4.5, 0, 2.5), (3, 0, 2.5), (3, 0, 2),
        (3, 0, 2), (2, 0, 0), (2, 0, 0), (2, 0, 0), (0, 0, 0), (0, 0, 0),
    ]  # fmt: skip
    labels = ["19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov", "7 Dec", "14 Dec", "21 Dec", "28 Dec", "4 Jan"]  # fmt: skip
    return [
        SimpleNamespace(label=label, capacity=10, promised=p, held=h, this=t)
        for label, (p, h, t) in zip(labels, hours, strict=True)
    ]


def _queue() -> list[SimpleNamespace]:
    rows = [
        ("LL-7F3KQ2", "A regional art museum", "Petition filed", "Decide", "Vote in 24 days", "urgent", True),
        ("LL-2M8XRA", "Harbor Light Services", "First contract", "Answer a message", "Strike notice in 61 days", "attention", False),
        ("LL-9C4DTW", "Fern Valley schools, joint", "Partnership begins", "Wait for two seats", "No date near", "neutral", False),
    ]  # fmt: skip
    return [
        SimpleNamespace(ref=r, name=n, stage=s, next=x, due=d, kind=k, urgent=u)
        for r, n, s, x, d, k, u in rows
    ]
