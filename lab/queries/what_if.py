"""A match review with something changed: computed for one page, from what the recommendation was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lab import vocabulary as words
from lab.matching import what_if as matching
from lab.matching.policy import Policy
from lab.matching.result import ClockEvent, NetworkAdvice
from lab.matching.result import Recommendation as Result
from lab.matching.together import Together, together
from lab.matching.what_if import Changes, Moves
from lab.models import Case
from lab.queries import recommendations
from lab.queries.candidates import Criterion, Person, candidates_of, consultants_of, criteria_of
from lab.queries.policies import policy_behind
from lab.queries.recommendations import Inputs
from lab.queries.review_offers import offers_of

OPEN = ("recommended", "conditional", "optional")


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a what-if begins with: the recommendation as it is, and everything it was made from."""

    result: Result
    inputs: Inputs
    policy: Policy

    @property
    def names(self) -> Mapping[str, str]:
        """Everybody by reference."""
        return {
            **{one.ref: one.name or one.ref for one in self.inputs.consultants},
            **dict(self.inputs.paused),
        }


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What would be proposed with the changes, beside what is."""

    result: Result
    moves: Moves
    sentences: Sequence[str]
    criteria: Sequence[Criterion]
    people: Sequence[Person]
    names: Mapping[str, str]
    together: Together | None
    networks: Sequence[NetworkAdvice]
    begins_on: date | None  # when hours begin after a network, where one comes first
    before_that: Sequence[ClockEvent]


def basis_of(case: Case) -> Basis:
    """The stored recommendation of a case with its inputs, or a preview where nothing is stored yet."""
    row = recommendations.newest(case.id)
    policy = policy_behind(row)
    if row is not None:
        result, inputs = recommendations.as_read(row, case, offers_of(case))
        return Basis(result=result, inputs=inputs, policy=policy)
    inputs = recommendations.read_inputs(case, recommendations.day_to_count_from())
    return Basis(result=recommendations.propose(inputs, policy=policy), inputs=inputs, policy=policy)


def what_if(basis: Basis, changes: Changes) -> WhatIf:
    """What these changes would make of the recommendation. Nothing is stored."""
    inputs, before = basis.inputs, basis.result
    changed = matching.applied(
        changes, application=inputs.application, consultants=inputs.consultants, policy=basis.policy,
        as_of=inputs.as_of,
    )  # fmt: skip
    # Where the inputs keep no likeness, it is read back from the points.
    likeness = (
        None
        if inputs.likeness
        else matching.remembered_likeness(
            before, application=inputs.application, consultants=inputs.consultants, policy=basis.policy
        )
    )
    result = recommendations.propose(
        replace(inputs, application=changed.application, consultants=changed.consultants),
        likeness=likeness or False, policy=changed.policy, detail=False, asked_hours=changed.asked_hours,
    )  # fmt: skip
    moves, people = matching.moves(before, result), consultants_of(result)
    begins_on = changed.application.starts_on if changes.network_first else None
    return WhatIf(
        result=result,
        moves=moves,
        sentences=matching.told(moves, basis.names, months=result.months),
        criteria=criteria_of(result),
        people=candidates_of(result, basis.names, people, order="score", beside=()),
        names=basis.names,
        together=together(result, changes.second, changed.consultants) if changes.second else None,
        networks=[one for one in result.networks if one.standing in OPEN] if begins_on else (),
        begins_on=begins_on,
        before_that=[one for one in result.clock if inputs.as_of <= one.on < begins_on] if begins_on else (),
    )


def everybody(result: Result, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who can be chosen in the form: those on the list in their order, then the others of the line by name."""
    listed = [one.ref for one in result.consultants]
    others = {one.ref for one in result.excluded if one.gate != "line"} - {*listed}
    by_name = sorted(others, key=lambda ref: names.get(ref, ref).casefold())
    return [(ref, names.get(ref, ref)) for ref in (*listed, *by_name)]


def weights_of(result: Result, policy: Policy) -> Mapping[str, float]:
    """The policy's weight of every criterion that counts for this case, and of those it gives no weight."""
    counted = {row.code for row in criteria_of(result)}
    found = {code: policy.weights.get(code, 0.0) for code in words.CRITERIA}
    return {code: weight for code, weight in found.items() if code in counted or not weight}
