"""How a run of the portfolio is computed: each case's recommendation, and all of them placed under the wishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lab import answers
from lab.errors import BadInput
from lab.matching import records
from lab.matching.policy import Policy
from lab.matching.portfolio import Assigned, portfolio_of
from lab.matching.result import Recommendation as Result
from lab.models import Case
from lab.queries import recommendations
from lab.queries.portfolio import Wishes
from lab.said import kept, say

RULED_OUT = say("Everybody who fits and has hours is ruled out for it, or has declined it.")


def match_of(case: Case, policy: Policy, as_of: date) -> tuple[str, Result]:
    """The recommendation for a case counted from this day: the kept one where it has the same inputs, otherwise a new one.

    Gives the fingerprint of its inputs beside it.
    """
    inputs = recommendations.read_inputs(case, as_of)
    fingerprint = recommendations.hash_of(inputs.to_record(), policy)
    row = recommendations.newest(case.id)
    if row is not None and row.inputs_hash == fingerprint:
        return fingerprint, Result.from_record(row.result)
    return fingerprint, recommendations.propose(inputs, policy=policy)


def slim(made: Result, *, came_on: date) -> Result:
    """What placing a case needs of its recommendation: who passes with how many points, who does not and why.

    Its day is the one the case came on, because one by one goes by that.
    """
    people = tuple(
        replace(one, findings=(), reasons=(), gaps=(), looks=(), gates=(), counterfactual=())
        for one in made.consultants
    )
    return replace(
        made, as_of=came_on, consultants=people, decision_reasons=(), tasks=(), tiers=(), networks=(),
        convenings=(), needs=(), looks=(), notes=(), what_would_change=(),
    )  # fmt: skip


def solve(inputs: Mapping[str, Any], matches: Sequence[Result]) -> dict[str, Any]:
    """Place these cases, one by one in the order they came and all together; the same inputs give the same.

    Raises `BadInput` in words where the wishes cannot hold.
    """
    wishes = Wishes.from_record(inputs)
    free = {one["ref"]: float(one["free"]) for one in inputs["consultants"]}
    consultants = [
        answers.Consultant(ref=one["ref"], name=one["name"], capacity_hours_month=float(one["free"]))
        for one in inputs["consultants"]
    ]
    policy = Policy.from_mapping(inputs["policy"])
    declined = {(case, ref) for case, ref in inputs["declined"]} - set(wishes.locked)
    banned = sorted({*wishes.banned, *declined})
    made = portfolio_of(
        matches, consultants, policy=policy, free=free, locked=wishes.locked, banned=banned, minimums=wishes.minimums,
    )  # fmt: skip
    shut = _shut_by_bans(matches, free, set(banned), policy)
    _keeps_minimums(made.assigned, wishes.minimums)
    return {
        "assigned": whole_hours(made.assigned, free),
        "one_by_one": whole_hours(made.one_by_one, free),
        "waiting": [[ref, kept(RULED_OUT if ref in shut else reason)] for ref, reason in made.unassigned],
        "total": made.total,
        "one_by_one_total": made.one_by_one_total,
        "bound": made.bound,
        "gap": made.gap,
    }


def _shut_by_bans(
    matches: Sequence[Result], free: Mapping[str, float], banned: set[tuple[str, str]], policy: Policy
) -> set[str]:
    """The cases that somebody would fit, with hours, if nobody were ruled out."""
    fitting = {
        made.ref: {one.ref for one in made.shortlist if free.get(one.ref, 0.0) >= policy.least_hours_month}
        for made in matches
        if made.hours_proposed
    }
    return {ref for ref, people in fitting.items() if people and {(ref, one) for one in people} <= banned}


def _keeps_minimums(assigned: Sequence[Assigned], minimums: Mapping[str, int]) -> None:
    """Raises `BadInput` that names each consultant who got fewer cases than were asked for: no case of the run fits them."""
    got = {ref: sum(one.consultant == ref for one in assigned) for ref in minimums}
    problems = [
        say(
            "At least %(least)s cases were asked for %(consultant)s, and only %(count)s can be placed there.",
            least=least, consultant=ref, count=got[ref],
        )
        for ref, least in sorted(minimums.items())
        if got[ref] < least
    ]  # fmt: skip
    if problems:
        raise BadInput(problems[0], problems)


def whole_hours(assigned: Sequence[Assigned], free: Mapping[str, float]) -> list[dict[str, Any]]:
    """Each placement with whole hours a month for its offer, which together never exceed what somebody has free."""
    left = {ref: int(hours) for ref, hours in free.items()}
    for one in assigned:
        left[one.consultant] -= int(one.hours_month + 1e-9)
    whole: dict[str, int] = {}
    for one in sorted(assigned, key=lambda one: (-(one.hours_month % 1), one.application)):
        hours = int(one.hours_month + 1e-9)
        more = one.hours_month - hours > 1e-6 and left[one.consultant] > 0
        left[one.consultant] -= more
        whole[one.application] = max(1, hours + more)
    return [{**records.plain(one), "hours": whole[one.application]} for one in assigned]
