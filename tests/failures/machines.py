"""The machines of the house: each thing that has states, its table, and the states in which it may begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab import lifecycle
from lab.models import (
    Case,
    Deletion,
    Engagement,
    Invitation,
    NetworkMembership,
    Offer,
    PeerPair,
    PolicyEffect,
    PolicyVersion,
    PortfolioRun,
    Recommendation,
    SecondSignature,
    WeightProposal,
)  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """One table of steps and where it begins."""

    name: str  # of the table in lab/lifecycle.py
    begins: frozenset[str]

    @property
    def steps(self) -> Mapping[str, lifecycle.Step]:
        """The table."""
        steps: Mapping[str, lifecycle.Step] = getattr(lifecycle, self.name)
        return steps

    @property
    def edges(self) -> set[tuple[str, str]]:
        """From which state to which."""
        return {(before, step.after) for step in self.steps.values() for before in step.before}


def _machine(name: str, begins: str) -> Machine:
    return Machine(name, frozenset(begins.split()))


MACHINES: dict[Any, Machine] = {
    Case: _machine("CASE", "draft submitted"),  # an import begins where it was submitted
    Recommendation: _machine("RECOMMENDATION", "computed"),
    Offer: _machine("OFFER", "offered"),
    Engagement: _machine("ENGAGEMENT", "active"),
    NetworkMembership: _machine("NETWORK_MEMBERSHIP", "requested invited"),
    PeerPair: _machine("PEER_PAIR", "asked"),
    Invitation: _machine("INVITATION", "invited"),
    Deletion: _machine("DELETION", "requested queued"),
    PortfolioRun: _machine("PORTFOLIO_RUN", "queued"),
    PolicyEffect: _machine("PORTFOLIO_RUN", "queued"),
    WeightProposal: _machine("WEIGHT_PROPOSAL", "waiting"),
    SecondSignature: _machine("SECOND_SIGNATURE", "waiting"),
    PolicyVersion: _machine(
        "POLICY", "draft in_force"
    ),  # the first one of a house is in force from the start
}
# These columns name a part of the country, or what a copy was made of; or how far a part is filled in, which goes both ways.
NO_MACHINE = {"PortfolioCase", "PolicyCase", "Section"}
