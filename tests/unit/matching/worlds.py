"""The twelve cases, and small changes of them: what the tests of the matching are told with."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from lab import exchange
from lab.answers import Application, Consultant, Supports
from lab.matching import Recommendation, recommend

CASES = Path(__file__).parents[2] / "cases"

# What each strength of the expectations allows.
ALLOWED = {
    "required": {"recommended"},
    "good": {"recommended", "optional", "conditional"},
    "optional": {"recommended", "optional", "conditional", "not_now", "excluded"},
    "conditional": {"conditional"},
    "not_now": {"optional", "conditional", "not_now", "excluded"},
    "must_not": {"excluded", "not_now"},
}


def text_of(name: str) -> str:
    """The text of one of the case files."""
    return (CASES / f"{name}.json").read_text(encoding="utf-8")


@cache
def applications() -> dict[str, Application]:
    """The twelve applications by reference."""
    return {one.ref: one for one in exchange.read_applications(text_of("applications")).or_refuse("Cases")}


@cache
def consultants() -> tuple[Consultant, ...]:
    """The eight consultants."""
    return exchange.read_consultants(text_of("consultants")).or_refuse("Consultants")


@cache
def supports() -> Supports:
    """What the program offers."""
    return exchange.read_supports(text_of("supports")).or_refuse("Supports")[0]


@cache
def expected() -> dict[str, dict[str, Any]]:
    """What an experienced director expects, by reference."""
    return {one["ref"]: one for one in json.loads(text_of("expected"))}


@cache
def matched(ref: str) -> Recommendation:
    """The recommendation for one of the twelve."""
    return recommend(applications()[ref], consultants=consultants(), supports=supports())


def consultant(ref: str) -> Consultant:
    """One of the eight."""
    return next(one for one in consultants() if one.ref == ref)


TOLD = Path(__file__).parent / "told_cases"


@cache
def told_people() -> tuple[Consultant, ...]:
    """The six consultants of the told cases."""
    text = (TOLD / "consultants.json").read_text(encoding="utf-8")
    return exchange.read_consultants(text).or_refuse("Consultants")


@cache
def told_applications() -> dict[str, dict[str, Any]]:
    """The told applications as plain values, to be changed by a test."""
    return {one["ref"]: one for one in json.loads((TOLD / "applications.json").read_text(encoding="utf-8"))}


def told(ref: str, **changes: Any) -> Application:
    """A told application; a change replaces a key, and a dict is laid over what is there."""
    plain = json.loads(json.dumps(told_applications()[ref]))
    for key, value in changes.items():
        plain[key] = {**plain[key], **value} if isinstance(value, dict) and plain.get(key) else value
    return exchange.application_from(plain)


def told_match(ref: str, **changes: Any) -> Recommendation:
    """The recommendation for a told application with changes."""
    return recommend(told(ref, **changes), consultants=told_people(), supports=supports())


def standing(found: Recommendation, code: str) -> str:
    """Where a tier, a network or a convening stands."""
    every = {
        **{one.tier: one.standing for one in found.tiers},
        **{one.network: one.standing for one in found.networks},
        **{one.convening: one.standing for one in found.convenings},
    }
    return every[code]
