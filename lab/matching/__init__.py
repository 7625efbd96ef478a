"""The matching: from an application to a recommendation with reasons. No Flask, no database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from lab.matching.assignment import Assignment, Certificate, ImpossibleError, assign

__all__ = [
    "Assignment",
    "Candidate",
    "Case",
    "Certificate",
    "ClockEvent",
    "Commitment",
    "ConveningAdvice",
    "Decided",
    "Excluded",
    "Finding",
    "GateFinding",
    "Hours",
    "ImpossibleError",
    "Look",
    "NeedFound",
    "NetworkAdvice",
    "Policy",
    "Recommendation",
    "Task",
    "TierAdvice",
    "assign",
    "capacity_finding",
    "conflict_findings",
    "decide",
    "read_case",
    "recommend",
]


def __getattr__(name: str) -> Any:
    """The solver brings numpy along, so it is read when it is asked for (PEP 562)."""
    if name in ("Assignment", "Certificate", "ImpossibleError", "assign"):
        from lab.matching import assignment

        return getattr(assignment, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
