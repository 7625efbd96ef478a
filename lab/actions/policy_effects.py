"""The effect of a draft: asked for, computed line by line outside the deeds, and kept with what it was made from."""

from __future__ import annotations

from time import monotonic

import sqlalchemy as sa
from flask import current_app

from lab import history
from lab.database import RUN_POLICY_EFFECTS, afterwards, db, lock, now, transaction
from lab.errors import NotFound, NotNow
from lab.lifecycle import CLOCK, PORTFOLIO_RUN, after
from lab.matching.policy import Policy
from lab.models import Person, PolicyCase, PolicyEffect, PolicyVersion
from lab.queries import policies
from lab.queries import policy_effects as queries
from lab.said import say

WORKING = ("queued", "running")
BROKE = say("Something broke on our side while this was computed. Compute it again.")


def ask(ref: str, *, by: Person, key: str = "") -> PolicyEffect:
    """Ask what a draft would change, beside the policy in force now.

    What is being computed for the same values is given again. Raises `NotNow` once
    the version is signed by two or refused.
    """
    with transaction():
        row = db.session.scalar(sa.select(PolicyVersion).where(PolicyVersion.ref == ref).with_for_update())
        if row is None:
            raise NotFound("There is no such policy.")
        if row.state not in ("draft", "proposed"):
            raise NotNow("Only a draft, or what one person has signed, can be tried out.")
        against = policies.in_force()
        found = queries.newest_effect(row)
        again = not history.claim(key, purpose="policy_effect", by=by)
        if found is not None and (again or _same_work(found, row, against)):
            return found
        effect = PolicyEffect(
            policy_id=row.id,
            values=row.values,
            against=against.to_mapping(),
            asked_by_id=by.id,
            asked_at=now(),
        )
        db.session.add(effect)
        db.session.flush()
        db.session.add_all(PolicyCase(effect_id=effect.id, **one) for one in queries.cases_to_compute())
        history.record(
            "policy_effect", about=f"policy {row.ref}", by=by, details={"against": against.version}
        )
    return effect


def _same_work(effect: PolicyEffect, row: PolicyVersion, against: Policy) -> bool:
    """Whether the same is being computed already."""
    return effect.state in WORKING and effect.values == row.values and effect.against == against.to_mapping()


def carry_on(effect_id: int, *, seconds: float | None = None) -> bool:
    """Compute what is missing of an effect and finish it; whether it is finished.

    With `seconds`, what takes longer is left to the job, which goes on from there.
    """
    until = None if seconds is None else monotonic() + seconds
    while (line := _next(effect_id)) is not None:
        _compute(effect_id, line)
        if until is not None and monotonic() > until:
            with transaction():
                afterwards(RUN_POLICY_EFFECTS)
            return False
    with transaction():
        held = _held(effect_id)
        if held is not None and held.state in WORKING:
            held.state = after(PORTFOLIO_RUN, "begin", held.state, by=CLOCK)
            held.state, held.finished_at = after(PORTFOLIO_RUN, "finish", held.state, by=CLOCK), now()
            history.record("policy_effect_done", about=f"effect {held.id}", by=None)
    return True


def run_waiting() -> int:
    """Carry on with every effect that waits; gives how many. For a job, safe to run twice."""
    ids = db.session.scalars(
        sa.select(PolicyEffect.id).where(PolicyEffect.state.in_(WORKING)).order_by(PolicyEffect.id)
    ).all()
    for effect_id in ids:
        try:
            carry_on(effect_id)
        except Exception:
            db.session.rollback()
            current_app.logger.exception("policy effect %s broke", effect_id)
            _fail(effect_id)
    return len(ids)


def _next(effect_id: int) -> int | None:
    return db.session.scalar(
        sa.select(PolicyCase.id)
        .join(PolicyEffect, PolicyEffect.id == PolicyCase.effect_id)
        .where(PolicyEffect.id == effect_id, PolicyEffect.state.in_(WORKING), PolicyCase.result.is_(None))
        .order_by(PolicyCase.place)
        .limit(1)
    )


def _compute(effect_id: int, line_id: int) -> None:
    """One line, computed outside the transaction that keeps it."""
    effect, line = db.session.get(PolicyEffect, effect_id), db.session.get(PolicyCase, line_id)
    if effect is None or line is None:
        return  # the draft was thrown away meanwhile
    record = queries.computed(line, Policy.from_mapping(effect.against), Policy.from_mapping(effect.values))
    with transaction():
        held = _held(effect_id)
        if held is None or held.state not in WORKING:
            return
        held.state = after(PORTFOLIO_RUN, "begin", held.state, by=CLOCK)
        kept: PolicyCase = lock(PolicyCase, line_id)
        kept.result = record


def _held(effect_id: int) -> PolicyEffect | None:
    """The effect, held; none when its draft was thrown away meanwhile."""
    return db.session.scalar(
        sa.select(PolicyEffect)
        .where(PolicyEffect.id == effect_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _fail(effect_id: int) -> None:
    with transaction():
        held = _held(effect_id)
        if held is not None and held.state in WORKING:
            held.state = after(PORTFOLIO_RUN, "fail", held.state, by=CLOCK)
            held.problems, held.finished_at = [BROKE], now()
            history.record("policy_effect_failed", about=f"effect {held.id}", by=None)
