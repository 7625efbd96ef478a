"""What people tell us, as frozen values: the exchange format and what forms hand to actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Extra = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Organization:
    """Who applies."""

    name: str
    type: str
    mission_social_justice: str = "unsure"
    sector: str = "other"
    city: str = ""
    county: str = ""
    state: str = ""
    staff_count: int | None = None
    supervisors_count: int | None = None
    annual_budget_band: str | None = None
    parents: tuple[str, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One bargaining unit; its own dates and conditions may stand here or with the application."""

    label: str
    stage: str
    union: str | None = None
    size: int | None = None
    dates: Mapping[str, date] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NeedAnswer:
    """A need that was ticked, and how much it matters."""

    need: str
    weight: str = "important"


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The commitments, clause by clause: yes, unsure, no or not_applicable, with one note."""

    pro_union: str = "unsure"
    aligned_lawyer: str = "unsure"
    share_learning: str = "unsure"
    note: str = ""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Counsel:
    """The lawyer or firm of the applicant, for the conflict check and the lawyer clause."""

    name: str = ""
    aligned: str = "unsure"
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who to write to. Never a feature of matching, but for the role."""

    role: str = ""
    name: str = ""
    email: str = ""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Application:
    """What an applicant submits."""

    ref: str
    submitted_on: date
    line: str
    case_kind: str
    organization: Organization
    units: tuple[Unit, ...] = ()
    stage: str | None = None
    conditions: tuple[str, ...] = ()
    partnership_level: str | None = None
    dates: Mapping[str, date] = field(default_factory=dict)
    team: Mapping[str, str] | None = None
    needs: tuple[NeedAnswer, ...] = ()
    description: str = ""
    session_languages: tuple[str, ...] = ("en",)
    session_format: str = "either"
    foundation: Foundation = field(default_factory=Foundation)
    counsel: Counsel | None = None
    urgency: str = "quarter"
    timeframe: str = ""
    start_from: date | None = None
    hours_budget: str = "none"
    prior_participation: tuple[str, ...] = ()
    contact: Contact = field(default_factory=Contact)
    extra: Extra = field(default_factory=dict)

    @property
    def starts_on(self) -> date:
        """The day support should begin: as told, or the day of submission."""
        return self.start_from or self.submitted_on


@dataclass(frozen=True, kw_only=True)
class Skill:
    """A need that a consultant can help with; 3 is full depth."""

    need: str
    level: int = 3


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A tie that a consultant has declared. Without an end it is current."""

    party: str
    party_kind: str
    relationship: str
    ended_on: date | None = None
    bars_until: date | None = None
    note: str = ""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Consultant:
    """A consultant's profile. `conflicts` is None when the question was never answered."""

    ref: str
    name: str = ""
    email: str = ""
    base: str = ""
    lines: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    stages: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    partnership_levels: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    any_state: bool = False
    remote: str = "yes"
    languages: tuple[str, ...] = ()
    capacity_hours_month: float | None = None
    available_from: date | None = None
    conflicts: tuple[Conflict, ...] | None = None
    bio: str = ""
    items: tuple[str, ...] = ()
    last_offered_on: date | None = None
    extra: Extra = field(default_factory=dict)

    @property
    def base_state(self) -> str:
        """The two letters at the end of the base ("Brooklyn, NY"), or nothing."""
        tail = self.base.rpartition(",")[2].strip()
        return tail.upper() if len(tail) == 2 and tail.isalpha() else ""


@dataclass(frozen=True, kw_only=True)
class TierOffer:
    """A tier of support as the program describes it."""

    tier: str
    lines: tuple[str, ...] = ()
    what: str = ""
    price: str = ""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Member:
    """An organization in a network, with the unions it faces where they were told."""

    name: str
    unions: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class PeerNetwork:
    """A network by stage."""

    network: str
    name: str = ""
    line: str = "nonprofit"
    stages: tuple[str, ...] = ()
    side: str = "management"
    status: str = "active"
    capacity: int | None = None
    members: int = 0
    lead: str | None = None
    meets: str = ""
    price: str = ""
    member_organizations: tuple[Member, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegionalNetwork:
    """A network by place."""

    network: str
    name: str = ""
    line: str = "schools"
    state: str = "CA"
    counties: tuple[str, ...] = ()
    hub: str | None = None
    status: str = "forming"
    side: str = "joint"
    capacity: int | None = None
    members: int = 0
    lead: str | None = None
    member_organizations: tuple[Member, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Convening:
    """An event with its audience and dates."""

    convening: str
    starts_on: date
    ends_on: date
    name: str = ""
    line: str = "nonprofit"
    place: str = "online"
    audience: str = "all"
    individuals_allowed: bool = True
    price_usd: float | None = None
    tracks: tuple[str, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Supports:
    """What the program offers beside consultants."""

    tiers: tuple[TierOffer, ...] = ()
    peer_networks: tuple[PeerNetwork, ...] = ()
    regional_networks: tuple[RegionalNetwork, ...] = ()
    convenings: tuple[Convening, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What "people" and "organization" tell the forms of other parts: the groups, their unions, the budget band."""

    units: tuple[str, ...] = ()
    unions: tuple[str, ...] = ()
    budget_band: str | None = None
