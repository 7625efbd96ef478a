"""What another policy would change: for the open cases and for past decisions, computed from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import spreadsheet
from lab.access import can
from lab.clock import program_day
from lab.database import db, now
from lab.matching.policy import Policy
from lab.matching.result import Recommendation as Result
from lab.matching.what_if import remembered_likeness
from lab.models import Case, Decision, PolicyCase, PolicyEffect, PolicyVersion, Recommendation
from lab.queries import recommendations
from lab.queries.differences import differences
from lab.queries.policies import policy_of
from lab.queries.queue_page import WAITING
from lab.queries.recommendations import Inputs
from lab.queries.urgency import order_of_urgency
from lab.row_security import as_the_program
from lab.said import kept, said_from, say
from lab.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class First:
    """Who comes first under one policy, with points, and in how many of the weightings."""

    ref: str
    name: str
    score: float
    times: int | None = None
    weightings: int = 0

    @property
    def steady(self) -> float | None:
        """The share of the weightings in which the first comes first."""
        return self.times / self.weightings if self.times is not None and self.weightings else None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One open case or one past decision under both policies."""

    case: Case
    before: First | None
    after: First | None
    changes: Sequence[str] = ()
    chosen: tuple[str, str] | None = None  # whom the director chose: reference and name

    @property
    def moved(self) -> bool:
        """Whether somebody else would be first."""
        return _ref(self.before) != _ref(self.after)

    @property
    def met_before(self) -> bool:
        """Whether the director chose who is first under the policy in force."""
        return self.chosen is not None and self.chosen[0] == _ref(self.before)

    @property
    def met_after(self) -> bool:
        """Whether the director chose who would be first under the draft."""
        return self.chosen is not None and self.chosen[0] == _ref(self.after)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a draft would change. The sums are over `open` and `past`; without `named` no case is told apart."""

    open: Sequence[Line]
    past: Sequence[Line]
    named: bool

    @property
    def moved(self) -> int:
        """In how many open cases somebody else would be first."""
        return sum(line.moved for line in self.open)

    @property
    def changed(self) -> int:
        """In how many open cases somebody's or something's standing would change."""
        return sum(bool(line.changes) for line in self.open)

    @property
    def past_moved(self) -> int:
        """For how many past decisions somebody else would have been first."""
        return sum(line.moved for line in self.past)

    @property
    def met(self) -> tuple[int, int]:
        """How many past choices were first: under the policy in force, and under the draft."""
        return sum(line.met_before for line in self.past), sum(line.met_after for line in self.past)

    @property
    def steady(self) -> tuple[int | None, int | None]:
        """In how many of 100 weightings the first of an open case stays first, on average: before and after."""
        return _average([line.before for line in self.open]), _average([line.after for line in self.open])


def newest_effect(version: PolicyVersion) -> PolicyEffect | None:
    """The effect that was asked for last, whatever its state and whatever was changed since."""
    return db.session.scalar(
        sa.select(PolicyEffect)
        .where(PolicyEffect.policy_id == version.id)
        .options(joinedload(PolicyEffect.asked_by))
        .order_by(PolicyEffect.id.desc())
        .limit(1)
    )


def holds(effect: PolicyEffect | None, version: PolicyVersion, policy: Policy) -> bool:
    """Whether a finished effect still speaks of these values and of this policy in force."""
    return (
        effect is not None
        and effect.state == "done"
        and effect.values == version.values
        and effect.against == policy.to_mapping()
    )


def cases_to_compute() -> list[dict[str, Any]]:
    """The open cases, the most urgent first, then each past choice of a consultant, the newest first."""
    waiting = db.session.scalars(
        sa.select(Case.id)
        .where(Case.state.in_(WAITING), Case.document.is_not(None))
        .order_by(*order_of_urgency(program_day(now())))
    ).all()
    decided = db.session.execute(
        sa.select(Decision.case_id, Decision.id)
        .where(Decision.consultant_ref != "", Decision.recommendation_id.is_not(None))
        .order_by(Decision.id.desc())
    ).all()
    found = [{"case_id": case_id, "decision_id": None} for case_id in waiting]
    found += [{"case_id": case_id, "decision_id": decision_id} for case_id, decision_id in decided]
    return [{**one, "place": place} for place, one in enumerate(found)]


def computed(line: PolicyCase, before: Policy, after: Policy) -> dict[str, Any]:
    """One line under both policies, from the inputs that its recommendation was made from."""
    row: Recommendation | None
    if line.decision_id is None:
        row = recommendations.newest(line.case_id)
    else:
        row = db.session.get_one(Decision, line.decision_id).recommendation
    if row is None:
        inputs = recommendations.read_inputs(line.case, recommendations.day_to_count_from())
        likeness = None
    else:
        inputs = Inputs.from_record(row.inputs)
        # Texts are weighed as they were when it was made: found then, or read back from its points.
        likeness = None if inputs.likeness else remembered_likeness(
            Result.from_record(row.result), application=inputs.application, consultants=inputs.consultants,
            policy=policy_of(row.policy),
        )  # fmt: skip
    names = {one.ref: one.name or one.ref for one in inputs.consultants}
    is_open = line.decision_id is None
    was, now_ = (
        recommendations.propose(inputs, likeness=likeness or False, policy=policy, detail=is_open)
        for policy in (before, after)
    )
    chosen = "" if is_open else db.session.get_one(Decision, line.decision_id).consultant_ref
    return {
        "before": _first(was, names), "after": _first(now_, names),
        "changes": [kept(one) for one in changes_of(was, now_, names)] if is_open else [],
        "chosen": [chosen, names.get(chosen, chosen)] if chosen else None,
    }  # fmt: skip


def changes_of(before: Result, after: Result, names: dict[str, str]) -> list[str]:
    """Which standings differ, in sentences; points alone are none."""
    floor = {one.ref: one.partial for one in before.consultants}
    told = [
        say("%(name)s is under the floor now.", name=names.get(one.ref, one.ref))
        if one.partial
        else say("%(name)s reaches the floor now.", name=names.get(one.ref, one.ref))
        for one in after.consultants
        if one.ref in floor and floor[one.ref] != one.partial
    ]
    return differences(_plain(before), _plain(after), names) + told


def _plain(result: Result) -> Result:
    return replace(result, consultants=tuple(replace(one, score=0.0, looks=()) for one in result.consultants))


def _first(result: Result, names: dict[str, str]) -> dict[str, Any] | None:
    if not result.consultants or not result.hours_proposed:
        return None
    one = result.consultants[0]
    return {
        "ref": one.ref, "name": names.get(one.ref, one.ref), "score": one.score, "times": one.times_first,
        "weightings": result.weightings,
    }  # fmt: skip


def effect_of(effect: PolicyEffect, viewer: Viewer) -> Effect:
    """A finished effect for this viewer: for a director the cases that exist for them, otherwise the sums alone."""
    named = viewer.is_a("director")
    with as_the_program():  # an administrator reads the sums; whom they are of, the page does not tell
        rows = db.session.scalars(
            sa.select(PolicyCase)
            .where(PolicyCase.effect_id == effect.id, PolicyCase.result.is_not(None))
            .options(joinedload(PolicyCase.case))
            .order_by(PolicyCase.place)
        ).all()
    shown = [row for row in rows if not named or can(viewer, "review.read", row.case)]
    return Effect(
        open=[_line(row) for row in shown if row.decision_id is None],
        past=[_line(row) for row in shown if row.decision_id is not None],
        named=named,
    )


def progress_of(effect: PolicyEffect) -> tuple[int, int]:
    """How many lines of an effect are computed, and of how many."""
    with as_the_program():
        done, every = db.session.execute(
            sa.select(sa.func.count(PolicyCase.id).filter(PolicyCase.result.is_not(None)), sa.func.count())
            .where(PolicyCase.effect_id == effect.id)
        ).one()  # fmt: skip
    return done, every


def _line(row: PolicyCase) -> Line:
    told = row.result or {}
    return Line(
        case=row.case,
        before=First(**told["before"]) if told["before"] else None,
        after=First(**told["after"]) if told["after"] else None,
        changes=[said_from(one) for one in told["changes"]],
        chosen=tuple(told["chosen"]) if told["chosen"] else None,
    )


def _ref(first: First | None) -> str:
    return first.ref if first else ""


def _average(firsts: Sequence[First | None]) -> int | None:
    shares = [one.steady for one in firsts if one is not None and one.steady is not None]
    return round(100 * sum(shares) / len(shares)) if shares else None


HEADS = (
    "part", "case", "organization", "first_before", "name_before", "points_before", "first_in_before",
    "weightings_before", "first_after", "name_after", "points_after", "first_in_after", "weightings_after",
    "chosen", "chosen_name", "met_before", "met_after", "changes",
)  # fmt: skip


def as_csv(effect: Effect) -> str:
    """The effect as a table."""
    parts = (("open", effect.open), ("past", effect.past))
    return spreadsheet.as_csv(HEADS, [_row(part, line) for part, lines in parts for line in lines])


def _row(part: str, line: Line) -> tuple[str | int, ...]:
    met = (line.met_before, line.met_after) if line.chosen else ("", "")
    return (
        part, line.case.ref, line.case.organization, *_cells(line.before), *_cells(line.after),
        *(line.chosen or ("", "")), *("" if one == "" else "yes" if one else "no" for one in met),
        " ".join(map(str, line.changes)),
    )  # fmt: skip


def _cells(one: First | None) -> tuple[str | int, ...]:
    if one is None:
        return ("", "", "", "", "")
    return one.ref, one.name, f"{one.score:.1f}", "" if one.times is None else one.times, one.weightings
