"""What a match is: the recommendation of one day, with every finding that led to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from lab.matching import records

Verdict = Literal["pass", "look", "block"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One criterion for one candidate: the number and the sentence are the same finding.

    `met` and `lacks` are the parts of the sentence that speak for and against, where it has two.
    """

    criterion: str
    share: float | None
    points: float
    of: float
    sentence: str
    known: bool
    met: str = ""
    lacks: str = ""


@dataclass(frozen=True, kw_only=True)
class GateFinding:
    """What one gate says about one consultant. `opens_on`: the day a block ends by itself."""

    gate: str
    verdict: Verdict
    sentence: str
    clearable: bool = True
    opens_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """Something a director looks at before going on."""

    gate: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A consultant who passed the gates. `group` numbers those who are about equal."""

    ref: str
    rank: int
    score: float
    confidence: float
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    gaps: tuple[str, ...]
    looks: tuple[Look, ...] = ()
    gates: tuple[GateFinding, ...] = ()
    counterfactual: tuple[str, ...] = ()
    group: int = 1
    about_equal: bool = False
    partial: bool = False
    times_first: int | None = None  # in how many of the recommendation's `weightings`
    declined_on: date | None = None  # they said no to this case, and come last

    @property
    def points(self) -> dict[str, float]:
        """Points by criterion; they add up to the score."""
        return {finding.criterion: finding.points for finding in self.findings}


@dataclass(frozen=True, kw_only=True)
class Excluded:
    """A consultant whom a gate keeps out; `also` are the other closed gates."""

    ref: str
    gate: str
    reason: str
    clearable: bool = True
    opens_on: date | None = None
    also: tuple[str, ...] = ()
    counterfactual: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NeedFound:
    """A need of the case, where it came from (stated, text, stage) and the words that led to it."""

    need: str
    weight: str
    source: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class TierAdvice:
    """Where a tier of support stands for this case."""

    tier: str
    standing: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class NetworkAdvice:
    """Where a network stands for this case."""

    network: str
    standing: str
    reason: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ConveningAdvice:
    """Where an event stands for this case."""

    convening: str
    standing: str
    reason: str
    name: str = ""
    starts_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do first; a condition must be met before hours start."""

    code: str
    sentence: str
    condition: bool = False
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ClockEvent:
    """A dated event of the case, counted from the day of the match."""

    kind: str
    on: date
    days: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours that are proposed, zero where none are, and why."""

    low: int
    high: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TurningPoint:
    """The smallest change of its kind that puts somebody else first: from what it was to what it would be.

    `kind`: weight, hours, start, free or since; `of` is the criterion, or whose hours or day it is.
    """

    kind: str
    first: str
    of: str = ""
    was: float = 0.0
    would: float = 0.0
    was_on: date | None = None
    would_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What the matching proposes for a case on a day. Kept as it was that day."""

    ref: str
    as_of: date
    line: str
    stage: str
    stage_reason: str
    decision: str
    decision_reasons: tuple[str, ...]
    tasks: tuple[Task, ...]
    tiers: tuple[TierAdvice, ...]
    networks: tuple[NetworkAdvice, ...]
    convenings: tuple[ConveningAdvice, ...]
    needs: tuple[NeedFound, ...]
    consultants: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    hours: Hours
    policy: str
    response_days: int = 5
    clock: tuple[ClockEvent, ...] = ()
    looks: tuple[Look, ...] = ()
    notes: tuple[str, ...] = ()
    out_of_scope: tuple[str, ...] = ()
    what_would_change: tuple[str, ...] = ()
    months: float | None = None
    stability: float | None = None
    weightings: int = 0
    turning_points: tuple[TurningPoint, ...] = ()

    @property
    def hours_proposed(self) -> bool:
        """Whether consultant hours are part of what is proposed."""
        return self.hours.high > 0

    @property
    def shortlist(self) -> tuple[Candidate, ...]:
        """The candidates that stand above the floor."""
        return tuple(candidate for candidate in self.consultants if not candidate.partial)

    def tier(self, code: str) -> TierAdvice:
        """The advice for one tier."""
        return next(advice for advice in self.tiers if advice.tier == code)

    def candidate(self, ref: str) -> Candidate | None:
        """The candidate with this reference, if the gates let them pass."""
        return next((candidate for candidate in self.consultants if candidate.ref == ref), None)

    def to_json(self) -> dict[str, Any]:
        """The object that `flask lab match` prints for a case."""
        return {
            "ref": self.ref,
            "as_of": self.as_of.isoformat(),
            "stage": self.stage,
            "decision": self.decision,
            "decision_reasons": list(self.decision_reasons),
            "tiers": [{"tier": a.tier, "standing": a.standing, "reason": a.reason} for a in self.tiers],
            "networks": [
                {"network": a.network, "standing": a.standing, "reason": a.reason} for a in self.networks
            ],
            "convenings": [
                {"convening": a.convening, "standing": a.standing, "reason": a.reason}
                for a in self.convenings
            ],
            "needs": [
                {"need": n.need, "weight": n.weight, "from": n.source, "words": n.words} for n in self.needs
            ],
            "consultants": [
                {
                    "ref": c.ref,
                    "rank": c.rank,
                    "score": c.score,
                    "confidence": c.confidence,
                    "points": c.points,
                    "reasons": list(c.reasons),
                    "gaps": list(c.gaps),
                }
                for c in self.consultants
            ],
            "excluded": [{"ref": e.ref, "gate": e.gate, "reason": e.reason} for e in self.excluded],
            "hours": {"low": self.hours.low, "high": self.hours.high},
            "policy": self.policy,
        }

    def to_record(self) -> dict[str, Any]:
        """Everything, as plain JSON values, to be stored as it was."""
        record: dict[str, Any] = records.plain(self)
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Recommendation":
        """The recommendation that `to_record` wrote; unknown keys of a later version are left aside."""
        return records.build(cls, record)

    from_json = from_record
