"""The rules that groups are made by: sizes, stages, weights and places, from the vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lab.said import Said, word
from lab.vocabulary import Text
from lab.vocabulary.reading import FOLDER, read_file


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the editable file says; a test may say otherwise."""

    stages: tuple[str, ...]
    threshold: int
    usual: int
    largest: int
    minutes: int
    opens: int
    closes: int
    weekdays: tuple[int, ...]
    weights: Mapping[str, int]
    began: Mapping[str, tuple[str, ...]]
    in_force: frozenset[str]
    behind: Mapping[str, str]
    behind_level: Mapping[str, str]
    teams: int  # so many wait in one region before a hub is proposed
    far_miles: int


@cache
def usual_rules() -> Rules:
    """The rules in force."""
    told = _file()
    networks, pairs, regions = told["networks"], told["pairs"], told["regions"]
    return Rules(
        stages=tuple(networks["stages"]),
        threshold=networks["threshold"],
        usual=networks["usual"],
        largest=networks["largest"],
        minutes=networks["minutes"],
        opens=networks["opens"],
        closes=networks["closes"],
        weekdays=tuple(networks["weekdays"]),
        weights=networks["weights"],
        began={stage: tuple(kinds) for stage, kinds in networks["began"].items()},
        in_force=frozenset(pairs["in_force"]),
        behind=pairs["behind"],
        behind_level=pairs["behind_level"],
        teams=regions["threshold"],
        far_miles=regions["far_miles"],
    )


@cache
def zone_name(zone: str) -> Said | str:
    """How people call a time zone; its own name where the file has no other."""
    named = _file()["time_zones"].get(zone)
    return word(Text(named["en"], named["es"])) if named else zone


@cache
def county_centers() -> Mapping[str, tuple[float, float]]:
    """About where the middle of each county lies."""
    return {county: (place[0], place[1]) for county, place in _file()["county_centers"].items()}


def _file() -> dict[str, Any]:
    return read_file(FOLDER / "groups.toml")
