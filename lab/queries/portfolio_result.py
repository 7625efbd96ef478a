"""A run of the portfolio as a director reads it: case by case, person by person, and beside another run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab.access import can
from lab.database import db
from lab.lifecycle import LIVE_OFFER_STATES, TAKEN_OFFER_STATES
from lab.models import Case, Offer, PortfolioCase, PortfolioRun
from lab.queries.portfolio import Wishes
from lab.said import Listed, Sentence, joined, listed, said_from, say
from lab.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A consultant for a case, with the hours a month that an offer would ask for."""

    ref: str
    name: str
    hours: int
    score: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case: whom the whole gives it, whom it would get if cases were served one by one, and what may be done now.

    `standing` is ready, sent (from this run), asked (somebody is, or has accepted), undecided or other's.
    """

    case: Case
    whole: Placement | None
    single: Placement | None
    reason: str
    locked: bool
    standing: str


@dataclass(frozen=True, kw_only=True)
class Load:
    """One consultant: free hours, and what the two ways take of them."""

    ref: str
    name: str
    free: int
    hours: int
    cases: int
    single_hours: int
    single_cases: int
    least: int

    @property
    def left(self) -> int:
        """What stays free."""
        return self.free - self.hours


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a finished run came to, for somebody who may see these lines."""

    run: PortfolioRun
    lines: Sequence[Line]
    loads: Sequence[Load]
    wishes: Wishes
    gap: float | None

    @property
    def placed(self) -> Sequence[Line]:
        """The cases that the whole gives somebody."""
        return [line for line in self.lines if line.whole]

    @property
    def waiting(self) -> Sequence[Line]:
        """The cases that wait, with what for."""
        return [line for line in self.lines if not line.whole]

    @property
    def single_placed(self) -> int:
        """How many cases would get somebody one by one."""
        return sum(line.single is not None for line in self.lines)

    @property
    def total(self) -> float:
        """The points of all placements together."""
        return sum(line.whole.score for line in self.lines if line.whole)

    @property
    def single_total(self) -> float:
        """The points that one by one would come to."""
        return sum(line.single.score for line in self.lines if line.single)

    @property
    def ready(self) -> Sequence[Line]:
        """The pairs that this viewer may send offers for."""
        return [line for line in self.placed if line.standing == "ready"]


def outcome_of(run: PortfolioRun, viewer: Viewer) -> Outcome:
    """What a finished run came to, of the cases that this viewer may review."""
    result: Mapping[str, Any] = run.result or {}
    names = {one["ref"]: one["name"] for one in run.inputs["consultants"]}
    wishes = Wishes.from_record(run.inputs)
    reasons = {ref: with_names(said_from(reason), names) for ref, reason in result["waiting"]}
    cases = [case for case in _cases_of(run) if can(viewer, "review.read", case)]
    shown = {case.ref for case in cases}
    whole = _placements(result["assigned"], names, shown)
    single = _placements(result["one_by_one"], names, shown)
    standing = _standings(run, cases, viewer)
    lines = [
        Line(
            case=case, whole=whole.get(case.ref), single=single.get(case.ref),
            reason=reasons.get(case.ref, ""), standing=standing[case.ref],
            locked=case.ref in whole and (case.ref, whole[case.ref].ref) in wishes.locked,
        )
        for case in cases
    ]  # fmt: skip
    return Outcome(
        run=run, lines=lines, loads=_loads(run, whole, single, wishes), wishes=wishes, gap=result["gap"]
    )


def _placements(
    assigned: Iterable[Mapping[str, Any]], names: Mapping[str, str], shown: Collection[str]
) -> dict[str, Placement]:
    return {
        one["application"]: Placement(
            ref=one["consultant"], name=names.get(one["consultant"], one["consultant"]),
            hours=one["hours"], score=one["score"],
        )
        for one in assigned
        if one["application"] in shown
    }  # fmt: skip


def _cases_of(run: PortfolioRun) -> Sequence[Case]:
    return db.session.scalars(
        sa.select(Case)
        .join(PortfolioCase, PortfolioCase.case_id == Case.id)
        .where(PortfolioCase.run_id == run.id)
        .options(joinedload(Case.director))
        .order_by(PortfolioCase.place)
    ).all()


