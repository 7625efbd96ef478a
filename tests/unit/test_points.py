"""The points of a review table add up to the total above them, as they are shown."""

from __future__ import annotations

import pytest

from lab.matching.result import Finding
from lab.queries.points import shown_findings


def _finding(code: str, points: float, of: float, *, known: bool = True) -> Finding:
    return Finding(criterion=code, share=None, points=points, of=of, sentence="", known=known)


def test_tenths_that_rounding_adds_are_taken_from_parts_that_are_neither_full_nor_empty() -> None:
    findings = [
        _finding("stage", 27.174, 27.174),
        _finding("needs", 17.166, 27.174),
        _finding("time", 13.043, 13.043),
        _finding("sector", 10.87, 10.87),
        _finding("state", 8.696, 8.696),
        _finding("size", 3.261, 6.522, known=False),
        _finding("depth", 0.0, 6.521),
    ]
    score = sum(one.points for one in findings) - 0.06

    shown = shown_findings(findings, score)

    assert sum(one.points for one in shown.values()) == pytest.approx(round(score, 1))
    assert shown["needs"].points == pytest.approx(17.1)
    assert shown["stage"].points == pytest.approx(27.2)
    assert shown["depth"].points == 0


def test_parts_that_already_add_up_stay_as_they_are() -> None:
    findings = [_finding("stage", 20.0, 25.0), _finding("needs", 7.5, 25.0)]

    assert [one.points for one in shown_findings(findings, 27.5).values()] == [20.0, 7.5]
