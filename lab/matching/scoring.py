"""Contributions, confidence, ranking and ties: from judged criteria to an order."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lab.answers import Consultant
from lab.matching.criteria import CRITERIA, Judged, Likeness, depth_is_asked
from lab.matching.gates import Pair
from lab.matching.policy import Policy
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


def score(consultant: Consultant, judged: Mapping[str, Judged], weights: Mapping[str, float]) -> Scored:
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
    )


def ranked(scored: Sequence[Scored]) -> list[Scored]:
    """Best first; ties by the longest time since the last offer, then by reference."""
    return sorted(scored, key=_order)


def _order(one: Scored) -> tuple[float, date, str]:
    return -one.score, one.consultant.last_offered_on or date.min, one.consultant.ref


def groups_of(scores: Sequence[float], about_equal: float) -> list[int]:
    """Number the groups of those who are about equal: less than so many points behind the first of it."""
    groups: list[int] = []
    leader, number = math.inf, 0
    for value in scores:
        if leader - value >= about_equal:
            leader, number = value, number + 1
        groups.append(number)
    return groups


def stability(case: Case, order: Sequence[Scored], policy: Policy, *, seed: int = 1) -> float | None:
    """In how many draws of other weights, each by up to a half, the first stays the first (or about equal)."""
    if len(order) < 2 or not policy.stability_draws:
        return None
    drawn = random.Random(seed)  # noqa: S311 - no secret: the same draws each time
    held = 0
    for _ in range(policy.stability_draws):
        weights = weights_for(case, {k: v * drawn.uniform(0.5, 1.5) for k, v in policy.weights.items()})
        sums = [math.fsum(weights[name] * one.share for name, one in each.judged.items()) for each in order]
        held += sums[0] >= max(sums) - 1e-9
    return round(held / policy.stability_draws, 2)
