"""Tables and relationships by topic; no queries, no commits.

The topics that most pages touch are read at the start, the others when one of their classes is first asked for, since
mapping is the largest part of a web worker's start. Whoever goes through all tables asks `tables()`. A topic may be
read late if no table of the start refers to its tables and it names no class before that class is there: another
thread may be at work with the classes of the start meanwhile.

Their files do without `from __future__ import annotations`: SQLAlchemy would read every column's type out of a text.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lab.database import Base
from lab.models.cases import Case, Membership, Question, Section, SectionRevision, Task, TaskReport
from lab.models.groups import PairSeat, PeerPair
from lab.models.offers import Engagement, Offer
from lab.models.people import Invitation, Person, RoleGrant
from lab.models.records import AccessReceipt, Event, EventChain, IdempotencyKey, OutboxMessage, Timer
from lab.models.reviews import Decision, Recommendation
from lab.models.sessions import WebSession
from lab.models.signatures import SecondSignature
from lab.models.supports import Consultant, Convening, ConveningInterest, Network, NetworkMembership

if TYPE_CHECKING:
    from lab.models.deletions import Deletion, LegalHold
    from lab.models.operations import WorkerBeat
    from lab.models.organizations import OrganizationAccount
    from lab.models.outcomes import Outcome, RateReason, Shortlist, WeightProposal
    from lab.models.policies import PolicyCase, PolicyEffect, PolicyVersion
    from lab.models.portfolio import PortfolioCase, PortfolioRun
    from lab.models.signing_in import CodeApp, KeptForm, Passkey, RecoveryCode, SignInAttempt, SignInToken
    from lab.models.texts import TextIndexRow

LATER = {
    "deletions": ("Deletion", "LegalHold"),
    "operations": ("WorkerBeat",),
    "organizations": ("OrganizationAccount",),
    "outcomes": ("Outcome", "RateReason", "Shortlist", "WeightProposal"),
    "policies": ("PolicyCase", "PolicyEffect", "PolicyVersion"),
    "portfolio": ("PortfolioCase", "PortfolioRun"),
    "signing_in": ("CodeApp", "KeptForm", "Passkey", "RecoveryCode", "SignInAttempt", "SignInToken"),
    "texts": ("TextIndexRow",),
}

__all__ = [
    "AccessReceipt", "Case", "CodeApp", "Consultant", "Convening", "ConveningInterest", "Decision", "Deletion", "Engagement",
    "Event", "EventChain", "IdempotencyKey", "Invitation", "KeptForm", "LegalHold", "Membership", "Network", "NetworkMembership", "Offer",
    "OrganizationAccount", "OutboxMessage", "Outcome", "PairSeat", "Passkey", "PeerPair", "Person", "PolicyCase", "PolicyEffect", "PolicyVersion",
    "PortfolioCase", "PortfolioRun", "Question", "RateReason",
    "Recommendation", "RecoveryCode", "RoleGrant", "SecondSignature", "Section", "SectionRevision", "Shortlist", "SignInAttempt", "SignInToken", "Task",
    "TaskReport", "TextIndexRow", "Timer", "WebSession", "WeightProposal", "WorkerBeat",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A class of a topic that is read at its first use (PEP 562)."""
    for topic, classes in LATER.items():
        if name in classes:
            return getattr(import_module(f"{__name__}.{topic}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def tables() -> Mapping[str, sa.Table]:
    """Every table there is, by its name."""
    for topic in LATER:
        import_module(f"{__name__}.{topic}")
    return Base.metadata.tables
