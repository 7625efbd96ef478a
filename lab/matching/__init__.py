"""The matching: from an application to a recommendation with reasons. No Flask, no database."""

from lab.matching.conflicts import conflict_findings
from lab.matching.decision import Decided, decide
from lab.matching.gates import capacity_finding
from lab.matching.policy import Policy
from lab.matching.profiles import Case, Commitment, read_case
from lab.matching.recommending import recommend
from lab.matching.result import (
    Candidate,
    ClockEvent,
    ConveningAdvice,
    Excluded,
    Finding,
    GateFinding,
    Hours,
    Look,
    NeedFound,
    NetworkAdvice,
    Recommendation,
    Task,
    TierAdvice,
)

__all__ = [
    "Candidate",
    "Case",
    "ClockEvent",
    "Commitment",
    "ConveningAdvice",
    "Decided",
    "Excluded",
    "Finding",
    "GateFinding",
    "Hours",
    "Look",
    "NeedFound",
    "NetworkAdvice",
    "Policy",
    "Recommendation",
    "Task",
    "TierAdvice",
    "capacity_finding",
    "conflict_findings",
    "decide",
    "read_case",
    "recommend",
]
