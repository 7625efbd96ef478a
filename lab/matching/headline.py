"""Where a case stands: the stage of its most time-critical unit, and its dated events."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from lab import vocabulary as words
from lab.answers import Application, Unit
from lab.matching.result import ClockEvent
from lab.said import Said, say, say_many, small, spoken, template, word

# Which stages a dated event speaks about. The day of a layoff or a meeting moves no unit.
EVENT_STAGES: dict[str, frozenset[str]] = {
    "vote_scheduled": frozenset({"petition_filed", "recognition_requested", "organizing"}),
    "vote": frozenset({"petition_filed", "recognition_requested", "organizing"}),
    "contract_expires": frozenset({"successor_bargaining", "successor_preparation", "established"}),
    "current_contract_expires": frozenset({"successor_bargaining", "successor_preparation", "established"}),
    "certificated_contract_expires": frozenset(
        {"successor_bargaining", "successor_preparation", "established"}
    ),
    "first_session": frozenset(
        {"preparing_to_bargain", "first_contract_bargaining", "successor_preparation", "successor_bargaining"}
    ),
    "strike_vote": frozenset({"first_contract_bargaining", "successor_bargaining", "successor_preparation"}),
    "strike_deadline": frozenset(
        {"first_contract_bargaining", "successor_bargaining", "successor_preparation", "established"}
    ),
}
# What a day that has passed says about a unit: its stages, the dates, the new stage and the sentence.
PASSED: tuple[tuple[frozenset[str], tuple[str, ...], str, str], ...] = (
    (
        frozenset({"preparing_to_bargain"}),
        ("first_session",),
        "first_contract_bargaining",
        template("The first session was held on %(day)s, so bargaining has begun."),
    ),
    (
        frozenset({"successor_preparation"}),
        ("first_session", "notice_received"),
        "successor_bargaining",
        template(
            "Notice was given or the first session held on %(day)s, so bargaining for the renewal has begun."
        ),
    ),
    (
        frozenset({"tentative_agreement"}),
        ("contract_ratified", "effective"),
        "contract_implementation",
        template("The agreement was ratified or took effect on %(day)s, so it is being put into practice."),
    ),
)
SIGNINGS = ("contract_ratified", "effective", "first_contract", "first_unit_contract_signed")
LAST_YEAR = timedelta(days=365)
ENDS_REPRESENTATION = frozenset({"established", "successor_preparation", "successor_bargaining"})
BEFORE_RECOGNITION = frozenset({"before_organizing", "organizing", "recognition_requested", "petition_filed"})
# How a unit was recognized, and the sentence that says so.
RECOGNITIONS = {
    "petition_withdrawn_recognized": template(
        "The petition was withdrawn and the union recognized on %(day)s, so this counts as a recognition."
    ),
    "recognized_voluntarily": template(
        "The union was recognized voluntarily on %(day)s, so this counts as a recognition."
    ),
    "certified": template("The union was certified on %(day)s, so this counts as a recognition."),
}
CLOCK_KINDS = (*EVENT_STAGES, "possible_reduction", "first_network_meeting_wanted")


def units_of(application: Application, as_of: date) -> tuple[tuple[Unit, ...], str]:
    """The units as the dates show them, and a sentence where a date moved one on.

    A petition that was withdrawn because the employer recognized the union is a recognition;
    after the first session preparing has become bargaining, and after ratification a tentative
    agreement is a contract. An expiry alone moves nothing.
    """
    units = application.units or (Unit(label="", stage=application.stage or "before_organizing"),)
    moved, said = [], ""
    for unit in units:
        dates = {**_dates_that_fit(unit, units, application), **unit.dates}
        stage, sentence = _moved_on(unit, dates, as_of)
        moved.append(replace(unit, stage=stage, dates=dates))
        said = said or sentence
    return tuple(moved), said


def _dates_that_fit(unit: Unit, units: tuple[Unit, ...], application: Application) -> dict[str, date]:
    if len(units) == 1:
        return dict(application.dates)
    early = [other for other in units if other.stage in BEFORE_RECOGNITION]
    challenged = "representation_challenge" in {*application.conditions, *unit.conditions}
    fitting = {}
    for kind, day in application.dates.items():
        stages = EVENT_STAGES.get(kind, frozenset())
        if kind in ("vote_scheduled", "vote") and challenged and not early:
            stages = stages | ENDS_REPRESENTATION
        if kind == "certificated_contract_expires":
            fits = "certificated" in unit.label.casefold()
        elif kind in RECOGNITIONS or kind == "petition_filed":
            fits = early == [unit] and not _older(day, application.dates)
        else:
            fits = unit.stage in stages
        if fits:
            fitting[kind] = day
    return fitting


def _older(day: date, dates: Mapping[str, date]) -> bool:
    """A recognition from before the petition belongs to another unit."""
    return "petition_filed" in dates and day < dates["petition_filed"]


def _moved_on(unit: Unit, dates: Mapping[str, date], as_of: date) -> tuple[str, str]:
    if unit.stage in BEFORE_RECOGNITION:
        held = [
            (kind, dates[kind])
            for kind in RECOGNITIONS
            if kind in dates and dates[kind] <= as_of and not _older(dates[kind], dates)
        ]
        if held and "election_lost" not in unit.conditions:
            kind, day = held[0]
            first = dates.get("first_session")
            stage = (
                "first_contract_bargaining" if first is not None and first < as_of else "preparing_to_bargain"
            )
            return stage, say(RECOGNITIONS[kind], day=spoken(day))
    for stages, kinds, onward, sentence in PASSED:
        if unit.stage in stages:
            days = [
                dates[kind] for kind in kinds if kind in dates and _of_this_round(dates[kind], dates, as_of)
            ]
            if days:
                return onward, say(sentence, day=spoken(min(days)))
    return unit.stage, ""


def _of_this_round(day: date, dates: Mapping[str, date], as_of: date) -> bool:
    """A day of the last year that is over; what lies before an agreement speaks of an earlier round."""
    signed = [dates[kind] for kind in SIGNINGS if kind in dates and dates[kind] <= as_of]
    return as_of - LAST_YEAR <= day < as_of and all(day >= earlier for earlier in signed)


def headline(units: tuple[Unit, ...], as_of: date) -> tuple[Unit, str]:
    """The most time-critical unit, and why: the nearest dated event within 60 days, else the order."""
    order = {stage: rank for rank, stage in enumerate(words.TIME_CRITICAL_ORDER)}
    dated = []
    for unit in units:
        days = [
            (day - as_of).days
            for kind, day in unit.dates.items()
            if kind in EVENT_STAGES and 0 <= (day - as_of).days <= words.TIME_CRITICAL_DAYS
        ]
        if days:
            dated.append((min(days), order[unit.stage], unit))
    first = min(units, key=lambda unit: order[unit.stage])
    if dated:
        days_left, _, first = min(dated, key=lambda item: item[:2])
    stage = small(words.STAGES[first.stage].label)
    if len(units) == 1:
        return first, say("The case stands at: %(stage)s.", stage=stage)
    named = say("“%(unit)s”", unit=first.label) if first.label else say("The unit that is asking")
    if dated:
        return first, say(
            "%(unit)s has a dated event in %(days)s days, so its stage decides: %(stage)s.",
            unit=named,
            days=days_left,
            stage=stage,
        )
    return first, say(
        "%(unit)s is the most time-critical unit, so its stage decides: %(stage)s.", unit=named, stage=stage
    )


def clock_of(dates: Iterable[tuple[str, date]], as_of: date) -> tuple[ClockEvent, ...]:
    """The dated events ahead, the nearest first."""
    events = {
        (kind, day)
        for kind, day in dates
        if day >= as_of and (kind in CLOCK_KINDS or kind not in words.DATE_KINDS)
    }
    return tuple(
        ClockEvent(kind=kind, on=day, days=(day - as_of).days, sentence=_ahead(kind, day, as_of))
        for kind, day in sorted(events, key=lambda event: (event[1], event[0]))
    )


def _ahead(kind: str, day: date, as_of: date) -> Said:
    term = words.DATE_KINDS.get(kind)
    what = word(term.label) if term else kind.replace("_", " ").capitalize()
    days = (day - as_of).days
    if days == 0:
        return say("%(what)s: %(day)s, today.", what=what, day=spoken(day))
    return say_many(
        "%(what)s: %(day)s, in %(num)s day.",
        "%(what)s: %(day)s, in %(num)s days.",
        days,
        what=what,
        day=spoken(day),
    )
