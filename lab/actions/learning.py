"""Proposals for other weights from what happened, and the written reasons for unequal rates. None changes a policy."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from lab import history
from lab.actions import policies
from lab.clock import program_day
from lab.database import changed, db, now, transaction
from lab.errors import BadInput, NotNow
from lab.lifecycle import CLOCK, WEIGHT_PROPOSAL, after
from lab.matching.learning import LEAST_CASES, Learned, effect, learn
from lab.models import Person, RateReason, WeightProposal
from lab.queries import past_cases, selection
from lab.queries.past_cases import Past
from lab.said import say

# What each kind of proposal is learned from.
KINDS = {"outcome": past_cases.outcomes, "acceptance": past_cases.answers_to_offers}
LONGEST_REASON = 2000


def ask_for_proposals(*, key: str, by: Person) -> int:
    """Ask for proposals from the cases of today; a job works them out. Gives for how many kinds there are enough.

    Raises `NotNow` when no kind has cases enough; asking while one waits changes nothing.
    """
    with transaction():
        if not history.claim(key, purpose="ask_for_proposals", by=by):
            return 0
        asked = _ask(by=by)
        if not asked and not _waiting():
            raise NotNow("There are too few cases yet to propose other weights.")
    return asked


def ask_each_quarter() -> int:
    """Ask by the calendar, where nobody has asked in this quarter; gives for how many kinds. For the worker, daily."""
    with transaction():
        return 0 if _has_this_quarter() else _ask(by=None)


def make_waiting() -> int:
    """Work out the proposals that wait; gives how many. For the worker."""
    return sum(_make(ident) for ident in _waiting())


def _quarter() -> str:
    today = program_day(now())
    return f"{today.year}-Q{(today.month + 2) // 3}"


def _waiting() -> list[int]:
    return list(
        db.session.scalars(
            sa.select(WeightProposal.id).where(WeightProposal.state == "waiting").order_by(WeightProposal.id)
        )
    )


def _has_this_quarter() -> bool:
    asked = sa.select(WeightProposal.id).where(WeightProposal.quarter == _quarter())
    return bool(db.session.scalar(sa.select(asked.exists())))


def _ask(*, by: Person | None) -> int:
    """A row to be worked out for each kind with cases enough, unless one waits already. Runs inside a deed."""
    waiting = set(
        db.session.scalars(sa.select(WeightProposal.about).where(WeightProposal.state == "waiting"))
    )
    about = [kind for kind, read in KINDS.items() if kind not in waiting and len(read().good) >= LEAST_CASES]
    policy = past_cases.policy_in_force()
    for kind in about:
        row = WeightProposal(
            about=kind, quarter=_quarter(), asked_by_id=by.id if by else None, asked_at=now(),
            policy=policy.version, weights_before=dict(policy.weights),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        history.record("proposal_asked", about=f"proposal {row.ref}", by=by, details={"about": kind})
    return len(about)


def _make(ident: int) -> int:
    """Work one out, outside any transaction, then write it; 0 where somebody else was quicker."""
    row = db.session.get_one(WeightProposal, ident)
    ref, about, before = row.ref, row.about, dict(row.weights_before)
    past: Past = KINDS[about]()
    told = learn(past.shares, past.good, past.organizations, before)
    state = after(WEIGHT_PROPOSAL, "make" if told else "find_too_few", "waiting", by=CLOCK)
    values = _values(told, before) if told else {"cases": len(past.good)}
    with transaction():
        written = changed(
            sa.update(WeightProposal)
            .where(WeightProposal.id == ident, WeightProposal.state == "waiting")
            .values(made_at=now(), state=state, **values)
        )
        if written:
            history.record("proposal_made", about=f"proposal {ref}", by=None, details={"about": about})
    return written


def _values(told: Learned, before: dict[str, float]) -> dict[str, object]:
    score, low, high = told.brier
    return {
        "weights": dict(told.weights),
        "intervals": {name: [told.low[name], told.high[name]] for name in told.weights},
        "cases": told.cases,
        "good": told.good,
        "organizations": told.organizations,
        "accuracy": {
            "brier": score, "low": low, "high": high, "policy": told.brier_of_policy,
            "better": told.foretells_better, "slope": told.calibration[0], "shift": told.calibration[1],
        },
        "effect": asdict(effect(past_cases.shortlists(), before, told.weights)),
    }  # fmt: skip


def take_into_draft(ref: str, *, key: str, by: Person) -> str:
    """Make a draft policy of a proposal, for people to look at, change and sign; gives its reference.

    The same key again gives the first draft. Raises `NotNow` when there is no such proposal.
    """
    with transaction():
        if not history.claim(key, purpose="draft_of_proposal", by=by):
            return history.result_of(key, by=by)
        row = db.session.scalar(
            sa.select(WeightProposal).where(WeightProposal.ref == ref, WeightProposal.state == "made")
        )
        if row is None:
            raise NotNow("This proposal is no longer there.")
        reason = say(
            "Proposal %(ref)s: %(cases)s cases of %(organizations)s organizations.",
            ref=row.ref, cases=row.cases, organizations=row.organizations,
        )  # fmt: skip
        made = policies.draft_from(row.weights, str(reason), by)
        history.remember_result(key, made.ref)
        history.record("proposal_drafted", about=f"proposal {row.ref}", by=by, details={"policy": made.ref})
    return made.ref


def explain(measure: str, split: str, code: str, *, text: str, least: int, key: str, by: Person) -> None:
    """Keep why a group's rate is under four fifths of the highest, with name and day.

    Raises `BadInput` without a reason, `NotNow` when the rate is not low (any more).
    """
    if not text.strip():
        raise BadInput("Say what explains the difference, or what will be done about it.")
    with transaction():
        if not history.claim(key, purpose="explain_rate", by=by):
            return
        rate = selection.rate_of(measure, split, code, least=least)
        if rate is None or not rate.low or rate.highest is None:
            raise NotNow("This rate is no longer under four fifths of the highest.")
        db.session.add(
            RateReason(
                measure=measure, split=split, code=code, yes=rate.yes, of=rate.of, highest=rate.highest,
                text=text.strip()[:LONGEST_REASON], told_by_id=by.id, told_at=now(),
            )
        )  # fmt: skip
        history.record("rate_explained", about=f"rate {measure} {split} {code}", by=by)
