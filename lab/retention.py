"""The one registry of what is kept: every table and every other store, by which rule, and what happens at its end.

The rules, their days and their reasons are words (`lab/vocabulary/retention.toml`); the privacy page tells them,
`lab/actions/retention.py` carries them out, and a test says that no table is missing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lab.vocabulary import RETENTION_RULES

DELETE, BLANK, KEEP = "delete", "blank", "keep"


@dataclass(frozen=True)
class Store:
    """Where something is kept: the rule it follows once its time comes, and what becomes of a row then.

    `with_case`: what becomes of the rows of a case when that case is deleted, whatever the rule.
    """

    rule: str
    action: str = DELETE
    with_case: str = ""


def _case(action: str = DELETE) -> Store:
    """Goes with its case, whenever that goes."""
    return Store("closed", action, with_case=action)


TABLES: Mapping[str, Store] = MappingProxyType(
    {
        # A case and what hangs on it
        "cases": _case(BLANK),
        "sections": _case(),
        "section_revisions": _case(),
        "questions": _case(),
        "tasks": _case(),
        "task_reports": _case(),
        "invitations": _case(),
        "network_memberships": _case(),
        "convening_interests": _case(),
        "peer_pairs": _case(BLANK),
        "pair_seats": _case(),
        "recommendations": _case(BLANK),
        "decisions": _case(),
        "shortlists": _case(),
        "offers": _case(BLANK),
        "outcomes": _case(),
        "access_receipts": Store("access_log", with_case=DELETE),
        "portfolio_cases": Store("planning", with_case=DELETE),
        "policy_cases": Store("planning", with_case=DELETE),
        # What is left of it
        "engagements": Store("totals", KEEP, with_case=KEEP),
        "memberships": Store("accounts", DELETE, with_case=KEEP),  # who may read the receipt
        "deletions": Store("totals", KEEP, with_case=KEEP),
        "second_signatures": Store("access_log", with_case=DELETE),
        "legal_holds": Store("totals", KEEP, with_case=BLANK),
        "events": Store("access_log", with_case=DELETE),
        "event_chains": Store("totals", KEEP, with_case=KEEP),
        # People and how they sign in
        "people": Store("accounts", BLANK),
        "role_grants": Store("program", KEEP),
        "sign_in_tokens": Store("signing_in"),
        "web_sessions": Store("signing_in"),
        "sign_in_attempts": Store("signing_in"),
        "kept_forms": Store("signing_in"),
        "organization_accounts": Store("accounts"),
        "passkeys": Store("accounts"),
        "code_apps": Store("accounts"),
        "recovery_codes": Store("accounts"),
        # Beside every deed
        "outbox": Store("mails", with_case=DELETE),
        "idempotency_keys": Store("bookkeeping", with_case=DELETE),
        "timers": Store("bookkeeping", with_case=DELETE),
        "worker_beats": Store("bookkeeping"),
        # Over all cases
        "portfolio_runs": Store("planning"),
        "policy_effects": Store("planning"),
        "text_indexes": Store("planning"),  # built anew from what is there
        "weight_proposals": Store("program", KEEP),
        "rate_reasons": Store("program", KEEP),
        "policy_versions": Store("program", KEEP),
        # The program
        "consultants": Store("program", KEEP),
        "networks": Store("program", KEEP),
        "convenings": Store("program", KEEP),
    }
)
# What is kept outside the tables, and who sees to its end.
ELSEWHERE: Mapping[str, Store] = MappingProxyType(
    {
        "the queue of the worker": Store("bookkeeping"),  # names of jobs, without content
        "deletions.jsonl": Store("totals", KEEP),  # digests of what was deleted, for after a restore
        "backups": Store("backups"),  # `flask lab backup` deletes the old ones
        "logs": Store("logs"),  # the host's own rotation
    }
)


def days(rule: str) -> int:
    """How many days this rule keeps something; 0 is as long as it is in use."""
    return RETENTION_RULES[rule].days
