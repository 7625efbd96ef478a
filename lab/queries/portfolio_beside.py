"""Two runs of the portfolio side by side, and one as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab import spreadsheet
from lab.models import Case, PortfolioRun
from lab.queries.portfolio_result import Line, Load, Outcome, Placement, outcome_of
from lab.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Change:
    """One case in two runs. `kind` is same, moves, placed, waits, still_waits, only_first or only_second."""

    case: Case
    before: Placement | None
    after: Placement | None
    kind: str
    reason: str

    @property
    def points(self) -> float:
        """How many points the case gains, or loses."""
        return (self.after.score if self.after else 0) - (self.before.score if self.before else 0)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Two runs side by side."""

    first: Outcome
    second: Outcome
    changes: Sequence[Change]
    loads: Sequence[tuple[str, Load | None, Load | None]]

    def how_many(self, *kinds: str) -> int:
        """The number of cases that changed in one of these ways."""
        return sum(change.kind in kinds for change in self.changes)


def beside(first: PortfolioRun, second: PortfolioRun, viewer: Viewer) -> Beside:
    """Two finished runs side by side: who moves, who gains, and who waits for what."""
    one, two = outcome_of(first, viewer), outcome_of(second, viewer)
    before = {line.case.ref: line for line in one.lines}
    after = {line.case.ref: line for line in two.lines}
    loads_one = {load.ref: load for load in one.loads}
    loads_two = {load.ref: load for load in two.loads}
    names = {load.ref: load.name for load in (*one.loads, *two.loads)}
    return Beside(
        first=one, second=two,
        changes=[_change(before.get(ref), after.get(ref)) for ref in dict.fromkeys((*after, *before))],
        loads=[
            (name, loads_one.get(ref), loads_two.get(ref))
            for ref, name in sorted(names.items(), key=lambda pair: pair[1].casefold())
        ],
    )  # fmt: skip


def _change(before: Line | None, after: Line | None) -> Change:
    known = after or before
    if known is None:
        raise LookupError("A case of neither run is not asked about.")
    was, now = before.whole if before else None, after.whole if after else None
    if before is None or after is None:
        kind = "only_first" if before else "only_second"
    elif was and now:
        kind = "same" if was.ref == now.ref else "moves"
    elif was or now:
        kind = "waits" if was else "placed"
    else:
        kind = "still_waits"
    return Change(
        case=known.case, before=was, after=now, kind=kind, reason=after.reason if after and not now else ""
    )


HEADS = (
    "case", "organization", "consultant", "consultant_name", "hours_month", "points", "one_by_one",
    "one_by_one_name", "one_by_one_hours_month", "one_by_one_points", "locked", "waits_for",
)  # fmt: skip


def as_csv(outcome: Outcome) -> str:
    """The plan as a table."""

    def cells(one: Placement | None) -> tuple[str | int | float, ...]:
        return (one.ref, one.name, one.hours, round(one.score, 1)) if one else ("", "", "", "")

    def row(line: Line) -> tuple[str | int | float, ...]:
        return (
            line.case.ref, line.case.organization, *cells(line.whole), *cells(line.single),
            "yes" if line.locked else "no", str(line.reason),
        )  # fmt: skip

    return spreadsheet.as_csv(HEADS, [row(line) for line in outcome.lines])
