"""The parts of an application, one for each topic of the form: split apart and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Which places of the exchange format belong to which topic. What is named nowhere (keys that are not
# known here) stays with the first topic, so that nothing is lost on the way.
PARTS: Mapping[str, tuple[str, ...]] = {
    "organization": (
        "organization.name", "organization.type", "organization.mission_social_justice",
        "organization.sector", "organization.city", "organization.county", "organization.state",
        "organization.staff_count", "organization.supervisors_count", "organization.annual_budget_band",
        "contact",
    ),
    "people": (
        "bargaining_units", "stage", "conditions", "partnership_level",
    ),
    "dates": ("dates",),
    "needs": ("needs", "description"),
    "foundation": ("foundation", "counsel"),
    "time": (
        "session_languages", "session_format", "urgency", "start_from", "timeframe", "hours_budget",
        "prior_participation",
    ),
    "conflicts": ("organization.parents",),
    "team": ("team",),
}  # fmt: skip
HEAD = ("ref", "submitted_on", "line", "case_kind")
FIRST = next(iter(PARTS))


def fragments(application: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """An application in the exchange format, as one part for each topic.

    The head (reference, day, line and kind) belongs to the case and is in no part. A topic of which
    nothing is told has an empty part; the team's is left out where no team is told.
    """
    parts: dict[str, dict[str, Any]] = {topic: {} for topic in PARTS}
    for key, value in application.items():
        if key in HEAD:
            continue
        inner = value.items() if key == "organization" and isinstance(value, Mapping) else [("", value)]
        for name, part in inner:
            place = f"{key}.{name}" if name else key
            target = parts[_topic_of(place)]
            if name:
                target.setdefault(key, {})[name] = part
            else:
                target[key] = part
    if application.get("team") is None:
        del parts["team"]
    return parts


def joined(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The parts put together again, without the head: the inverse of `fragments`."""
    whole: dict[str, Any] = {}
    for part in parts.values():
        for key, value in part.items():
            if isinstance(value, Mapping) and isinstance(whole.get(key), dict):
                whole[key] = {**whole[key], **value}
            else:
                whole[key] = dict(value) if isinstance(value, Mapping) else value
    return whole


def _topic_of(place: str) -> str:
    return next((topic for topic, places in PARTS.items() if place in places), FIRST)
