"""What directors do in the demo's story beyond single cases: peers, two runs over all cases, a draft policy."""

from __future__ import annotations

from collections.abc import Iterable

from lab.actions import group_answers, groups, policies, policy_effects, portfolio
from lab.cli.demo_deeds import key, person
from lab.matching.groups import COACHING
from lab.models import Case, Person, PortfolioRun
from lab.queries.policies import in_force
from lab.queries.portfolio import Wishes
from lab.queries.viewers import viewer_of


def ask_a_pair(cases: Iterable[Case], *, by: Person) -> None:
    """Ask two whether they would meet; the first of them says yes, the other has not answered yet."""
    asked = list(cases)
    pair = groups.propose_pair(COACHING, [case.ref for case in asked], by=by, key=key())
    seat = next(seat for seat in pair.seats if seat.case_id == asked[0].id)
    group_answers.answer_pair(seat.id, yes=True, by=person(asked[0].owner.email))


def run_twice(by: Person) -> None:
    """A run over all cases that wait, and one more where the first of its pairs may not be."""
    first = _run(Wishes(), by=by)
    placed = (first.result or {})["assigned"]
    _run(Wishes(banned=((placed[0]["application"], placed[0]["consultant"]),)), by=by)


def _run(wishes: Wishes, *, by: Person) -> PortfolioRun:
    run = portfolio.ask(wishes, viewer=viewer_of(by), by=by, key=key())
    portfolio.carry_on(run.id)
    return run


def draft_a_policy(by: Person) -> None:
    """Somebody drafts other weights, has the effect computed and signs; a second signature is missing."""
    policy = in_force()
    weights = {**policy.weights, "needs": policy.weights["needs"] - 5, "depth": policy.weights["depth"] + 5}
    row = policies.draft(
        {**policy.to_mapping(), "weights": weights, "floor": policy.floor + 10},
        reason="Twice somebody with hardly sixty points was asked and said that the work was no good fit. Under"
        " sixty-five a director should look first. Five points go from the needs to depth, where a case asks for it.",
        by=by, key=key(),
    )  # fmt: skip
    effect = policy_effects.ask(row.ref, by=by, key=key())
    policy_effects.carry_on(effect.id)
    policies.sign(row.ref, edition=row.edition, by=by)