def sent_from(run: PortfolioRun) -> set[str]:
    """The cases for which an offer went out from this run."""
    return {one["case"] for release in run.releases for one in release["sent"]}


def _standings(run: PortfolioRun, cases: Sequence[Case], viewer: Viewer) -> dict[str, str]:
    busy = set(
        db.session.scalars(
            sa.select(Offer.case_id).where(
                Offer.case_id.in_([case.id for case in cases]),
                Offer.state.in_(LIVE_OFFER_STATES | TAKEN_OFFER_STATES),
            )
        )
    )
    sent = sent_from(run)

    def standing(case: Case) -> str:
        if case.ref in sent:
            return "sent"
        if case.id in busy:
            return "asked"
        if case.state != "offering":
            return "undecided"
        return "ready" if can(viewer, "offer.send", case) else "others"

    return {case.ref: standing(case) for case in cases}


def _loads(
    run: PortfolioRun, whole: Mapping[str, Placement], single: Mapping[str, Placement], wishes: Wishes
) -> list[Load]:
    def taken(placements: Mapping[str, Placement], ref: str) -> list[int]:
        return [one.hours for one in placements.values() if one.ref == ref]

    return [
        Load(
            ref=one["ref"], name=one["name"], free=one["free"], least=wishes.minimums.get(one["ref"], 0),
            hours=sum(taken(whole, one["ref"])), cases=len(taken(whole, one["ref"])),
            single_hours=sum(taken(single, one["ref"])), single_cases=len(taken(single, one["ref"])),
        )
        for one in run.inputs["consultants"]
    ]  # fmt: skip


def with_names(sentence: str, names: Mapping[str, str]) -> str:
    """The same sentence with the names of consultants where it has their references."""
    if isinstance(sentence, Sentence):
        values = {
            name: names.get(value, value) if type(value) is str else with_names(value, names)
            for name, value in sentence.values.items()
        }
        return say(sentence.template, **values)
    if isinstance(sentence, Listed):
        parts = [with_names(part, names) for part in sentence.parts]
        return joined(*parts) if sentence.between == " " else listed(parts, sentence.between)
    return sentence


def in_words(pairs: Iterable[Sequence[str]], outcome: Outcome) -> str:
    """Pairs of case and consultant with their names, one a line, of the cases that stand in this outcome."""
    cases = {line.case.ref: line.case.organization for line in outcome.lines}
    names = {load.ref: load.name for load in outcome.loads}
    return "\n".join(f"{cases[case]}: {names.get(ref, ref)}" for case, ref in pairs if case in cases)


@dataclass(frozen=True, kw_only=True)
class Release:
    """What went out the last time: how many offers, and each pair that was left out with its reason."""

    at: datetime
    sent: Sequence[tuple[Case, str]]
    left_out: Sequence[tuple[Case, str, str]]


def last_release(run: PortfolioRun, outcome: Outcome) -> Release | None:
    """The newest release of a run, of the cases that stand in this outcome."""
    if not run.releases:
        return None
    entry = run.releases[-1]
    cases = {line.case.ref: line.case for line in outcome.lines}
    names = {load.ref: load.name for load in outcome.loads}
    return Release(
        at=datetime.fromisoformat(entry["at"]),
        sent=[
            (cases[one["case"]], names.get(one["consultant"], one["consultant"]))
            for one in entry["sent"]
            if one["case"] in cases
        ],
        left_out=[
            (cases[one["case"]], names.get(one["consultant"], one["consultant"]), said_from(one["why"]))
            for one in entry["left_out"]
            if one["case"] in cases
        ],
    )


def problems_of(run: PortfolioRun, viewer: Viewer) -> list[str]:
    """Why a run came to nothing, with names instead of references."""
    names = {one["ref"]: one["name"] for one in run.inputs["consultants"]}
    names |= {case.ref: case.organization for case in _cases_of(run) if can(viewer, "review.read", case)}
    return [with_names(problem, names) for problem in run.problems]
