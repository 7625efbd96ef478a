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
