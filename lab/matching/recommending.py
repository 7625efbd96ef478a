"""One case on one day: read it, decide, advise on tiers, close gates, score and explain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lab import vocabulary as words
from lab.answers import Application, Consultant, Supports
from lab.matching import explain
from lab.matching.convenings import convenings_of
from lab.matching.criteria import Likeness
from lab.matching.decision import Decided, decide
from lab.matching.gates import Pair, gates_of, musts_at_zero
from lab.matching.networks import networks_of
from lab.matching.policy import Policy
from lab.matching.profiles import Case, Commitment, read_case
from lab.matching.result import (
    Candidate,
    Excluded,
    GateFinding,
    Hours,
    Look,
    NetworkAdvice,
    Recommendation,
    TierAdvice,
)
from lab.matching.scoring import (
    Scored,
    groups_of,
    judge,
    ranked,
    score,
    set_back,
    stability,
    weights_for,
)
from lab.matching.tiers import EARLY, tiers_of

# How many candidates, and how many of those kept out, get a tried-out "would be first if".
EXPLAINED = 8


def recommend(
    application: Application,
    *,
    consultants: Sequence[Consultant],
    supports: Supports,
    policy: Policy | None = None,
    as_of: date | None = None,
    commitments: Mapping[str, Sequence[Commitment]] | None = None,
    likeness: bool = True,
    detail: bool = True,
) -> Recommendation:
    """What to propose for an application, with reasons.

    `as_of` is today, by default the day of submission. `commitments` are the organizations that each
    consultant works for now, by reference. Without `likeness` no text is compared (scikit-learn stays
    unloaded) and that part counts alike for all. Without `detail` the counterfactuals and the stability
    are left out. The same input gives the same answer.
    """
    policy = policy or Policy.default()
    case = read_case(application, as_of or application.submitted_on)
    decided = decide(case)
    networks = networks_of(case, decided, supports, policy)
    tiers = tiers_of(case, decided, networks)
    match = _Match(case=case, decided=decided, policy=policy, likeness=_likeness(likeness))
    candidates, excluded, steady = match.people(consultants, commitments or {}, detail=detail)
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
        what_would_change=(explain.what_would_change(application, decided, case.as_of) if detail else ()),
        months=case.months_of_work(policy.months_of_work),
        stability=steady,
    )


def _with_leads(
    networks: tuple[NetworkAdvice, ...], supports: Supports, excluded: tuple[Excluded, ...]
) -> tuple[NetworkAdvice, ...]:
    """Say where a conflict keeps the lead of a network away from this case."""
    away = {one.ref for one in excluded if one.gate == "conflict"}
    leads = {peer.network: peer.lead for peer in supports.peer_networks}
    leads |= {region.network: region.lead for region in supports.regional_networks}
    return tuple(
        replace(one, reason=f"{one.reason} Its lead has a conflict with this case: the director asks first.")
        if leads.get(one.network) in away and one.standing in ("recommended", "conditional", "optional")
        else one
        for one in networks
    )


def _likeness(wanted: bool) -> Likeness | None:
    if not wanted:
        return None
    from lab.matching.wording import likeness

    return likeness


@dataclass(frozen=True, kw_only=True)
class _Match:
    """The people part of a match: one case beside every consultant."""

    case: Case
    decided: Decided
    policy: Policy
    likeness: Likeness | None

    def people(
        self,
        consultants: Sequence[Consultant],
        commitments: Mapping[str, Sequence[Commitment]],
        *,
        detail: bool,
    ) -> tuple[tuple[Candidate, ...], tuple[Excluded, ...], float | None]:
        """Candidates in order, those kept out with their gate, and how steady the first place is."""
        pairs = {one.ref: self._pair(one, commitments) for one in sorted(consultants, key=lambda c: c.ref)}
        gates = {ref: gates_of(pair) for ref, pair in pairs.items()}
        blocked = {ref: [f for f in found if f.verdict == "block"] for ref, found in gates.items()}
        floor = self.policy.floor
        order = ranked([self._score(pair) for ref, pair in pairs.items() if not blocked[ref]], floor=floor)
        first = order[0] if order else None
        groups = groups_of(order, self.policy.about_equal, floor=floor)
        candidates = tuple(
            self._candidate(place, order, groups, gates[one.consultant.ref])
            for place, one in enumerate(order)
        )
        excluded = tuple(_excluded(ref, found, gates[ref]) for ref, found in blocked.items() if found)
        if not detail:
            return candidates, excluded, None
        candidates = tuple(
            candidate
            if first is None or not 1 < candidate.rank <= EXPLAINED
            else replace(
                candidate,
                counterfactual=explain.would_be_first(
                    pairs[candidate.ref], first, self._rescore(pairs[candidate.ref])
                ),
            )
            for candidate in candidates
        )
        clearable = [one.ref for one in excluded if one.clearable and not self.decided.declined]
        near_misses = set(sorted(clearable, key=lambda ref: len(blocked[ref]))[:EXPLAINED])
        excluded = tuple(
            replace(
                one,
                counterfactual=explain.would_pass(pairs[one.ref], self._rescore(pairs[one.ref]), first),
            )
            if one.ref in near_misses
            else one
            for one in excluded
        )
        return candidates, excluded, stability(self.case, order, self.policy)

    def _pair(self, consultant: Consultant, commitments: Mapping[str, Sequence[Commitment]]) -> Pair:
        return Pair(
            case=self.case,
            consultant=consultant,
            policy=self.policy,
            decided=self.decided,
            commitments=tuple(commitments.get(consultant.ref, ())),
        )

    def _score(self, pair: Pair) -> Scored:
        weights = weights_for(self.case, self.policy.weights)
        return score(pair.consultant, judge(pair, self.likeness), weights, musts_at_zero=musts_at_zero(pair))

    def _rescore(self, pair: Pair) -> explain.Rescore:
        """The score with another profile, or None where a gate stays closed."""

        def rescored(changed: Consultant) -> Scored | None:
            other = replace(pair, consultant=changed)
            if any(finding.verdict == "block" for finding in gates_of(other)):
                return None
            return self._score(other)

        return rescored

    def _candidate(
        self, place: int, order: list[Scored], groups: list[int], gates: tuple[GateFinding, ...]
    ) -> Candidate:
        one = order[place]
        floor = self.policy.floor
        passed = one.leads(floor) and any(other.score > one.score for other in order[place:])
        return Candidate(
            ref=one.consultant.ref,
            rank=place + 1,
            score=one.score,
            confidence=one.confidence,
            findings=one.findings,
            reasons=explain.reasons_of(one, passed=passed),
            gaps=explain.gaps_of(
                one,
                gates,
                also=self.decided.looks,
                floor=floor,
                least=self.policy.least_confidence,
                set_back=set_back(order, place),
            ),
            looks=tuple(Look(gate=f.gate, sentence=f.sentence) for f in gates if f.verdict == "look"),
            gates=gates,
            group=groups[place],
            about_equal=groups.count(groups[place]) > 1,
            partial=one.score < floor,
        )


def _excluded(ref: str, blocks: list[GateFinding], gates: tuple[GateFinding, ...]) -> Excluded:
    main, others = blocks[0], blocks[1:]
    beside = [f for f in gates if f.verdict == "look" and f.gate == main.gate]
    said = [finding.sentence for finding in (*others, *beside)]
    reason = main.sentence + (" Also: " + " ".join(said) if said else "")
    return Excluded(
        ref=ref,
        gate=main.gate,
        reason=reason,
        clearable=all(finding.clearable for finding in blocks),
        opens_on=main.opens_on,
        also=tuple(finding.gate for finding in others),
    )


def _hours(case: Case, tiers: tuple[TierAdvice, ...], policy: Policy) -> Hours:
    advice = next(one for one in tiers if one.tier == "individualized")
    if advice.standing in ("not_now", "excluded"):
        return Hours(low=0, high=0, reason=advice.reason)
    low, high = case.hours
    if case.stage in EARLY and not case.conditions and not case.is_schools:
        low, high = min(low, policy.early_hours_low), min(high, policy.early_hours_high)
        return Hours(low=low, high=high, reason="A few hours are enough while there is no union yet.")
    return Hours(low=low, high=high, reason=f"The answer to hours stands for {low} to {high} hours.")


def _response_days(case: Case, policy: Policy) -> int:
    soon = [event for event in case.clock if event.days <= policy.short_answer_days]
    return 1 if soon else 5


def _notes(case: Case, candidates: tuple[Candidate, ...], tiers: tuple[TierAdvice, ...]) -> tuple[str, ...]:
    """What a director should know beside the parts: the line, what is out of scope, nobody to propose."""
    found = [case.line_note] if case.line_note else []
    if case.needs.out_of_scope:
        labels = ", ".join(words.NEEDS[code].label.en.lower() for code in case.needs.out_of_scope)
        found.append(f"Out of scope on this line, and not matched: {labels}.")
    advice = next(one for one in tiers if one.tier == "individualized")
    if advice.standing in ("recommended", "conditional", "optional") and not candidates:
        found.append(
            "No consultant passes the gates; program staff take the hours, or somebody joins the pool."
        )
    if candidates and all(candidate.partial for candidate in candidates):
        found.append("Every match is partial: the director looks for somebody else, too.")
    return tuple(found)
