"""Contributions, confidence, ranking and ties: from judged criteria to an order."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lab.answers import Consultant
from lab.matching.criteria import CRITERIA, Judged, Likeness, depth_is_asked
from lab.matching.gates import Pair
from lab.matching.profiles import Case
from lab.matching.result import Finding


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A consultant with every criterion judged and weighed."""

    consultant: Consultant
    judged: Mapping[str, Judged]
    findings: tuple[Finding, ...]
    score: float
    confidence: float
    musts_at_zero: tuple[str, ...] = ()

    def leads(self, floor: float) -> bool:
        """Whether every must is covered and the match is not partial: nobody else comes before."""
        return not self.musts_at_zero and self.score >= floor


def weights_for(case: Case, weights: Mapping[str, float]) -> dict[str, float]:
    """The weights as points of 100; depth counts only where it is asked for, else it is spread."""
    used = {name: float(weights.get(name, 0.0)) for name in CRITERIA}
    if not depth_is_asked(case.needs):
        used["depth"] = 0.0
    total = math.fsum(used.values())
    return {name: weight * 100.0 / total if total else 0.0 for name, weight in used.items()}


def judge(pair: Pair, likeness: Likeness | None) -> dict[str, Judged]:
    """Every criterion for one pair, free of weights."""
    return {name: criterion(pair, likeness) for name, criterion in CRITERIA.items()}


def score(
    consultant: Consultant,
    judged: Mapping[str, Judged],
    weights: Mapping[str, float],
    *,
    musts_at_zero: tuple[str, ...] = (),
) -> Scored:
    """Weigh what was judged. The points add up to the score; both have four decimals."""
    findings = tuple(
        Finding(
            criterion=name,
            share=one.share if one.known > 0 else None,
            points=round(weights[name] * one.share, 4),
            of=round(weights[name], 4),
            sentence=one.sentence,
            known=one.known > 0,
            met=one.met,
            lacks=one.lacks,
        )
        for name, one in judged.items()
    )
    return Scored(
        consultant=consultant,
        judged=judged,
        findings=findings,
        score=round(math.fsum(finding.points for finding in findings), 4),
        confidence=round(math.fsum(weights[name] * one.known for name, one in judged.items()) / 100, 4),
        musts_at_zero=musts_at_zero,
    )


def ranked(scored: Sequence[Scored], *, floor: float) -> list[Scored]:
    """Best first; ties by the longest time since the last offer, then by reference.

    Who covers every must and reaches the floor comes before everybody else: points for other things
    do not make up for a must at zero.
    """
    return sorted(scored, key=lambda one: _order(one, floor))


def _order(one: Scored, floor: float) -> tuple[bool, float, date, str]:
    return not one.leads(floor), -one.score, *by_tie(one)


def by_tie(one: Scored) -> tuple[date, str]:
    """What orders people with the same points: the longest time since the last offer, then the reference."""
    return one.consultant.last_offered_on or date.min, one.consultant.ref


def before(one: Scored, other: Scored, floor: float) -> bool:
    """Whether somebody comes before another by what they cover and by points, not only by a tie."""
    return _order(one, floor)[:2] < _order(other, floor)[:2]


def groups_of(order: Sequence[Scored], about_equal: float, *, floor: float) -> list[int]:
    """Number the groups of those who are about equal: less than so many points behind the first of it.

    Where a must at zero sets somebody back, a new group begins.
    """
    groups: list[int] = []
    leader, number, leading = math.inf, 0, False
    for one in order:
        if leader - one.score >= about_equal or one.leads(floor) != leading:
            leader, number, leading = one.score, number + 1, one.leads(floor)
        groups.append(number)
    return groups


def set_back(order: Sequence[Scored], place: int) -> bool:
    """Whether somebody stands behind another with fewer points, for a must at zero."""
    return any(one.score < order[place].score for one in order[:place])
