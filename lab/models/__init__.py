"""Tables and relationships by topic; no queries, no commits."""

from lab.models.cases import Case, Membership, Question, Section, SectionRevision, Task, TaskReport
from lab.models.groups import PairSeat, PeerPair
from lab.models.offers import Engagement, Offer
from lab.models.operations import WorkerBeat
from lab.models.outcomes import Outcome, RateReason, Shortlist, WeightProposal
from lab.models.people import Invitation, Person, RoleGrant, SignInToken, WebSession
from lab.models.policies import PolicyCase, PolicyEffect, PolicyVersion
from lab.models.portfolio import PortfolioCase, PortfolioRun
from lab.models.records import AccessReceipt, Event, EventChain, IdempotencyKey, OutboxMessage, Timer
from lab.models.reviews import Decision, Recommendation
from lab.models.supports import Consultant, Convening, ConveningInterest, Network, NetworkMembership
from lab.models.texts import TextIndexRow

__all__ = [
    "AccessReceipt", "Case", "Consultant", "Convening", "ConveningInterest", "Decision", "Engagement",
    "Event", "EventChain", "IdempotencyKey", "Invitation", "Membership", "Network", "NetworkMembership", "Offer",
    "OutboxMessage", "Outcome", "PairSeat", "PeerPair", "Person", "PolicyCase", "PolicyEffect", "PolicyVersion",
    "PortfolioCase", "PortfolioRun", "Question", "RateReason",
    "Recommendation", "RoleGrant", "Section", "SectionRevision", "Shortlist", "SignInToken", "Task",
    "TaskReport", "TextIndexRow", "Timer", "WebSession", "WeightProposal", "WorkerBeat",
]  # fmt: skip
