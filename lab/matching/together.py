"""Two consultants beside one another: what they cover together, the hours they have, and what both cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab import vocabulary as words
from lab.answers import Consultant
from lab.matching.result import Excluded, Hours, NeedFound, Recommendation


@dataclass(frozen=True, kw_only=True)
class Shared:
    """One need, and how deep each of the two is in it, from 0 to 3."""

    need: str
    weight: str
    lead: int
    second: int


@dataclass(frozen=True, kw_only=True)
class Together:
    """A pair for one case. Both are paid for each hour in which both work."""

    lead: str
    second: str
    needs: tuple[Shared, ...]
    hours: Hours
    free: float
    kept_out: tuple[Excluded, ...] = ()

    @property
    def covered(self) -> tuple[Shared, ...]:
        """The needs that at least one of the two can meet."""
        return tuple(one for one in self.needs if max(one.lead, one.second))

    @property
    def open_musts(self) -> tuple[str, ...]:
        """The musts that neither of the two covers."""
        return tuple(one.need for one in self.needs if one.weight == "must" and not max(one.lead, one.second))

    @property
    def billed(self) -> tuple[int, int]:
        """The hours on the invoice, from and to, where both are there all the time."""
        return 2 * self.hours.low, 2 * self.hours.high

    @property
    def price(self) -> tuple[int, int]:
        """Dollars for one consultant alone, from and to; for the pair it is twice that."""
        return self.hours.low * words.RATE_USD, self.hours.high * words.RATE_USD


def together(made: Recommendation, second: str, consultants: Sequence[Consultant]) -> Together | None:
    """The second beside whoever comes first, or beside the next if the second comes first; None without a pair."""
    people = {one.ref: one for one in consultants}
    lead = next((one.ref for one in made.consultants if one.ref != second and one.ref in people), "")
    if not lead or second not in people:
        return None
    return Together(
        lead=lead,
        second=second,
        needs=tuple(
            _shared(need, people[lead], people[second])
            for need in made.needs
            if need.source != "stage" and need.need not in words.MET_BY_PROGRAM
        ),
        hours=made.hours,
        free=sum(people[ref].capacity_hours_month or 0.0 for ref in (lead, second)),
        kept_out=tuple(one for one in made.excluded if one.ref == second),
    )


def _shared(need: NeedFound, lead: Consultant, second: Consultant) -> Shared:
    return Shared(
        need=need.need, weight=need.weight, lead=_level(lead, need.need), second=_level(second, need.need)
    )


def _level(one: Consultant, need: str) -> int:
    return max((skill.level for skill in one.skills if skill.need == need), default=0)
