"""What matching knows about a case: the application as it is read on one day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lab import vocabulary as words
from lab.answers import Application, Unit
from lab.matching.headline import clock_of, headline, units_of
from lab.matching.needs import Needs, needs_of, only_learning_fits
from lab.matching.result import ClockEvent, NeedFound
from lab.said import joined, say, word

PUBLIC_SCHOOLS = frozenset({"school_district", "county_office"})
_WORKER_CENTER = re.compile(
    r"worker.?s? cent|day.?labor|jornaler|centro de trabajador|trabajador[ea]s? del hogar|domestic workers",
    re.IGNORECASE,
)
_CONVENED = re.compile(r"convening|gathering|symposium|institute|encuentro|convenci", re.IGNORECASE)
# A dated end of the work itself; after a vote or a first session the work goes on.
ENDS_OF_WORK = (
    "contract_expires",
    "current_contract_expires",
    "strike_deadline",
    "possible_reduction",
    "first_network_meeting_wanted",
)

# Needs that speak of something that presses at any stage.
HARD_TIMES = frozenset(
    {"restructuring_layoffs", "race_power_polarization", "relationship_repair", "dispute_mediation"}
)
# Stages without a union yet.
EARLY = frozenset({"before_organizing", "organizing"})


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """An organization that a consultant works for now: to see two clients that face one local."""

    organization: str
    unions: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """An application as matching sees it on one day."""

    application: Application
    as_of: date
    line: str
    line_note: str
    units: tuple[Unit, ...]
    unit: Unit
    stage: str
    stage_reason: str
    conditions: frozenset[str]
    dates: Mapping[str, date]
    clock: tuple[ClockEvent, ...]
    needs: Needs
    level: str | None
    open_seats: tuple[str, ...]
    asked_hours: int | None = None  # tried out instead of the hours the answer stands for

    @property
    def is_schools(self) -> bool:
        """Whether the case is on the schools line."""
        return self.line == "schools"

    @property
    def level_rank(self) -> int:
        """The partnership level by rank; unknown counts as the first."""
        return words.PARTNERSHIP_LEVELS[self.level].rank if self.level else 0

    @property
    def full_team(self) -> bool:
        """Whether every seat of the team has said yes."""
        return not self.open_seats

    @property
    def hours(self) -> tuple[int, int]:
        """The hours the answer stands for, or those that are tried out."""
        if self.asked_hours is not None:
            return self.asked_hours, self.asked_hours
        budget = words.HOURS_BUDGETS[self.application.hours_budget]
        return budget.low, budget.high

    @property
    def few_hours_are_enough(self) -> bool:
        """Whether there is no union yet and nothing lies over the stage: a few hours do then."""
        return self.stage in EARLY and not self.conditions and not self.is_schools

    def hours_of_work(self, early: tuple[int, int]) -> tuple[int, int]:
        """The hours of a first piece of work: what the answer stands for, `early` at most where few are enough."""
        low, high = self.hours
        if self.asked_hours is not None:
            return low, high
        return (min(low, early[0]), min(high, early[1])) if self.few_hours_are_enough else (low, high)

    @property
    def only_learning(self) -> bool:
        """Whether all that is asked is knowledge or peers, and nothing else says that hours are wanted."""
        return self.needs.only_learning and only_learning_fits(self.application, self.stage, self.conditions)

    @property
    def needs_for_hours(self) -> tuple[NeedFound, ...]:
        """The asked needs that hours can meet; where only learning is ticked, what the stage suggests too."""
        stage = [need for need in self.needs.found if need.source == "stage"]
        asked = (*self.needs.asked, *(stage if self.needs.only_learning and not self.only_learning else ()))
        return tuple(need for need in asked if need.need not in words.MET_BY_PROGRAM)

    @property
    def worker_center(self) -> bool:
        """Whether this is a worker center, by what it says of itself."""
        organization = self.application.organization
        return bool(_WORKER_CENTER.search(f"{organization.name}. {self.application.description}"))

    @property
    def convened(self) -> bool:
        """Whether the team has been to a convening together."""
        if self.level_rank >= words.PARTNERSHIP_LEVELS["attended_together"].rank:
            return True
        return self.is_schools and any(
            _CONVENED.search(text) for text in self.application.prior_participation
        )

    @property
    def voted_on(self) -> date | None:
        """The day of a vote that is over, where no later one is ahead."""
        every = [dict(self.dates), *(dict(unit.dates) for unit in self.units)]
        days = {dates[kind] for dates in every for kind in ("vote", "vote_scheduled") if kind in dates}
        return max(days) if days and max(days) < self.as_of else None

    @property
    def pressing(self) -> tuple[str, ...]:
        """What presses though no condition is ticked: needs, ticked or told, that speak of hard times."""
        return tuple(need.need for need in self.needs.found if need.need in HARD_TIMES)

    def months_of_work(self, usual: float) -> float:
        """Months in which the hours are needed: as usual, or less where a dated event ends the work."""
        start = max(self.application.starts_on, self.as_of)
        ends = [event.on for event in self.clock if event.kind in ENDS_OF_WORK and event.on > start]
        if not ends:
            return usual
        return min(usual, max(1.0, (min(ends) - start).days * 12 / 365))


def where_it_stands(application: Application, as_of: date) -> tuple[str, Unit]:
    """The line of an application, and its headline unit with the stage of that day: what groups need of it."""
    units, _ = units_of(application, as_of)
    return _line_of(application)[0], headline(units, as_of)[0]


def read_case(application: Application, as_of: date) -> Case:
    """Read an application as of a day: its line, its headline unit, its clock and its needs."""
    line, line_note = _line_of(application)
    units, moved = units_of(application, as_of)
    unit, stage_reason = headline(units, as_of)
    own = [pair for each in units for pair in each.dates.items()]
    conditions = frozenset(application.conditions).union(*(each.conditions for each in units))
    level = application.partnership_level if line == "schools" else None
    return Case(
        application=application,
        as_of=as_of,
        line=line,
        line_note=line_note,
        units=units,
        unit=unit,
        stage=unit.stage,
        stage_reason=joined(moved, stage_reason),
        conditions=conditions,
        dates=dict(application.dates),
        clock=clock_of([*application.dates.items(), *own], as_of),
        needs=needs_of(application, line, unit.stage, conditions),
        level=level,
        open_seats=_open_seats(application) if line == "schools" else (),
    )


def _line_of(application: Application) -> tuple[str, str]:
    organization = application.organization
    state = words.STATES.get(organization.state)
    place = word(state.label) if state else say("another state")
    if application.line == "schools" and organization.type == "charter" and organization.state != "CA":
        return "nonprofit", say(
            "The schools line is for California; a charter school in %(state)s is on the nonprofit line.",
            state=place,
        )
    if application.line == "nonprofit" and organization.state == "CA" and organization.type in PUBLIC_SCHOOLS:
        return "schools", say(
            "It came on the nonprofit line; a public school employer in California is on the schools line."
        )
    return application.line, ""


def _open_seats(application: Application) -> tuple[str, ...]:
    team = application.team or {}
    return tuple(seat for seat in words.TEAM_SEATS if team.get(seat) not in ("yes", "not_applicable"))
