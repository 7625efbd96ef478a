"""The words of the product as data: every kind of term by code, read once from the TOML files beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lab.vocabulary.reading import band_of, lexicon_of, read_files, terms_of, unions_of
from lab.vocabulary.terms import (
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
    Sector,
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

_FILES = read_files(Path(__file__).parent)


def _plain(kind: str) -> Terms[Term]:
    return terms_of(kind, Term, _FILES[kind])


# Programs, cases and where an organization stands
LINES = _plain("lines")
CASE_KINDS = _plain("case_kinds")
STAGES = terms_of("stages", Stage, _FILES["stages"])
CONDITIONS = terms_of("conditions", Condition, _FILES["conditions"])
PARTNERSHIP_LEVELS = terms_of("partnership_levels", PartnershipLevel, _FILES["partnership_levels"])
TIME_CRITICAL_ORDER: tuple[str, ...] = tuple(_FILES["time_critical"]["order"])
TIME_CRITICAL_DAYS: int = _FILES["time_critical"]["days"]
DATE_KINDS = _plain("date_kinds")

# What an organization asks for
NEED_GROUPS = _plain("need_groups")
NEEDS = terms_of("needs", Need, _FILES["needs"])
NEED_WEIGHTS = terms_of("need_weights", NeedWeight, _FILES["need_weights"])
BARE_NEED: str = _FILES["bare_need"]
MET_BY_PROGRAM = frozenset(code for code, need in NEEDS.items() if need.met_by_program)
CONSULTANT_SKILLS: Terms[Need] = terms_of(
    "consultant_skills", Need, [*_FILES["needs"], *_FILES["consultant_only_skills"]]
)
NEGOTIATION_FEATURES = terms_of("negotiation_features", NegotiationFeature, _FILES["negotiation_features"])
LEXICON: Mapping[str, tuple[str, ...]] = MappingProxyType(lexicon_of(_FILES["lexicon"]))

# The organization, its numbers and its place
SECTORS = terms_of("sectors", Sector, _FILES["sectors"])
ORGANIZATION_TYPES = _plain("organization_types")
BUDGET_BANDS = terms_of("budget_bands", Band, _FILES["budget_bands"])
STAFF_BANDS = terms_of("staff_bands", Band, _FILES["staff_bands"])
UNIT_BANDS = terms_of("unit_bands", Band, _FILES["unit_bands"])
LANGUAGES = _plain("languages")
STATES = terms_of("states", State, _FILES["states"])
CA_REGIONS = _plain("ca_regions")
CA_COUNTIES = terms_of("ca_counties", County, _FILES["ca_counties"])
UNION_ALIASES: tuple[UnionName, ...] = unions_of(_FILES["union_aliases"])

# What is agreed with a client
TIERS = terms_of("tiers", Tier, _FILES["tiers"])
FOUNDATION = terms_of("foundation", FoundationClause, _FILES["foundation"])
FOUNDATION_ANSWERS = _plain("foundation_answers")
HOURS_BUDGETS = terms_of("hours_budgets", Hours, _FILES["hours_budgets"])
URGENCIES = terms_of("urgencies", Urgency, _FILES["urgencies"])
SESSION_FORMATS = _plain("session_formats")
TEAM_SEATS = terms_of("team_seats", TeamSeat, _FILES["team_seats"])
SEAT_ANSWERS = _plain("seat_answers")
YES_NO_UNSURE = _plain("yes_no_unsure")
RATE_USD: int = _FILES["rate_usd"]

# Matching and review
DECISIONS = terms_of("decisions", Decision, _FILES["decisions"])
GATES = _plain("gates")
STANDINGS = _plain("standings")
CRITERIA = _plain("criteria")
CONFLICT_RELATIONSHIPS = _plain("conflict_relationships")
CONFLICT_PARTY_KINDS = _plain("conflict_party_kinds")
DECLINE_REASONS = _plain("decline_reasons")
REFERRAL_REASONS = _plain("referral_reasons")
OVERRIDE_REASONS = _plain("override_reasons")

# Who may read a text, and the states things go through
AUDIENCES = _plain("audiences")
NETWORK_STATUSES = _plain("network_statuses")
CASE_STATES = _plain("case_states")
RECOMMENDATION_STATES = _plain("recommendation_states")
OFFER_STATES = _plain("offer_states")
MEMBERSHIP_STATES = _plain("membership_states")
NETWORK_MEMBERSHIP_STATES = _plain("network_membership_states")

__all__ = [name for name in globals() if name.isupper() and not name.startswith("_")] + [
    "Band", "Condition", "County", "Decision", "FoundationClause", "Hours", "Need", "NeedWeight",
    "NegotiationFeature", "PartnershipLevel", "Sector", "Stage", "State", "TeamSeat", "Term", "Terms",
    "Text", "Tier", "UnionName", "UnknownCode", "Urgency", "band_of",
]  # fmt: skip
