"""A small world of open cases and past choices, and drafts of other policies tried out on it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lab.actions import policies, policy_effects
from lab.database import db
from lab.matching.policy import Policy
from lab.models import Person, PolicyEffect, PolicyVersion
from lab.queries.policies import in_force


def values(*, weights: dict[str, float] | None = None, **settings: Any) -> dict[str, Any]:
    """The values in force with these changes."""
    policy = in_force()
    return {**policy.to_mapping(), **settings, "weights": {**policy.weights, **(weights or {})}}


def a_draft(by: Person, *, weights: dict[str, float] | None = None, **settings: Any) -> PolicyVersion:
    """A draft with these changes."""
    return policies.draft(values(weights=weights, **settings), reason="To see what it changes.", by=by)


def tried(row: PolicyVersion, by: Person) -> PolicyEffect:
    """The finished effect of a draft."""
    effect = policy_effects.ask(row.ref, by=by)
    policy_effects.carry_on(effect.id)
    return reread_effect(effect.id)


def reread_effect(ident: int) -> PolicyEffect:
    """The effect as it is now."""
    db.session.rollback()
    return db.session.get_one(PolicyEffect, ident)


def reread(ref: str) -> PolicyVersion:
    """The version as it is now."""
    db.session.rollback()
    return db.session.scalars(sa.select(PolicyVersion).where(PolicyVersion.ref == ref)).one()


def signed(
    first: Person, second: Person, *, weights: dict[str, float] | None = None, **settings: Any
) -> Policy:
    """These changes signed by two, so that they are in force."""
    row = a_draft(first, weights=weights, **settings)
    ref = row.ref
    tried(row, first)
    for person in (first, second):
        policies.sign(ref, edition=reread(ref).edition, by=person)
    return Policy.from_mapping(reread(ref).values)
