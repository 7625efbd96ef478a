"""Tables and relationships by topic; no queries, no commits.

Their files do without `from __future__ import annotations`: SQLAlchemy would read every column's type out of a text.
"""

from lab.models.cases import Case, Membership, Question, Section, SectionRevision, Task, TaskReport
from lab.models.deletions import Deletion, LegalHold
from lab.models.groups import PairSeat, PeerPair
from lab.models.offers import Engagement, Offer
from lab.models.operations import WorkerBeat
from lab.models.organizations import OrganizationAccount
from lab.models.outcomes import Outcome, RateReason, Shortlist, WeightProposal
from lab.models.people import Invitation, Person, RoleGrant
from lab.models.policies import PolicyCase, PolicyEffect, PolicyVersion
from lab.models.portfolio import PortfolioCase, PortfolioRun
from lab.models.records import AccessReceipt, Event, EventChain, IdempotencyKey, OutboxMessage, Timer
from lab.models.reviews import Decision, Recommendation
from lab.models.signatures import SecondSignature
from lab.models.signing_in import (
    CodeApp,
    KeptForm,
    Passkey,
    RecoveryCode,
    SignInAttempt,
    SignInToken,
    WebSession,
)
from lab.models.supports import Consultant, Convening, ConveningInterest, Network, NetworkMembership
from lab.models.texts import TextIndexRow

__all__ = [
    "AccessReceipt", "Case", "CodeApp", "Consultant", "Convening", "ConveningInterest", "Decision", "Deletion", "Engagement",
    "Event", "EventChain", "IdempotencyKey", "Invitation", "KeptForm", "LegalHold", "Membership", "Network", "NetworkMembership", "Offer",
    "OrganizationAccount", "OutboxMessage", "Outcome", "PairSeat", "Passkey", "PeerPair", "Person", "PolicyCase", "PolicyEffect", "PolicyVersion",
    "PortfolioCase", "PortfolioRun", "Question", "RateReason",
    "Recommendation", "RecoveryCode", "RoleGrant", "SecondSignature", "Section", "SectionRevision", "Shortlist", "SignInAttempt", "SignInToken", "Task",
    "TaskReport", "TextIndexRow", "Timer", "WebSession", "WeightProposal", "WorkerBeat",
]  # fmt: skip
