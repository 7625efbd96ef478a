"""The people part of a match: who is scored, who is kept out, and how steady the first place is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lab.answers import Consultant
from lab.matching import explain
from lab.matching.criteria import Likeness
from lab.matching.decision import Decided
from lab.matching.gates import Pair, gates_of, musts_at_zero
from lab.matching.policy import Policy
from lab.matching.profiles import Case, Commitment
from lab.matching.result import Candidate, Excluded, GateFinding, Look, TurningPoint
from lab.matching.scoring import Scored, groups_of, judge, ranked, score, set_back, weights_for
from lab.matching.stability import times_first
from lab.matching.turning_points import Turning
from lab.said import joined, say

# How many candidates, and how many of those kept out, get a tried-out "would be first if".
EXPLAINED = 8


@dataclass(frozen=True, kw_only=True)
class Found:
    """Candidates in order and those kept out with their gate; how steady the first place is, if that was asked."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    weightings: int = 0
    turning_points: tuple[TurningPoint, ...] = ()

    @property
    def stability(self) -> float | None:
        """The share of the weightings in which the first comes first."""
        first = self.candidates[0].times_first if self.candidates and self.weightings else None
        return round(first / self.weightings, 2) if first is not None else None


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
        declined: Mapping[str, date],
        detail: bool,
    ) -> Found:
        """Everybody's place in this case; with `detail`, also what would change it.

        Who has `declined` it comes after everybody else, and the first place is contested without them.
        """
        pairs = {one.ref: self._pair(one, commitments) for one in sorted(consultants, key=lambda c: c.ref)}
        gates = {ref: gates_of(pair) for ref, pair in pairs.items()}
        blocked = {ref: [f for f in found if f.verdict == "block"] for ref, found in gates.items()}
        passed = [ref for ref in pairs if not blocked[ref]]
        order = self._ranked(pairs[ref] for ref in passed if ref not in declined)
        candidates = self._candidates(order, gates)
        candidates += self._last(
            self._ranked(pairs[ref] for ref in passed if ref in declined), gates, declined, after=candidates
        )
        excluded = tuple(_excluded(ref, found, gates[ref]) for ref, found in blocked.items() if found)
        if not detail:
            return Found(candidates=candidates, excluded=excluded)
        first = times_first(self.case, order, self.policy)
        return Found(
            candidates=tuple(
                replace(one, times_first=first.get(one.ref)) for one in self._firsts(candidates, order, pairs)
            ),
            excluded=self._passes(excluded, blocked, order, pairs),
            weightings=self.policy.stability_draws if first else 0,
            turning_points=self._turning(
                order, {ref: found for ref, found in blocked.items() if ref not in declined}, pairs
            ).points(),
        )

    def _ranked(self, pairs: Iterable[Pair]) -> list[Scored]:
        return ranked([self._score(pair) for pair in pairs], floor=self.policy.floor)

    def _candidates(
        self, order: list[Scored], gates: Mapping[str, tuple[GateFinding, ...]]
    ) -> tuple[Candidate, ...]:
        groups = groups_of(order, self.policy.about_equal, floor=self.policy.floor)
        return tuple(
            self._candidate(place, order, groups, gates[one.consultant.ref])
            for place, one in enumerate(order)
        )

    def _last(
        self,
        order: list[Scored],
        gates: Mapping[str, tuple[GateFinding, ...]],
        declined: Mapping[str, date],
        *,
        after: tuple[Candidate, ...],
    ) -> tuple[Candidate, ...]:
        """Who has declined: each told by themselves, behind those who could still be asked."""
        group = max((one.group for one in after), default=0) + 1
        return tuple(
            replace(
                self._candidate(0, [one], [group], gates[one.consultant.ref]),
                rank=rank,
                declined_on=declined[one.consultant.ref],
            )
            for rank, one in enumerate(order, start=len(after) + 1)
        )

    def _firsts(
        self, candidates: tuple[Candidate, ...], order: list[Scored], pairs: Mapping[str, Pair]
    ) -> tuple[Candidate, ...]:
        """The candidates, those near the first with what would bring them there."""
        return tuple(
            replace(
                one,
                counterfactual=explain.would_be_first(
                    pairs[one.ref], order[0], self._rescore(pairs[one.ref])
                ),
            )
            if 1 < one.rank <= EXPLAINED and one.declined_on is None
            else one
            for one in candidates
        )

    def _passes(
        self,
        excluded: tuple[Excluded, ...],
        blocked: Mapping[str, list[GateFinding]],
        order: list[Scored],
        pairs: Mapping[str, Pair],
    ) -> tuple[Excluded, ...]:
        """Who is kept out, those whom least keeps out with what would let them pass."""
        clearable = [one.ref for one in excluded if one.clearable and not self.decided.declined]
        near_misses = set(sorted(clearable, key=lambda ref: len(blocked[ref]))[:EXPLAINED])
        first = order[0] if order else None
        return tuple(
            replace(
                one,
                counterfactual=explain.would_pass(pairs[one.ref], self._rescore(pairs[one.ref]), first),
            )
            if one.ref in near_misses
            else one
            for one in excluded
        )

    def _turning(
        self, order: list[Scored], blocked: Mapping[str, list[GateFinding]], pairs: Mapping[str, Pair]
    ) -> Turning:
        """The list, and beside it those whom only hours or days keep off it."""
        listed = {one.consultant.ref: one for one in order}
        able = [ref for ref, found in blocked.items() if all(f.gate == "capacity" for f in found)]
        return Turning(
            case=self.case,
            policy=self.policy,
            order=order,
            able=[listed.get(ref) or self._score(pairs[ref]) for ref in able],
        )

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
