"""Policies of the matching: the one in force, the earlier ones, the drafts, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from lab import vocabulary as words
from lab.database import db
from lab.matching.policy import Policy
from lab.models import PolicyVersion, Recommendation

# The address of the policy that the product brings along.
BUILT_IN = "BUILT-IN"
KNOWN = "policy in force"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One weight or setting in two policies."""

    code: str
    label: words.Text
    hint: words.Text
    was: Any
    now: Any

    @property
    def differs(self) -> bool:
        """Whether the two policies say something else here."""
        return bool(self.was != self.now)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Two policies, weights first."""

    weights: Sequence[Setting]
    settings: Sequence[Setting]

    @property
    def differing(self) -> Sequence[Setting]:
        """What differs."""
        return [one for one in (*self.weights, *self.settings) if one.differs]


def in_force() -> Policy:
    """The policy that new recommendations are made with: the one that was signed last, or the one built in."""
    session = db.session()
    # Read once in a transaction, for what asks case by case; a deed begins with a new one.
    known, transaction = session.info.get(KNOWN), session.get_transaction()
    if known is not None and transaction is not None and known[0] is transaction:
        policy: Policy = known[1]
        return policy
    values = session.scalar(sa.select(PolicyVersion.values).where(PolicyVersion.state == "in_force"))
    policy = Policy.default() if values is None else Policy.from_mapping(values)
    session.info[KNOWN] = (session.get_transaction(), policy)
    return policy


def policy_of(version: str) -> Policy:
    """The policy that was signed under this name; the one built in where the name is its own or unknown."""
    values = db.session.scalar(sa.select(PolicyVersion.values).where(PolicyVersion.version == version))
    return Policy.default() if values is None else Policy.from_mapping(values)


def policy_behind(row: Recommendation | None) -> Policy:
    """The policy that a recommendation was made with; without one, the policy in force."""
    now = in_force()
    return now if row is None or row.policy == now.version else policy_of(row.policy)


def version_by_ref(ref: str) -> PolicyVersion | None:
    """The draft or version with this reference and its people."""
    return db.session.scalar(
        sa.select(PolicyVersion).where(PolicyVersion.ref == ref.upper()).options(*_with_people())
    )


def _with_people() -> tuple[ORMOption, ...]:
    # Asked for here, not above: to name them connects all tables with each other, which a web worker does at its first page.
    return (
        joinedload(PolicyVersion.made_by), joinedload(PolicyVersion.first_signed_by),
        joinedload(PolicyVersion.second_signed_by), joinedload(PolicyVersion.refused_by),
    )  # fmt: skip


def versions(*states: str) -> Sequence[PolicyVersion]:
    """The drafts and versions in these states, the newest first."""
    newest = sa.func.coalesce(PolicyVersion.second_signed_at, PolicyVersion.made_at).desc()
    return db.session.scalars(
        sa.select(PolicyVersion)
        .where(PolicyVersion.state.in_(states))
        .options(*_with_people())
        .order_by(newest, PolicyVersion.id.desc())
    ).all()


def policy_at(ref: str) -> Policy | None:
    """The policy at this address: a draft, a version, or the one built in; an empty one is the policy in force."""
    if not ref:
        return in_force()
    if ref.upper() == BUILT_IN:
        return Policy.default()
    found = version_by_ref(ref)
    return Policy.from_mapping(found.values) if found else None


def beside(before: Policy, after: Policy) -> Beside:
    """Two policies side by side."""
    old, new = before.to_mapping(), after.to_mapping()
    return Beside(
        weights=_pairs(words.CRITERIA, old["weights"], new["weights"]),
        settings=_pairs(words.POLICY_SETTINGS, old, new),
    )


def _pairs(terms: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Setting]:
    return [
        Setting(code=code, label=term.label, hint=term.hint, was=old[code], now=new[code])
        for code, term in terms.items()
        if code in old
    ]


def next_name(today: date, taken: Iterable[str]) -> str:
    """The name of the next version of this month: the year, the month and a number."""
    used, number = {*taken, Policy.default().version}, 1
    while (name := f"{today:%Y-%m}.{number}") in used:
        number += 1
    return name
