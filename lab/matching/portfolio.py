"""All cases at once under monthly hours: who is placed with whom, and what one-by-one would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab import vocabulary as words
from lab.answers import Consultant
from lab.matching.policy import Policy
from lab.matching.result import Candidate, Excluded, Recommendation
from lab.said import joined, listed, say, small, spoken


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """One case with its consultant and the hours a month that it takes."""

    application: str
    consultant: str
    hours_month: float
    score: float


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Who is placed with whom; the totals compare with first come, first served."""

    assigned: tuple[Assigned, ...]
    unassigned: tuple[tuple[str, str], ...]
    total: float
    one_by_one_total: float

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


@dataclass(frozen=True, kw_only=True)
class _Pairing:
    case: int
    consultant: str
    hours: float
    score: float


def portfolio_of(
    recommendations: Sequence[Recommendation],
    consultants: Sequence[Consultant],
    *,
    policy: Policy | None = None,
) -> Portfolio:
    """Place as many cases as possible, then with the highest total score, under monthly hours.

    A case takes part where hours are proposed; a pair where the consultant passes the gates and is
    not a partial match. Nobody gets more hours a month than are free. Who has fewer than the pace may
    take a smaller scope, which counts for its part of the score.
    """
    policy = policy or Policy.default()
    given = {made.ref: place for place, made in enumerate(recommendations)}
    # Whatever order the cases come in, ties fall alike: by the day, then by reference.
    recommendations = sorted(recommendations, key=lambda made: (made.as_of, made.ref))
    free = {one.ref: one.capacity_hours_month or 0.0 for one in consultants}
    pairings = [
        _pairing(number, candidate, pace=_pace(made, policy), free=free[candidate.ref])
        for number, made in enumerate(recommendations)
        if made.hours_proposed
        for candidate in sorted(made.shortlist, key=lambda one: one.rank)
        if free[candidate.ref] >= policy.least_hours_month
    ]
    chosen = _best(pairings, free)
    placed = {pairing.case for pairing in chosen}
    return Portfolio(
        assigned=tuple(
            Assigned(
                application=recommendations[one.case].ref,
                consultant=one.consultant,
                hours_month=one.hours,
                score=one.score,
            )
            for one in sorted(chosen, key=lambda one: given[recommendations[one.case].ref])
        ),
        unassigned=tuple(
            (made.ref, _why_not(made, number, pairings, policy))
            for number, made in sorted(enumerate(recommendations), key=lambda pair: given[pair[1].ref])
            if number not in placed
        ),
        total=_total(chosen),
        one_by_one_total=_total(_one_by_one(pairings, free)),
    )


def _pace(made: Recommendation, policy: Policy) -> float:
    """Hours a month as in the capacity gate: the low end over the months to the dated end of the work."""
    return round(max(made.hours.low / (made.months or policy.months_of_work), policy.least_hours_month), 2)


def _pairing(number: int, candidate: Candidate, *, pace: float, free: float) -> _Pairing:
    hours = min(pace, free)
    return _Pairing(
        case=number, consultant=candidate.ref, hours=hours, score=round(candidate.score * hours / pace, 4)
    )


def _best(pairings: Sequence[_Pairing], free: Mapping[str, float]) -> list[_Pairing]:
    """The exact best by integer programming; ties fall to the earlier pairing."""
    if not pairings:
        return []
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    # Placing one more case outweighs every score together.
    placed = 1.0 + sum(max(p.score for p in pairings if p.case == c) for c in {p.case for p in pairings})
    worth = [placed + p.score - 1e-7 * place / len(pairings) for place, p in enumerate(pairings)]
    cases, people = sorted({p.case for p in pairings}), sorted({p.consultant for p in pairings})
    rows = np.zeros((len(cases) + len(people), len(pairings)))
    for place, pairing in enumerate(pairings):
        rows[cases.index(pairing.case), place] = 1.0
        rows[len(cases) + people.index(pairing.consultant), place] = pairing.hours
    limits = np.array([1.0] * len(cases) + [free[ref] for ref in people])
    solved = milp(
        -np.array(worth) / placed,
        constraints=LinearConstraint(rows, ub=limits),
        integrality=np.ones(len(pairings)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if solved.x is None:
        return _one_by_one(pairings, free)
    return [pairing for pairing, share in zip(pairings, solved.x, strict=True) if share > 0.5]


def _one_by_one(pairings: Sequence[_Pairing], free: Mapping[str, float]) -> list[_Pairing]:
    """First come, first served: each case takes the best consultant who still has the hours."""
    left, chosen, placed = dict(free), [], set()
    for pairing in pairings:
        if pairing.case not in placed and pairing.hours <= left[pairing.consultant]:
            left[pairing.consultant] -= pairing.hours
            placed.add(pairing.case)
            chosen.append(pairing)
    return chosen


def _total(chosen: Sequence[_Pairing]) -> float:
    return round(sum(one.score for one in chosen), 4)


def _nobody_passes(made: Recommendation) -> str:
    """The person of the line who is nearest, the closed gate and the smallest thing that opens it."""
    here = [one for one in made.excluded if "line" not in (one.gate, *one.also)]
    if not here:
        return say("Nobody in the pool works on this line.")
    one = min(here, key=_how_far)
    closed = listed(small(words.GATES[gate].label) for gate in (one.gate, *one.also))
    if one.opens_on is not None and not one.also:
        return say(
            "Nobody passes the gates. The nearest is %(ref)s: %(gate)s, open from %(day)s.",
            ref=one.ref,
            gate=closed,
            day=spoken(one.opens_on),
        )
    nearest = say(
        "Nobody passes the gates. The nearest is %(ref)s, kept out by: %(gates)s.", ref=one.ref, gates=closed
    )
    return joined(nearest, *one.counterfactual[:1])


def _how_far(one: Excluded) -> tuple[int, int, str]:
    """Few closed gates first; a day that opens one comes before a change that somebody must make."""
    way = 0 if one.opens_on is not None else 1 if one.counterfactual else 2
    return len(one.also), way, one.ref


def _why_not(made: Recommendation, number: int, pairings: Sequence[_Pairing], policy: Policy) -> str:
    if not made.hours_proposed:
        return made.hours.reason or say("No hours are proposed for this case.")
    if not made.consultants:
        return _nobody_passes(made)
    if not made.shortlist:
        return say("Only partial matches; the director looks at them one by one.")
    if not any(pairing.case == number for pairing in pairings):
        least = f"{policy.least_hours_month:g}"
        return say("Nobody who fits has the %(least)s free hours a month that work needs.", least=least)
    return say("Those who fit are placed with other cases; their hours are used up.")
