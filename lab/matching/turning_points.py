"""What would put somebody else first: the smallest change of one weight, of hours or of a day, each tried out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from lab import vocabulary as words
from lab.answers import Consultant
from lab.matching.criteria import CRITERIA, share_in_time
from lab.matching.gates import closed_by_time
from lab.matching.policy import Policy
from lab.matching.profiles import Case
from lab.matching.result import TurningPoint
from lab.matching.scoring import Scored, ranked, score, weights_for
from lab.matching.stability import Contest

# How far days are followed.
DAYS = 182
Try = Callable[[int], str | None]


@dataclass(frozen=True)
class Turning:
    """A list as it stands, and everybody who could be on it if hours or days were others."""

    case: Case
    policy: Policy
    order: Sequence[Scored]
    able: Sequence[Scored]  # who is on the list, and who is kept off it by capacity alone

    def points(self) -> tuple[TurningPoint, ...]:
        """The smallest change of each kind that puts somebody else first, as far as there is one."""
        if len(self.order) < 2:
            return ()
        found = (self._weight(), self._hours(), self._start(), self._free(), self._since())
        return tuple(point for point in found if point is not None)

    @property
    def _first(self) -> str:
        return self.order[0].consultant.ref

    def _weight(self) -> TurningPoint | None:
        """The weight that takes the fewest whole points, up or down; of two alike the one named first."""
        used, best = weights_for(self.case, self.policy.weights), None
        for name in CRITERIA:
            was = float(self.policy.weights.get(name, 0.0))
            for would in _whole_steps(was) if used[name] else ():
                if best and abs(would - was) >= abs(best.would - best.was):
                    break
                first = self._first_with_weight(name, float(would))
                if first != self._first:
                    best = TurningPoint(kind="weight", of=name, was=was, would=float(would), first=first)
                    break
        return best

    def _first_with_weight(self, name: str, would: float) -> str:
        """Who is first under this weight: guessed from the sums, then ranked as any list is."""
        weights = {**self.policy.weights, name: would}
        points = weights_for(self.case, weights)
        guess = self._listed.first(points) if any(points.values()) else self.order[0]
        if guess is self.order[0]:
            return self._first
        again = [
            score(one.consultant, one.judged, points, musts_at_zero=one.musts_at_zero) for one in self.order
        ]
        return ranked(again, floor=self.policy.floor)[0].consultant.ref

    @cached_property
    def _listed(self) -> Contest:
        return Contest(self.order, self.policy.floor)

    def _hours(self) -> TurningPoint | None:
        """The hours of the work, from one hour up to twice as many or forty more."""
        was = self.case.hours_of_work(self.policy.early_hours)[0]
        if not was:
            return None

        def first(more: int) -> str | None:
            return self._first_in(replace(self.case, asked_hours=was + more))

        step = _nearest(first, self._first, down=was - 1, up=max(was, 40))
        return self._point("hours", step, lambda by: {"was": float(was), "would": float(was + by)})

    def _start(self) -> TurningPoint | None:
        """The day support begins, from today to half a year later."""
        application, today = self.case.application, self.case.as_of
        was = max(application.starts_on, today)

        def first(days: int) -> str | None:
            moved = replace(application, start_from=was + timedelta(days=days))
            return self._first_in(replace(self.case, application=moved))

        step = _nearest(first, self._first, down=(was - today).days, up=DAYS)
        return self._point("start", step, lambda by: {"was_on": was, "would_on": was + timedelta(days=by)})

    def _free(self) -> TurningPoint | None:
        """Fewer free hours of whoever is first."""
        was = self.order[0].consultant.capacity_hours_month or 0.0

        def first(by: int) -> str | None:
            return self._first_if(capacity_hours_month=max(0.0, math.ceil(was) + by))

        step = _nearest(first, self._first, down=math.ceil(was), up=0)
        return self._point(
            "free", step, lambda by: {"was": was, "would": float(math.ceil(was) + by)}, of=self._first
        )

    def _since(self) -> TurningPoint | None:
        """A later day from which whoever is first is free."""
        since = self.order[0].consultant.available_from
        if since is None:
            return None
        was = max(since, self._now.start)

        def first(days: int) -> str | None:
            return self._first_if(available_from=was + timedelta(days=days))

        step = _nearest(first, self._first, down=0, up=DAYS)
        return self._point(
            "since", step, lambda by: {"was_on": since, "would_on": was + timedelta(days=by)}, of=self._first
        )

    def _point(
        self,
        kind: str,
        step: tuple[int, str] | None,
        values: Callable[[int], Mapping[str, Any]],
        of: str = "",
    ) -> TurningPoint | None:
        return TurningPoint(kind=kind, of=of, first=step[1], **values(step[0])) if step else None

    def _first_if(self, **changed: Any) -> str | None:
        """Who is first if whoever is first now had this profile."""
        other = replace(self.order[0].consultant, **changed)
        totals = [
            self._total(one, other, self._now) if one.consultant.ref == self._first else total
            for one, total in zip(self._everybody.rows, self._totals, strict=True)
        ]
        return self._first_of(totals)

    def _first_in(self, case: Case) -> str | None:
        """Who is first once hours and days are judged anew for a changed case."""
        when = _when(case, self.policy)
        return self._first_of([self._total(one, one.consultant, when) for one in self._everybody.rows])

    def _first_of(self, totals: Sequence[float]) -> str | None:
        if max(totals) == -math.inf:
            return None
        return self._everybody.first_with(totals).consultant.ref

    @cached_property
    def _everybody(self) -> Contest:
        return Contest(self.able, self.policy.floor)

    @cached_property
    def _now(self) -> When:
        return _when(self.case, self.policy)

    @cached_property
    def _totals(self) -> Sequence[float]:
        return [self._total(one, one.consultant, self._now) for one in self._everybody.rows]

    @cached_property
    def _weight_of_time(self) -> float:
        return weights_for(self.case, self.policy.weights)["availability"]

    @cached_property
    def _without_time(self) -> Mapping[str, float]:
        """The scores without what availability gives, by reference."""
        return {
            one.consultant.ref: math.fsum(f.points for f in one.findings if f.criterion != "availability")
            for one in self.able
        }

    def _total(self, scored: Scored, consultant: Consultant, when: When) -> float:
        """The score of a judged person with these hours and days, or less than any where the gate is closed."""
        free, since = consultant.capacity_hours_month, consultant.available_from
        if free is None or since is None:
            return -math.inf
        if closed_by_time(free, since, least=self.policy.least_hours_month, latest=when.latest):
            return -math.inf
        share = share_in_time(free, (since - when.start).days, grace=when.grace, pace=when.pace)
        return round(self._without_time[consultant.ref] + round(self._weight_of_time * share, 4), 4)


@dataclass(frozen=True)
class When:
    """From when, how much a month, and how long it can wait."""

    start: date
    grace: int
    pace: float

    @property
    def latest(self) -> date:
        """The last day that is not too late."""
        return self.start + timedelta(days=self.grace)


def _when(case: Case, policy: Policy) -> When:
    return When(
        start=max(case.application.starts_on, case.as_of),
        grace=words.URGENCIES[case.application.urgency].grace_days,
        pace=case.hours_of_work(policy.early_hours)[0] / case.months_of_work(policy.months_of_work),
    )


def _whole_steps(was: float) -> Iterator[int]:
    """Whole numbers from 0 to twice the value, the nearest first."""
    return iter(
        sorted((n for n in range(math.floor(2 * was) + 1) if n != was), key=lambda n: (abs(n - was), n))
    )


def _nearest(first: Try, now: str, *, down: int, up: int) -> tuple[int, str] | None:
    """The smallest whole step down or up with which somebody else is first, and who; each way by halving."""
    found = [
        step for step in (_one_way(first, now, -1, down), _one_way(first, now, 1, up)) if step is not None
    ]
    return min(found, key=lambda step: (abs(step[0]), step[0]), default=None)


def _one_way(first: Try, now: str, sign: int, most: int) -> tuple[int, str] | None:
    """Doubles the step until somebody else is first, then halves back to the edge. Who is left out is nobody."""
    same, other = 0, 1
    while other <= most and first(sign * other) == now:
        same, other = other, other * 2
    if other > most:
        other = most
        if same >= most or first(sign * other) == now:
            return None
    while other - same > 1:
        middle = (same + other) // 2
        if first(sign * middle) == now:
            same = middle
        else:
            other = middle
    somebody = first(sign * other)
    return (sign * other, somebody) if somebody else None
