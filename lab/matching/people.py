"""The people part of a match: who is scored, who is kept out, and how steady the first place is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lab.answers import Consultant
from lab.matching import explain
from lab.matching.criteria import Likeness
from lab.matching.decision import Decided
from lab.matching.gates import Pair, gates_of, musts_at_zero
from lab.matching.policy import Policy
from lab.matching.profiles import Case, Commitment
from lab.matching.result import Candidate, Excluded, GateFinding, Look
from lab.matching.scoring import Scored, groups_of, judge, ranked, score, set_back, stability, weights_for
from lab.said import joined, say

# How many candidates, and how many of those kept out, get a tried-out "would be first if".
EXPLAINED = 8


@dataclass(frozen=True, kw_only=True)
class Match:
    """One case beside every consultant."""

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
    also = say("Also: %(reasons)s", reasons=joined(*said)) if said else ""
    return Excluded(
        ref=ref,
        gate=main.gate,
        reason=joined(main.sentence, also),
        clearable=all(finding.clearable for finding in blocks),
        opens_on=main.opens_on,
        also=tuple(finding.gate for finding in others),
    )
