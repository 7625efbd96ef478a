"""Weights and settings of the matching as one versioned value."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from lab.errors import BadInput

DEFAULT_WEIGHTS: dict[str, float] = {
    "stage": 25.0,
    "needs": 25.0,
    "availability": 12.0,
    "sector": 10.0,
    "state": 8.0,
    "depth": 8.0,
    "unit_size": 6.0,
    "place": 4.0,
    "preference": 2.0,
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How the parts of a match are weighed. Weights are shares of 100, whatever they add up to."""

    version: str = "2026-11.1"
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    floor: float = 55.0
    about_equal: float = 5.0
    likeness_of_needs: float = 0.2
    neighbour_stage: float = 0.5
    conditions_of_stage: float = 0.2
    not_the_same: float = 0.25
    nobody_knows: float = 0.5
    conflict_years: int = 3
    months_of_work: float = 3.0
    least_hours_month: float = 6.0
    least_confidence: float = 0.6
    short_answer_days: int = 30
    offer_days: int = 3
    offer_days_when_hot: int = 1
    early_hours_low: int = 4
    early_hours_high: int = 10
    networks_for_all_accepted: bool = True
    stability_draws: int = 100
    # As far as learning expects the true weights from these (`learning.SPREAD`): less would only show what is clear.
    stability_spread: float = 0.55

    @property
    def early_hours(self) -> tuple[int, int]:
        """The most hours, from and to, while there is no union yet."""
        return self.early_hours_low, self.early_hours_high

    @classmethod
    def default(cls) -> "Policy":
        """The policy in force where nobody says otherwise."""
        return DEFAULT

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> "Policy":
        """A policy from plain values; what is absent is as in the default.

        Raises BadInput with each unknown name, wrong type or number out of range.
        """
        problems = _problems(given)
        if problems:
            raise BadInput(f"The policy cannot be used: {'; '.join(problems)}", problems)
        weights = {**DEFAULT_WEIGHTS, **{k: float(v) for k, v in given.get("weights", {}).items()}}
        settings = {key: value for key, value in given.items() if key != "weights"}
        made = replace(DEFAULT, weights=weights, **settings)
        if "version" in given or not given:
            return made
        digest = hashlib.sha256(json.dumps(dict(given), sort_keys=True).encode()).hexdigest()[:8]
        return replace(made, version=f"{DEFAULT.version}+{digest}")

    @classmethod
    def from_file(cls, path: Path) -> "Policy":
        """A policy from a JSON or TOML file. Raises BadInput."""
        import tomllib  # seldom asked for: the web keeps its policies in the database

        text = path.read_text(encoding="utf-8")
        try:
            given = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        except ValueError as wrong:
            raise BadInput(f"The policy file {path.name} cannot be read: {wrong}") from None
        if not isinstance(given, dict):
            raise BadInput(f"The policy file {path.name} must hold one object with weights and settings.")
        return cls.from_mapping(given)

    def to_mapping(self) -> dict[str, Any]:
        """The policy as plain values, to be stored with a match."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**plain, "weights": dict(self.weights)}

    def with_weights(self, weights: Mapping[str, float]) -> "Policy":
        """The same settings under other weights."""
        return replace(self, weights=dict(weights), version=f"{self.version}+weights")

    @staticmethod
    def limits(name: str) -> tuple[float, float] | None:
        """From where to where a setting may lie; None where it is no number."""
        return _RANGES.get(name)


def _problems(given: Mapping[str, Any]) -> list[str]:
    found = []
    for key, value in given.items():
        if key == "weights":
            found += _weight_problems(value)
        elif key not in _KINDS:
            found.append(f"{key}: there is no such setting; known are {', '.join(_KINDS)}")
        elif not _fits(value, _KINDS[key]):
            found.append(f"{key}: expected {_KINDS[key].__name__} from 0, found {value!r}")
        elif key in _RANGES and not _RANGES[key][0] <= value <= _RANGES[key][1]:
            least, most = _RANGES[key]
            found.append(f"{key}: expected a number from {least:g} to {most:g}, found {value!r}")
    return found or _early_problems(given)


def _early_problems(given: Mapping[str, Any]) -> list[str]:
    low = given.get("early_hours_low", DEFAULT.early_hours_low)
    high = given.get("early_hours_high", DEFAULT.early_hours_high)
    return [f"early_hours_high: expected {low} or more, found {high}"] if high < low else []


def _weight_problems(weights: Any) -> list[str]:
    if not isinstance(weights, Mapping):
        return ["weights: expected an object of numbers by criterion"]
    found = [
        f"weights.{name}: there is no such criterion; known are {', '.join(DEFAULT_WEIGHTS)}"
        for name in weights
        if name not in DEFAULT_WEIGHTS
    ]
    found += [
        f"weights.{name}: expected a number from 0, found {value!r}"
        for name, value in weights.items()
        if not _fits(value, float)
    ]
    if not found and sum({**DEFAULT_WEIGHTS, **weights}.values()) <= 0:
        found.append("weights: at least one must be above 0")
    return found


def _fits(value: Any, kind: type) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is str:
        return isinstance(value, str) and bool(value)
    if kind is int:
        return isinstance(value, int) and value >= 0
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0


_SHARE = (0, 1)
_RANGES: dict[str, tuple[float, float]] = {
    "floor": (0, 100),
    "about_equal": (0, 100),
    "likeness_of_needs": _SHARE,
    "neighbour_stage": _SHARE,
    "conditions_of_stage": _SHARE,
    "not_the_same": _SHARE,
    "nobody_knows": _SHARE,
    "least_confidence": _SHARE,
    "conflict_years": (0, 50),
    "months_of_work": (0.25, 60),
    "least_hours_month": (0, 200),
    "short_answer_days": (0, 366),
    "offer_days": (1, 30),
    "offer_days_when_hot": (1, 30),
    "early_hours_low": (0, 500),
    "early_hours_high": (0, 500),
    "stability_draws": (0, 10000),
    "stability_spread": (0, 3),
}
DEFAULT = Policy()
_KINDS: dict[str, type] = {
    item.name: type(getattr(DEFAULT, item.name)) for item in fields(Policy) if item.name != "weights"
}
