"""Turning points in sentences, with the names of the day they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lab import vocabulary as words
from lab.matching.result import Recommendation, TurningPoint
from lab.said import say, small, spoken

NO_WEIGHT = say("No single weight between 0 and twice its value changes the first place.")


def sentences(made: Recommendation, names: Mapping[str, str]) -> list[str]:
    """What would put somebody else first, in sentences; that no single weight would is one, too."""
    if not made.weightings and not made.turning_points:
        return []
    said = [_told(point, names) for point in made.turning_points]
    return said if any(point.kind == "weight" for point in made.turning_points) else [NO_WEIGHT, *said]


def _told(point: TurningPoint, names: Mapping[str, str]) -> str:
    """A turning point as a sentence, with names by reference."""
    name, whose = names.get(point.first, point.first), names.get(point.of, point.of)
    was, would = f"{point.was:g}", f"{point.would:g}"
    match point.kind:
        case "weight":
            return say(
                "If the weight of “%(criterion)s” were %(would)s instead of %(was)s, %(name)s would be first.",
                criterion=small(words.CRITERIA[point.of].label), would=would, was=was, name=name,
            )  # fmt: skip
        case "hours":
            return say(
                "If at least %(would)s hours were needed instead of %(was)s, %(name)s would be first.",
                would=would, was=was, name=name,
            )  # fmt: skip
        case "start":
            return say(
                "If support began on %(would)s instead of %(was)s, %(name)s would be first.",
                would=_day(point.would_on), was=_day(point.was_on), name=name,
            )  # fmt: skip
        case "free":
            return say(
                "If %(whose)s had %(would)s free hours a month instead of %(was)s, %(name)s would be first.",
                whose=whose, would=would, was=was, name=name,
            )  # fmt: skip
    return say(
        "If %(whose)s were free only from %(would)s, %(name)s would be first.",
        whose=whose, would=_day(point.would_on), name=name,
    )  # fmt: skip


def _day(day: date | None) -> str:
    return spoken(day) if day else ""
