"""The words of the product as data: every kind of term by code, read from the TOML files beside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lab.vocabulary.reading import FOLDER, band_of, lexicon_of, read_file, terms_of, unions_of
from lab.vocabulary.terms import (
    AccessRow,
    Band,
    Condition,
    County,
    Decision,
    FoundationClause,
    Hours,
    Need,
    NeedWeight,
    NegotiationFeature,
    PartnershipLevel,
    RetentionRule,
    Sector,
    ShortTerm,
    Stage,
    State,
    TeamSeat,
    Term,
    Terms,
    Text,
    Tier,
    UnionName,
    UnknownCode,
    Urgency,
)

__all__ = [
    "ACCESS_GROUPS",
    "ACCESS_LATER",
    "ACCESS_LEVELS",
    "ACCESS_ROLES",
    "ACCESS_ROWS",
    "AUDIENCES",
    "BARE_NEED",
    "BUDGET_BANDS",
    "CASE_KINDS",
    "CASE_STATES",
    "CA_COUNTIES",
    "CA_REGIONS",
    "CONDITIONS",
    "CONFLICT_PARTY_KINDS",
    "CONFLICT_RELATIONSHIPS",
    "CONSULTANT_SKILLS",
    "CRITERIA",
    "DATE_KINDS",
    "DECISIONS",
    "DECLINE_REASONS",
    "DELETION_STATES",
    "FOUNDATION",
    "FOUNDATION_ANSWERS",
    "GATES",
    "HOURS_BUDGETS",
    "LANGUAGES",
    "LEXICON",
    "LINES",
    "MEMBERSHIP_STATES",
    "MET_BY_PROGRAM",
    "NEEDS",
    "NEED_GROUPS",
    "NEED_WEIGHTS",
    "NEGOTIATION_FEATURES",
    "NETWORK_MEMBERSHIP_STATES",
    "NETWORK_STATUSES",
    "OFFER_STATES",
    "ORGANIZATION_TYPES",
    "OUTCOME_GOALS",
    "OUTCOME_MOMENTS",
    "OUTCOME_RECOMMEND",
    "OUTCOME_TRUST",
    "OVERRIDE_REASONS",
    "PARTNERSHIP_LEVELS",
    "POLICY_SETTINGS",
    "POLICY_STATES",
    "PORTFOLIO_STATES",
    "RATE_USD",
    "RECOMMENDATION_STATES",
    "REFERRAL_REASONS",
    "RETENTION_RULES",
    "SEAT_ANSWERS",
    "SECTORS",
    "SESSION_FORMATS",
    "STAFF_BANDS",
    "STAGES",
    "STANDINGS",
    "STATES",
    "TEAM_SEATS",
    "TIERS",
    "TIME_CRITICAL_DAYS",
    "TIME_CRITICAL_ORDER",
    "UNION_ALIASES",
    "UNIT_BANDS",
    "URGENCIES",
    "WORK_STATES",
    "YES_NO_UNSURE",
    "AccessRow",
    "Band",
    "Condition",
    "County",
    "Decision",
    "FoundationClause",
    "Hours",
    "Need",
    "NeedWeight",
    "NegotiationFeature",
    "PartnershipLevel",
    "RetentionRule",
    "Sector",
    "ShortTerm",
    "Stage",
    "State",
    "TeamSeat",
    "Term",
    "Terms",
    "Text",
    "Tier",
    "UnionName",
    "UnknownCode",
    "Urgency",
    "band_of",
]  # fmt: skip

_CONSTANTS = read_file(FOLDER / "constants.toml")

# Programs, cases and where an organization stands
LINES = terms_of("cases.toml", "lines", Term)
CASE_KINDS = terms_of("cases.toml", "case_kinds", Term)
STAGES = terms_of("stages.toml", "stages", Stage)
CONDITIONS = terms_of("stages.toml", "conditions", Condition)
PARTNERSHIP_LEVELS = terms_of("stages.toml", "partnership_levels", PartnershipLevel)
TIME_CRITICAL_ORDER: tuple[str, ...] = tuple(_CONSTANTS["time_critical"]["order"])
TIME_CRITICAL_DAYS: int = _CONSTANTS["time_critical"]["days"]
DATE_KINDS = terms_of("cases.toml", "date_kinds", Term)

# What an organization asks for
NEED_GROUPS = terms_of("needs.toml", "need_groups", Term)
NEEDS = terms_of("needs.toml", "needs", Need)
NEED_WEIGHTS = terms_of("needs.toml", "need_weights", NeedWeight)
BARE_NEED: str = _CONSTANTS["bare_need"]
MET_BY_PROGRAM: frozenset[str]
CONSULTANT_SKILLS = terms_of(
    "needs.toml", ("needs", "consultant_only_skills"), Need, name="consultant_skills"
)
NEGOTIATION_FEATURES = terms_of("negotiation.toml", "negotiation_features", NegotiationFeature)
LEXICON: Mapping[str, tuple[str, ...]]

# The organization, its numbers and its place
SECTORS = terms_of("organizations.toml", "sectors", Sector)
ORGANIZATION_TYPES = terms_of("organizations.toml", "organization_types", Term)
BUDGET_BANDS = terms_of("organizations.toml", "budget_bands", Band)
STAFF_BANDS = terms_of("organizations.toml", "staff_bands", Band)
UNIT_BANDS = terms_of("organizations.toml", "unit_bands", Band)
LANGUAGES = terms_of("languages.toml", "languages", Term)
STATES = terms_of("states.toml", "states", State)
CA_REGIONS = terms_of("california.toml", "ca_regions", Term)
CA_COUNTIES = terms_of("california.toml", "ca_counties", County)
UNION_ALIASES: tuple[UnionName, ...]

# What is agreed with a client
TIERS = terms_of("support.toml", "tiers", Tier)
FOUNDATION = terms_of("support.toml", "foundation", FoundationClause)
FOUNDATION_ANSWERS = terms_of("support.toml", "foundation_answers", Term)
HOURS_BUDGETS = terms_of("support.toml", "hours_budgets", Hours)
URGENCIES = terms_of("support.toml", "urgencies", Urgency)
SESSION_FORMATS = terms_of("support.toml", "session_formats", Term)
TEAM_SEATS = terms_of("support.toml", "team_seats", TeamSeat)
SEAT_ANSWERS = terms_of("support.toml", "seat_answers", Term)
YES_NO_UNSURE = terms_of("support.toml", "yes_no_unsure", Term)
RATE_USD: int = _CONSTANTS["rate_usd"]

# Matching and review
DECISIONS = terms_of("review.toml", "decisions", Decision)
GATES = terms_of("review.toml", "gates", Term)
STANDINGS = terms_of("review.toml", "standings", Term)
CRITERIA = terms_of("review.toml", "criteria", Term)
CONFLICT_RELATIONSHIPS = terms_of("review.toml", "conflict_relationships", Term)
CONFLICT_PARTY_KINDS = terms_of("review.toml", "conflict_party_kinds", Term)
DECLINE_REASONS = terms_of("review.toml", "decline_reasons", Term)
REFERRAL_REASONS = terms_of("review.toml", "referral_reasons", Term)
OVERRIDE_REASONS = terms_of("review.toml", "override_reasons", Term)

# What came of it
OUTCOME_MOMENTS = terms_of("outcomes.toml", "outcome_moments", Term)
OUTCOME_GOALS = terms_of("outcomes.toml", "outcome_goals", Term)
OUTCOME_TRUST = terms_of("outcomes.toml", "outcome_trust", Term)
OUTCOME_RECOMMEND = terms_of("outcomes.toml", "outcome_recommend", Term)

# Who may see and do what
ACCESS_ROLES = terms_of("access.toml", "access_roles", ShortTerm)
ACCESS_LEVELS = terms_of("access.toml", "access_levels", ShortTerm)
ACCESS_GROUPS = terms_of("access.toml", "access_groups", Term)
ACCESS_ROWS = terms_of("access.toml", "access_rows", AccessRow)
ACCESS_LATER = terms_of("access.toml", "access_later", Term)

# Who may read a text, and the states things go through
AUDIENCES = terms_of("cases.toml", "audiences", Term)
NETWORK_STATUSES = terms_of("progress.toml", "network_statuses", Term)
CASE_STATES = terms_of("progress.toml", "case_states", Term)
WORK_STATES = terms_of("progress.toml", "work_states", Term)
RECOMMENDATION_STATES = terms_of("progress.toml", "recommendation_states", Term)
OFFER_STATES = terms_of("progress.toml", "offer_states", Term)
POLICY_STATES = terms_of("policies.toml", "policy_states", Term)
POLICY_SETTINGS = terms_of("policies.toml", "policy_settings", Term)
PORTFOLIO_STATES = terms_of("progress.toml", "portfolio_states", Term)
RETENTION_RULES = terms_of("retention.toml", "retention_rules", RetentionRule)
DELETION_STATES = terms_of("retention.toml", "deletion_states", Term)
MEMBERSHIP_STATES = terms_of("progress.toml", "membership_states", Term)
NETWORK_MEMBERSHIP_STATES = terms_of("progress.toml", "network_membership_states", Term)


def __getattr__(name: str) -> Any:
    """Make what is derived from larger files when it is first asked for."""
    made: Any
    if name == "MET_BY_PROGRAM":
        made = frozenset(code for code, need in NEEDS.items() if need.met_by_program)
    elif name == "LEXICON":
        made = MappingProxyType(lexicon_of("lexicon.toml"))
    elif name == "UNION_ALIASES":
        made = unions_of("unions.toml")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, made)
