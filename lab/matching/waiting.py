"""Why a case waits: who is nearest, and the smallest thing that would open the way."""

from __future__ import annotations

from lab import vocabulary as words
from lab.matching.policy import Policy
from lab.matching.result import Excluded, Recommendation
from lab.said import joined, listed, say, small, spoken


def why_it_waits(made: Recommendation, *, has_pairings: bool, policy: Policy) -> str:
    """The reason why a case has nobody. `has_pairings`: whether anybody who fits has hours at all."""
    if not made.hours_proposed:
        return made.hours.reason or say("No hours are proposed for this case.")
    if not made.consultants:
        return _nobody_passes(made)
    if not made.shortlist:
        return say("Only partial matches; the director looks at them one by one.")
    if not has_pairings:
        least = f"{policy.least_hours_month:g}"
        return say("Nobody who fits has the %(least)s free hours a month that work needs.", least=least)
    return say("Those who fit are placed with other cases; their hours are used up.")


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
