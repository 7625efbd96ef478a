"""How often each candidate comes first when the weights vary around the policy.

Stochastic multicriteria acceptability (Lahdelma, Hokkanen and Salminen, 1998) with our own order: in each draw
every weight is multiplied by a factor around 1, the shares stay as they were judged, and whoever would be listed
first gets the draw. Musts, the floor and the rule for ties count as they do in the list, so a draw has one first.
"""

import math
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import mul

from lab.matching.criteria import CRITERIA
from lab.matching.policy import Policy
from lab.matching.profiles import Case
from lab.matching.scoring import Scored, by_tie, weights_for

SEED = 1
# Points have four decimals: what differs by less is a tie.
ALIKE = 0.00005


def times_first(case: Case, scored: Sequence[Scored], policy: Policy, *, seed: int = SEED) -> dict[str, int]:
    """In how many draws each candidate comes first, by reference; empty where there is nobody to compare with.

    A factor is lognormal around 1 with the policy's `stability_spread`: at 0.55, two of three lie between about
    six tenths and seven quarters. The same seed gives the same draws.
    """
    if len(scored) < 2 or not policy.stability_draws:
        return {}
    contest = Contest(scored, policy.floor)
    first = dict.fromkeys((one.consultant.ref for one in contest.rows), 0)
    for factors in _factors(policy.stability_draws, policy.stability_spread, seed):
        drawn = dict(zip(CRITERIA, map(mul, _base(policy), factors), strict=True))
        first[contest.first(weights_for(case, drawn)).consultant.ref] += 1
    return first


def usual_change(policy: Policy) -> int:
    """By how many percent at most two of three draws raise a weight."""
    return round((math.exp(policy.stability_spread) - 1) * 100)


class Contest:
    """The same candidates under one set of weights after another."""

    def __init__(self, scored: Sequence[Scored], floor: float) -> None:
        self.rows = sorted(scored, key=by_tie)
        self.shares = [[one.judged[name].share for name in CRITERIA] for one in self.rows]
        self._covers = [not one.musts_at_zero for one in self.rows]
        self._floor = floor

    def first(self, weights: Mapping[str, float]) -> Scored:
        """Who comes first under these points of 100."""
        own = [weights[name] for name in CRITERIA]
        return self.first_with([sum(map(mul, own, shares)) for shares in self.shares])

    def first_with(self, totals: Sequence[float]) -> Scored:
        """Who comes first with these scores, which stand in the order of `rows`."""
        best = max(
            (total for total, covers in zip(totals, self._covers, strict=True) if covers), default=-1.0
        )
        leading = best > self._floor - ALIKE
        if not leading:
            best = max(totals)
        return next(
            one
            for one, total, covers in zip(self.rows, totals, self._covers, strict=True)
            if total > best - ALIKE and (covers or not leading)
        )


def _base(policy: Policy) -> list[float]:
    return [float(policy.weights.get(name, 0.0)) for name in CRITERIA]


@lru_cache(maxsize=8)
def _factors(draws: int, spread: float, seed: int) -> tuple[tuple[float, ...], ...]:
    drawn = random.Random(seed)  # noqa: S311  # nosec B311 - no secret: the same draws each time
    return tuple(tuple(drawn.lognormvariate(0.0, spread) for _ in CRITERIA) for _ in range(draws))
