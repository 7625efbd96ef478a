"""What groups know of an organization: where it stands, what it asks for, and who is across its table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lab import vocabulary as words
from lab.answers import Application, Unit
from lab.matching.groups.rules import Rules, usual_rules
from lab.matching.groups.traces import Traces, traces, traces_without_locals
from lab.matching.needs import asked_in
from lab.matching.profiles import where_it_stands
from lab.said import Said, small

MONTH = 365 / 12


@dataclass(frozen=True, kw_only=True)
class Seeker:
    """An organization that waits for a group, or that may help in one."""

    ref: str
    name: str
    line: str = "nonprofit"
    side: str = "management"
    stage: str = "established"
    level: str | None = None
    months: int | None = None  # at this stage, where a date tells
    staff: int | None = None
    sector: str = "other"
    type: str = "nonprofit"
    state: str = ""
    county: str = ""
    unions: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    # Left out of the hash, which a mapping has not; two seekers are equal where all is.
    needs: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # what it asks for, and how much it matters
    met: frozenset[str] = frozenset()  # what finished work has met
    languages: tuple[str, ...] = ("en",)
    agrees: bool = True  # whether it would share what it learns, as the ground rules ask
    days: int = 0  # so long it has waited

    @cached_property
    def zone(self) -> str:
        """The time zone most people of its state live by; the program's where no state is told."""
        state = words.STATES.get(self.state)
        return state.time_zone if state else "America/Los_Angeles"

    @cached_property
    def region(self) -> str:
        """The part of the country."""
        state = words.STATES.get(self.state)
        return state.census_region if state else ""

    @cached_property
    def size(self) -> str:
        """The band of its staff, nothing where it is not told."""
        return words.band_of(words.STAFF_BANDS, self.staff).code if self.staff is not None else ""

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """What it asks for, in the order of the vocabulary."""
        return tuple(need for need in words.NEEDS if need in self.needs)

    @cached_property
    def traces(self) -> Traces:
        """What any nearness of itself, or of what it is part of, to another body would show in."""
        return traces((self.name, *self.parents))

    @cached_property
    def union_traces(self) -> Traces:
        """What any nearness of the unions at its table to another organization would show in."""
        return traces(self.unions)

    @cached_property
    def local_traces(self) -> Traces:
        """What any nearness of the unions at its table to those at another would show in."""
        return traces_without_locals(self.unions)

    @property
    def here(self) -> Said:
        """Where it stands: the level of a school team, or the stage."""
        if self.line == "schools":
            return small(words.PARTNERSHIP_LEVELS[self.level or "individual_interest"].label)
        return small(words.STAGES[self.stage].label)

    @cached_property
    def rank(self) -> int:
        """How far along it stands, on the scale of its line."""
        if self.line == "schools":
            return words.PARTNERSHIP_LEVELS[self.level or "individual_interest"].rank
        return words.STAGES[self.stage].rank


def seeker_of(
    told: Application,
    as_of: date,
    *,
    ref: str = "",
    met: frozenset[str] = frozenset(),
    rules: Rules | None = None,
) -> Seeker:
    """An application as groups see it on a day."""
    line, unit = where_it_stands(told, as_of)
    organization = told.organization
    return Seeker(
        ref=ref or told.ref,
        name=organization.name,
        line=line,
        side="joint" if told.case_kind == "joint" else "management",
        stage=unit.stage,
        level=told.partnership_level if line == "schools" else None,
        months=_months(told, unit, as_of, rules or usual_rules()),
        staff=organization.staff_count,
        sector=organization.sector,
        type=organization.type,
        state=organization.state,
        county=county_of(organization.county),
        unions=tuple(unit.union for unit in told.units if unit.union),
        parents=organization.parents,
        needs=asked_in(told, line, unit.stage),
        met=met,
        languages=told.session_languages,
        agrees=told.foundation.share_learning != "no",
        days=max(0, (as_of - told.submitted_on).days),
    )


def county_of(written: str) -> str:
    """The county as the vocabulary knows it, or as it was written."""
    plain = " ".join(written.split()).casefold().removesuffix(" county")
    return next((code for code in words.CA_COUNTIES if code.casefold() == plain), written.strip())


def _months(told: Application, unit: Unit, as_of: date, rules: Rules) -> int | None:
    kinds = rules.began.get(unit.stage, ())
    dated: dict[str, date] = {**told.dates, **unit.dates}
    past = [day for kind, day in dated.items() if kind in kinds and day <= as_of]
    return int((as_of - max(past)).days / MONTH) if past else None
