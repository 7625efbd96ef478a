"""Points as a table shows them: one decimal each, and still the parts add up to the total beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lab.matching.result import Finding


def shown_findings(findings: Sequence[Finding], score: float) -> Mapping[str, Finding]:
    """The findings by criterion with points to one decimal that add up to the score to one decimal.

    What rounding leaves over goes to parts that are neither full nor empty, known ones first, each by a tenth.
    """
    tenths = {one.criterion: round(one.points * 10) for one in findings}
    missing = round(score * 10) - sum(tenths.values())
    step = 1 if missing > 0 else -1
    partial = [one for one in findings if 0 < one.points < one.of and one.points * 10 > 1]
    partial.sort(key=lambda one: (not one.known, step * (tenths[one.criterion] - one.points * 10)))
    for one in partial[: abs(missing)]:
        tenths[one.criterion] += step
    return {one.criterion: replace(one, points=tenths[one.criterion] / 10) for one in findings}
