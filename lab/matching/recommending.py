"""One case on one day: read it, decide, advise on tiers, close gates, score and explain."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from lab.answers import Application, Consultant, Supports
from lab.matching import labels
from lab.matching.convenings import convenings_of
from lab.matching.criteria import Likeness
from lab.matching.decision import decide
from lab.matching.networks import networks_of
from lab.matching.other_answers import what_would_change
from lab.matching.people import Match
from lab.matching.policy import Policy
from lab.matching.profiles import Case, Commitment, read_case
from lab.matching.result import (
    Candidate,
    Excluded,
    Hours,
    NetworkAdvice,
    Recommendation,
    TierAdvice,
)
from lab.matching.tiers import tiers_of
from lab.said import joined, say

A_FEW_HOURS = say("A few hours are enough while there is no union yet.")
LEAD_AWAY = say("Its lead has a conflict with this case: the director asks first.")


def recommend(
    application: Application,
    *,
    consultants: Sequence[Consultant],
    supports: Supports,
    policy: Policy | None = None,
    as_of: date | None = None,
    commitments: Mapping[str, Sequence[Commitment]] | None = None,
    declined: Mapping[str, date] | None = None,
    likeness: bool | Likeness = True,
    detail: bool = True,
    asked_hours: int | None = None,
) -> Recommendation:
    """What to propose for an application, with reasons.

    `as_of` is today, by default the day of submission. `commitments` are the organizations that each
    consultant works for now, by reference; `declined` who has said no to this case, and on which day. Without
    `likeness` no text is compared (scikit-learn stays unloaded) and that part counts alike for all; it may be a
    function that knows how alike texts are. Without `detail` the counterfactuals, the stability and the turning
    points are left out. `asked_hours` tries other hours out than those the answer stands for. The same input
    gives the same answer.
    """
    policy = policy or Policy.default()
    case = replace(read_case(application, as_of or application.submitted_on), asked_hours=asked_hours)
    decided = decide(case)
    networks = networks_of(case, decided, supports, policy)
    tiers = tiers_of(case, decided, networks)
    match = Match(case=case, decided=decided, policy=policy, likeness=_likeness(likeness, consultants))
    found = match.people(consultants, commitments or {}, declined=declined or {}, detail=detail)
    candidates, excluded = found.candidates, found.excluded
    return Recommendation(
        ref=application.ref,
        as_of=case.as_of,
        line=case.line,
        stage=case.stage,
        stage_reason=case.stage_reason,
        decision=decided.decision,
        decision_reasons=decided.reasons,
        tasks=decided.tasks,
        tiers=tiers,
        networks=_with_leads(networks, supports, excluded),
        convenings=convenings_of(case, decided, supports),
        needs=case.needs.found,
        consultants=candidates,
        excluded=excluded,
        hours=_hours(case, tiers, policy),
        policy=policy.version,
        response_days=_response_days(case, policy),
        clock=case.clock,
        looks=decided.looks,
        notes=_notes(case, candidates, tiers),
        out_of_scope=case.needs.out_of_scope,
        what_would_change=(what_would_change(application, decided, case.as_of) if detail else ()),
        months=case.months_of_work(policy.months_of_work),
        stability=found.stability,
        weightings=found.weightings,
        turning_points=found.turning_points,
    )


def _with_leads(
    networks: tuple[NetworkAdvice, ...], supports: Supports, excluded: tuple[Excluded, ...]
) -> tuple[NetworkAdvice, ...]:
    """Say where a conflict keeps the lead of a network away from this case."""
    away = {one.ref for one in excluded if one.gate == "conflict"}
    leads = {peer.network: peer.lead for peer in supports.peer_networks}
    leads |= {region.network: region.lead for region in supports.regional_networks}
    return tuple(
        replace(one, reason=joined(one.reason, LEAD_AWAY))
        if leads.get(one.network) in away and one.standing in ("recommended", "conditional", "optional")
        else one
        for one in networks
    )


def _likeness(wanted: bool | Likeness, consultants: Sequence[Consultant]) -> Likeness | None:
    if not isinstance(wanted, bool):
        return wanted
    if not wanted:
        return None
    from lab.matching.text_index import of_consultants

    return of_consultants(consultants).compare


def _hours(case: Case, tiers: tuple[TierAdvice, ...], policy: Policy) -> Hours:
    advice = next(one for one in tiers if one.tier == "individualized")
    if advice.standing in ("not_now", "excluded"):
        return Hours(low=0, high=0, reason=advice.reason)
    low, high = case.hours_of_work(policy.early_hours)
    if case.asked_hours is not None:
        return Hours(low=low, high=high, reason=say("%(hours)s hours are tried out.", hours=low))
    if case.few_hours_are_enough:
        return Hours(low=low, high=high, reason=A_FEW_HOURS)
    told = say("The answer to hours stands for %(low)s to %(high)s hours.", low=low, high=high)
    return Hours(low=low, high=high, reason=told)


def _response_days(case: Case, policy: Policy) -> int:
    soon = [event for event in case.clock if event.days <= policy.short_answer_days]
    return 1 if soon else 5


def _notes(case: Case, candidates: tuple[Candidate, ...], tiers: tuple[TierAdvice, ...]) -> tuple[str, ...]:
    """What a director should know beside the parts: the line, what is out of scope, nobody to propose."""
    found = [case.line_note] if case.line_note else []
    if case.needs.out_of_scope:
        outside = labels.needs(case.needs.out_of_scope, between=", ")
        found.append(say("Out of scope on this line, and not matched: %(needs)s.", needs=outside))
    advice = next(one for one in tiers if one.tier == "individualized")
    if advice.standing in ("recommended", "conditional", "optional") and not candidates:
        found.append(
            say("No consultant passes the gates; program staff take the hours, or somebody joins the pool.")
        )
    left = [candidate for candidate in candidates if candidate.declined_on is None]
    if candidates and not left:
        found.append(say("Everybody who passes the limits has declined this case."))
    if left and all(candidate.partial for candidate in left):
        found.append(say("Every match is partial: the director looks for somebody else, too."))
    return tuple(found)
