"""All cases at once under monthly hours: who is placed with whom, and what one-by-one would give."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.answers import Consultant
from lab.errors import BadInput
from lab.matching.locks import Pair, held_pairs, what_cannot_hold
from lab.matching.placing import Pairing, Placed, one_by_one, place
from lab.matching.policy import Policy
from lab.matching.result import Candidate, Recommendation
from lab.matching.waiting import why_it_waits
from lab.said import say


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """One case with its consultant and the hours a month that it takes."""

    application: str
    consultant: str
    hours_month: float
    score: float


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Who is placed with whom, beside first come, first served.

    No plan places more than `most` cases; none that places as many has a total above `bound`. `gap` is
    the share of the bound that is missing: 0 where the plan is proved the best.
    """

    assigned: tuple[Assigned, ...]
    unassigned: tuple[tuple[str, str], ...]
    total: float
    one_by_one: tuple[Assigned, ...]
    one_by_one_total: float
    most: int
    bound: float
    gap: float

    def to_json(self) -> dict[str, Any]:
        """The object of the last line of `flask lab match --portfolio`."""
        return {
            "assigned": [
                {"application": a.application, "consultant": a.consultant, "hours_month": a.hours_month}
                for a in self.assigned
            ],
            "unassigned": [{"application": ref, "reason": reason} for ref, reason in self.unassigned],
            "total": self.total,
            "one_by_one_total": self.one_by_one_total,
        }


def portfolio_of(
    recommendations: Sequence[Recommendation],
    consultants: Sequence[Consultant],
    *,
    policy: Policy | None = None,
    free: Mapping[str, float] | None = None,
    locked: Collection[Pair] = (),
    banned: Collection[Pair] = (),
    minimums: Mapping[str, int] | None = None,
) -> Portfolio:
    """Place as many cases as possible, then with the highest total score, under monthly hours.

    A case takes part where hours are proposed; a pair where the consultant passes the gates and is
    not a partial match, unless a director locked it. Nobody gets more hours a month than are `free`
    (by reference; by default what their profile says). Who has fewer than the pace may take a smaller
    scope, which counts for its part of the score. `locked` and `banned` are pairs of application and
    consultant; `minimums` say how many cases a consultant gets at least. The order of the input makes no
    difference: one by one goes by the day of the case, then by reference.

    Raises BadInput, with a sentence for each, for locks, bans or minimums that cannot hold.
    """
    policy = policy or Policy.default()
    told = {one.ref: one.capacity_hours_month or 0.0 for one in consultants}
    hours = {**told, **(free or {})}
    order = sorted(recommendations, key=lambda made: (made.as_of, made.ref))
    numbers = {made.ref: number for number, made in enumerate(order)}
    held = held_pairs(order, hours, locked=locked, banned=banned)
    pairings = [
        _pairing(number, candidate, pace=_pace(made, policy), free=hours[candidate.ref])
        for number, made in enumerate(order)
        for candidate in _candidates(made, hours, locked=held, banned=set(banned), policy=policy)
    ]
    locks = {(numbers[case], ref) for case, ref in held}
    found = place(pairings, hours, locked=locks, minimums=minimums)
    if found is None:
        raise BadInput(
            say("These locks and minimums cannot hold together."),
            what_cannot_hold(pairings, hours, order, locks=locks, minimums=minimums or {}),
        )
    return _portfolio(found, pairings, hours, order, given=recommendations, policy=policy)


def _candidates(
    made: Recommendation, hours: Mapping[str, float], *, locked: set[Pair], banned: set[Pair], policy: Policy
) -> list[Candidate]:
    if not made.hours_proposed and not any(case == made.ref for case, _ in locked):
        return []
    return [
        one
        for one in sorted(made.consultants, key=lambda one: one.rank)
        if (made.ref, one.ref) in locked
        or (
            not one.partial
            and made.hours_proposed
            and hours.get(one.ref, 0.0) >= policy.least_hours_month
            and (made.ref, one.ref) not in banned
        )
    ]


def _pace(made: Recommendation, policy: Policy) -> float:
    """Hours a month as in the capacity gate: the low end over the months to the dated end of the work."""
    return round(max(made.hours.low / (made.months or policy.months_of_work), policy.least_hours_month), 2)


def _pairing(number: int, candidate: Candidate, *, pace: float, free: float) -> Pairing:
    hours = min(pace, free)
    return Pairing(
        case=number, consultant=candidate.ref, hours=hours, score=round(candidate.score * hours / pace, 4)
    )


def _portfolio(
    found: Placed,
    pairings: Sequence[Pairing],
    hours: Mapping[str, float],
    order: Sequence[Recommendation],
    *,
    given: Sequence[Recommendation],
    policy: Policy,
) -> Portfolio:
    place_of = {made.ref: place for place, made in enumerate(given)}
    placed = {pairing.case for pairing in found.chosen}
    paired = {pairing.case for pairing in pairings}
    greedy = one_by_one(pairings, hours)
    total = _total(found.chosen)
    return Portfolio(
        assigned=_assigned(found.chosen, order, place_of),
        unassigned=tuple(
            (made.ref, why_it_waits(made, has_pairings=number in paired, policy=policy))
            for number, made in sorted(enumerate(order), key=lambda pair: place_of[pair[1].ref])
            if number not in placed
        ),
        total=total,
        one_by_one=_assigned(greedy, order, place_of),
        one_by_one_total=_total(greedy),
        most=found.most,
        bound=round(max(found.bound, total), 4),
        gap=round(max(0.0, found.bound - total) / found.bound, 6) if found.bound > 0 else 0.0,
    )


def _assigned(
    chosen: Sequence[Pairing], order: Sequence[Recommendation], place_of: Mapping[str, int]
) -> tuple[Assigned, ...]:
    return tuple(
        Assigned(
            application=order[one.case].ref, consultant=one.consultant, hours_month=one.hours, score=one.score
        )
        for one in sorted(chosen, key=lambda one: place_of[order[one.case].ref])
    )


def _total(chosen: Sequence[Pairing]) -> float:
    return round(sum(one.score for one in chosen), 4)
