"""Policies of the matching: drafted by one, tried out, signed by two different people, and in force from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lab import history
from lab.clock import program_day
from lab.database import LOOK_AGAIN, afterwards, db, now, transaction
from lab.errors import BadInput, NotFound, NotNow
from lab.lifecycle import DIRECTOR, POLICY, after
from lab.matching.policy import Policy
from lab.models import Person, PolicyCase, PolicyEffect, PolicyVersion
from lab.queries import policies as queries
from lab.queries import policy_effects
from lab.said import say

LONGEST_REASON = 2000
CHANGED = "Somebody changed this while you were reading it. Look again, then decide."


def draft(
    values: Mapping[str, Any], *, reason: str, by: Person, key: str = "", based_on: str = ""
) -> PolicyVersion:
    """Keep other weights and settings as a draft; it changes nothing. The same key again gives the first draft.

    Raises `BadInput` with each value that cannot be, or without a reason.
    """
    plain = _checked(values)
    reason = _reason(reason)
    with transaction():
        if not history.claim(key, purpose="policy_draft", by=by):
            found = queries.version_by_ref(history.result_of(key, by=by))
            if found is not None:
                return found
        row = PolicyVersion(
            values=plain, reason=reason, based_on=based_on or queries.in_force().version, made_by_id=by.id,
            made_at=now(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        row.values = {**plain, "version": _draft_name(row)}
        history.record("policy_drafted", about=f"policy {row.ref}", by=by, details={"from": row.based_on})
        history.remember_result(key, row.ref)
    return row


def draft_from(weights: Mapping[str, float], reason: str, by: Person) -> PolicyVersion:
    """A draft with these weights and the settings of the policy in force, as a proposal of the learning asks for."""
    policy = queries.in_force()
    values = {**policy.to_mapping(), "weights": {**policy.weights, **weights}}
    return draft(values, reason=reason, by=by)


def edit(ref: str, values: Mapping[str, Any], *, reason: str, edition: int, by: Person) -> None:
    """Change a draft. Raises `NotNow` when it was changed or signed since it was read, `BadInput` for bad values."""
    plain, reason = _checked(values), _reason(reason)
    with transaction():
        row = _held(ref)
        row.state = after(POLICY, "edit", row.state, by=DIRECTOR)
        _must_be_as_read(row, edition)
        row.values, row.reason = {**plain, "version": _draft_name(row)}, reason
        history.record("policy_edited", about=f"policy {row.ref}", by=by)


def discard(ref: str, *, by: Person) -> None:
    """Throw a draft away with what was computed for it. Raises `NotNow` once it was signed."""
    with transaction():
        row = _held(ref)
        after(POLICY, "edit", row.state, by=DIRECTOR)
        effects = sa.select(PolicyEffect.id).where(PolicyEffect.policy_id == row.id)
        db.session.execute(sa.delete(PolicyCase).where(PolicyCase.effect_id.in_(effects)))
        db.session.execute(sa.delete(PolicyEffect).where(PolicyEffect.policy_id == row.id))
        history.record("policy_discarded", about=f"policy {row.ref}", by=by)
        db.session.delete(row)


def sign(ref: str, *, edition: int, by: Person) -> str:
    """Sign: the first signature proposes a draft, a second one by somebody else puts it in force.

    Gives the state it then has. Raises `NotNow` for a second signature by the same person, when it was
    changed since it was read, or while its effect is not computed against the policy in force.
    """
    with transaction():
        row = _held(ref)
        if row.first_signed_by_id == by.id and row.state == "proposed":
            raise NotNow("You have signed this already. The second signature is somebody else's.")
        step = "propose" if row.state == "draft" else "sign"
        state = after(POLICY, step, row.state, by=DIRECTOR)
        _must_be_as_read(row, edition)
        _must_be_tried(row)
        if state == "proposed":
            row.first_signed_by_id, row.first_signed_at = by.id, now()
            history.record("policy_proposed", about=f"policy {row.ref}", by=by)
        else:
            _put_in_force(row, by)
        row.state = state
    return state


def _put_in_force(row: PolicyVersion, by: Person) -> None:
    before = db.session.scalar(sa.select(PolicyVersion).where(PolicyVersion.state == "in_force"))
    if before is not None:
        before.state, before.retired_at = after(POLICY, "retire", before.state, by=DIRECTOR), now()
        db.session.flush()  # one after the other: at no moment are two in force
    names = db.session.scalars(sa.select(PolicyVersion.version).where(PolicyVersion.version.is_not(None)))
    row.version = queries.next_name(program_day(now()), [name for name in names if name])
    row.values = {**row.values, "version": row.version}
    row.second_signed_by_id, row.second_signed_at = by.id, now()
    db.session.info.pop(queries.KNOWN, None)
    history.record(
        "policy_in_force", about=f"policy {row.ref}", by=by,
        details={"version": row.version, "from": row.based_on, "first_signed_by": row.first_signed_by_id},
    )  # fmt: skip
    afterwards(LOOK_AGAIN)


def refuse(ref: str, *, because: str, edition: int, by: Person) -> None:
    """Refuse what one person has signed, with a reason. Raises `NotNow` when it is not waiting for a signature."""
    because = _reason(because)
    with transaction():
        row = _held(ref)
        row.state = after(POLICY, "refuse", row.state, by=DIRECTOR)
        _must_be_as_read(row, edition)
        row.refused_by_id, row.refused_at, row.refused_because = by.id, now(), because
        history.record("policy_refused", about=f"policy {row.ref}", by=by)


def _held(ref: str) -> PolicyVersion:
    """The version, held together with every other that could come into force, so that signers wait for each other."""
    rows = db.session.scalars(
        sa.select(PolicyVersion)
        .where(sa.or_(PolicyVersion.state.in_(("draft", "proposed", "in_force")), PolicyVersion.ref == ref))
        .order_by(PolicyVersion.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    found = next((row for row in rows if row.ref == ref), None)
    if found is None:
        raise NotFound("There is no such policy.")
    return found


def _must_be_as_read(row: PolicyVersion, edition: int) -> None:
    if row.edition != edition:
        raise NotNow(CHANGED)


def _must_be_tried(row: PolicyVersion) -> None:
    if not policy_effects.holds(policy_effects.newest_effect(row), row, queries.in_force()):
        raise NotNow("Compute the effect first, with these values and beside the policy in force now.")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    return Policy.from_mapping({key: value for key, value in values.items() if key != "version"}).to_mapping()


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise BadInput("Say in a sentence why.")
    if len(reason) > LONGEST_REASON:
        raise BadInput(say("Use at most %(most)s characters.", most=LONGEST_REASON))
    return reason


def _draft_name(row: PolicyVersion) -> str:
    return f"draft {row.ref}"
