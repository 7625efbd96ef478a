"""A recommendation of the matching: what it is made from and how it is made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lab import answers, exchange
from lab.clock import program_day
from lab.database import db, now
from lab.matching import Commitment, recommend, records
from lab.matching.criteria import Likeness
from lab.matching.policy import Policy
from lab.matching.result import Excluded
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant, Offer, Recommendation
from lab.queries import texts
from lab.queries.declines import days_of, declined_in, people_from
from lab.queries.differences import changed_answers, days_passed, differences
from lab.queries.matching import (
    application_of,
    commitments_of_consultants,
    everybody,
    supports_for_matching,
)  # fmt: skip
from lab.queries.policies import in_force, policy_behind, policy_of
from lab.queries.review_offers import offers_of
from lab.row_security import as_the_program
from lab.said import say


@cache
def code_version() -> str:
    """A fingerprint of the matching and its words, so that a kept recommendation names the code it came from."""
    here = Path(__file__).parent.parent
    files = sorted([*(here / "matching").glob("*.py"), *(here / "vocabulary").glob("*.toml")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


@dataclass(frozen=True)
class Inputs:
    """Everything that a recommendation is made from, as it was read."""

    as_of: date
    application: answers.Application
    consultants: tuple[answers.Consultant, ...]
    supports: answers.Supports
    paused: tuple[tuple[str, str], ...] = ()
    commitments: Mapping[str, tuple[Commitment, ...]] = field(default_factory=dict)
    likeness: Mapping[str, float] = field(default_factory=dict)  # of the texts, by consultant, where known
    declined: Mapping[str, date] = field(default_factory=dict)  # who has said no to this case, and when

    def to_record(self) -> dict[str, Any]:
        """Plain values, to be stored with the recommendation. Addresses of consultants are no input."""
        return {
            "as_of": self.as_of.isoformat(),
            "application": exchange.application_to(self.application),
            "consultants": [exchange.consultant_to(replace(one, email="")) for one in self.consultants],
            "supports": exchange.supports_to(self.supports),
            "paused": [list(pair) for pair in self.paused],
            "commitments": records.plain(dict(self.commitments)),
            **({"likeness": dict(self.likeness)} if self.likeness else {}),
            **({"declined": records.plain(dict(self.declined))} if self.declined else {}),
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Inputs:
        """The inputs that `to_record` wrote."""
        return cls(
            as_of=date.fromisoformat(record["as_of"]),
            application=exchange.application_from(record["application"]),
            consultants=tuple(exchange.consultant_from(one) for one in record["consultants"]),
            supports=exchange.supports_from(record["supports"]),
            paused=tuple((ref, name) for ref, name in record.get("paused", ())),
            commitments={
                ref: tuple(records.build(Commitment, one) for one in told)
                for ref, told in record.get("commitments", {}).items()
            },
            likeness=record.get("likeness", {}),
            declined={ref: date.fromisoformat(day) for ref, day in record.get("declined", {}).items()},
        )


def hash_of(record: dict[str, Any], policy: Policy) -> str:
    """A fingerprint of inputs and policy: the same one, the same recommendation."""
    text = json.dumps([record, asdict(policy)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@as_the_program()
def read_inputs(case: Case, as_of: date, *, rows: Sequence[Consultant] | None = None) -> Inputs:
    """What a recommendation for this case would be made from today, counted from `as_of`.

    `rows`: the pool of consultants, if it is read already. Raises `NotNow` when nothing was submitted yet.
    """
    application = application_of(case)
    here, paused = everybody(max(as_of, application.starts_on), but_offer_of=case.id, rows=rows)
    return Inputs(
        as_of=as_of,
        application=application,
        consultants=tuple(here),
        supports=supports_for_matching(),
        paused=tuple((one.ref, one.name) for one in paused if application.line in one.lines),
        commitments=commitments_of_consultants(but=case.id),
        likeness=texts.likeness_of(application.description, here),
        # Before a review has begun nobody was asked.
        declined=days_of(declined_in(offers_of(case))) if case.state != "submitted" else {},
    )


def propose(
    inputs: Inputs,
    *,
    likeness: bool | Likeness = False,
    policy: Policy | None = None,
    detail: bool = True,
    asked_hours: int | None = None,
) -> Result:
    """The recommendation for these inputs, with the likeness of texts that was found for them.

    `likeness` says it otherwise: a function that compares, or True where none was found, which loads a
    large library. `detail` and `asked_hours` are as `recommend` takes them.
    """
    found = texts.as_was_found(inputs.likeness, inputs.consultants)
    made = recommend(
        inputs.application,
        consultants=inputs.consultants,
        supports=inputs.supports,
        commitments=inputs.commitments,
        declined=inputs.declined,
        policy=policy or in_force(),
        as_of=inputs.as_of,
        likeness=found if isinstance(likeness, bool) and inputs.likeness else likeness,
        detail=detail,
        asked_hours=asked_hours,
    )
    paused = tuple(
        Excluded(ref=ref, gate="capacity", reason=say("%(name)s takes a pause and gets no offers now.", name=name), clearable=False)
        for ref, name in inputs.paused
    )  # fmt: skip
    return replace(made, excluded=made.excluded + paused) if made.hours_proposed else made


def as_read(row: Recommendation, case: Case, offers: Iterable[Offer]) -> tuple[Result, Inputs]:
    """A kept recommendation as it is read now, and what that is made from. What is kept stays as it was.

    While a consultant is looked for, who has declined since comes last: everybody else is compared anew from
    the same inputs under the same policy, so that who is first, and how steadily, is said of those who are left.
    """
    kept, inputs = Result.from_record(row.result), Inputs.from_record(row.inputs)
    declined = days_of(declined_in(offers)) if case.state == "offering" else inputs.declined
    if declined == inputs.declined:
        return kept, inputs
    inputs = replace(inputs, declined=declined)
    return people_from(kept, propose(inputs, policy=policy_behind(row))), inputs


def day_to_count_from() -> date:
    """The day a recommendation counts from: the program's day on which it is computed, however old the answers are.

    What is stored keeps this day among its inputs, so that it comes out the same whenever it is read again.
    """
    return program_day(now())


def newest(case_id: int) -> Recommendation | None:
    """The newest recommendation that is stored for a case, whatever its state."""
    return db.session.scalar(
        sa.select(Recommendation)
        .where(Recommendation.case_id == case_id)
        .order_by(Recommendation.id.desc())
        .limit(1)
    )


def approved(case_id: int) -> Recommendation | None:
    """The newest recommendation that a director approved for this case, stale since or not."""
    return db.session.scalar(
        sa.select(Recommendation)
        .where(
            Recommendation.case_id == case_id, Recommendation.state.in_(("approved", "stale", "fulfilled"))
        )
        .order_by(Recommendation.id.desc())
        .limit(1)
    )


def changes_since(row: Recommendation, case: Case) -> list[str]:
    """What would be proposed otherwise today than in `row`, in sentences; empty while it still holds.

    First what changed in the inputs, both counted from the day of `row`; then what its own day has changed.
    All are computed the same way, so that the library in use makes no difference. What was decided is looked
    at under the policy of its day, and without those who have declined since: neither undoes a decision.
    """
    before = Inputs.from_record(row.inputs)
    inputs = read_inputs(case, before.as_of)
    if bool(before.likeness) != bool(inputs.likeness):  # an index that came or went changed no answer
        before, inputs = replace(before, likeness={}), replace(inputs, likeness={})
    names = {one.ref: one.name or one.ref for one in (*before.consultants, *inputs.consultants)}
    told: list[str] = []
    decided = row.state == "approved"
    if decided:
        inputs = replace(inputs, declined=before.declined)
    policy, was = (policy_of(row.policy), row.policy) if decided else (in_force(), row.policy)
    if hash_of(inputs.to_record(), policy) != row.inputs_hash:
        told = changed_answers(before.application, inputs.application)
        told += differences(propose(before, policy=policy_of(was)), propose(inputs, policy=policy), names)
        told = told and [*other_policy(was, policy.version), *told]
    return told or _changed_by_the_day(inputs, case, names, policy, decided=decided)


def other_policy(was: str, now_: str) -> list[str]:
    """A sentence that says so where two recommendations come from different policies."""
    if was == now_:
        return []
    return [say("The policy changed: it was %(was)s and is now %(now)s.", was=was, now=now_)]


def _changed_by_the_day(
    inputs: Inputs, case: Case, names: dict[str, str], policy: Policy, *, decided: bool
) -> list[str]:
    """What reads otherwise because days have passed since; points that drift with a date are no reason."""
    today = day_to_count_from()
    if today <= inputs.as_of:
        return []
    then, now_ = (
        propose(inputs, policy=policy),
        propose(
            replace(read_inputs(case, today), likeness=inputs.likeness, declined=inputs.declined),
            policy=policy,
        ),
    )
    return days_passed(then, now_, names, decided=decided)
