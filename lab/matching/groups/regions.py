"""Regions to propose: where enough teams wait and no hub is near, with the county office that could be one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from lab import vocabulary as words
from lab.matching.groups.apart import Apart, apart, why_apart
from lab.matching.groups.networks import LeftOut
from lab.matching.groups.rules import Rules, county_centers, usual_rules
from lab.matching.groups.seekers import Seeker
from lab.said import say, say_many

EARTH_MILES = 3958.8


@dataclass(frozen=True, kw_only=True)
class Way:
    """A team and about how far it is to the hub, from the middle of one county to that of the other."""

    team: Seeker
    miles: int


@dataclass(frozen=True, kw_only=True)
class RegionToPropose:
    """A service region with a county office as its hub."""

    region: str
    counties: tuple[str, ...]
    hub_county: str
    hub: str
    ways: tuple[Way, ...]
    reasons: tuple[str, ...]

    @property
    def members(self) -> tuple[Seeker, ...]:
        """The teams that wait."""
        return tuple(way.team for way in self.ways)


@dataclass(frozen=True, kw_only=True)
class Regions:
    """The regions to propose, and the teams that wait on."""

    regions: tuple[RegionToPropose, ...]
    left_out: tuple[LeftOut, ...]


def regions_to_propose(
    waiting: Iterable[Seeker], *, hubs: Iterable[str] = (), rules: Rules | None = None
) -> Regions:
    """Regions where enough teams wait. `hubs`: the counties whose offices are hubs already."""
    rules = rules or usual_rules()
    every = sorted({team.ref: team for team in waiting}.values(), key=lambda team: (-team.days, team.ref))
    left: list[LeftOut] = []
    regions: dict[int, list[Seeker]] = defaultdict(list)
    for team in every:
        why = _not_here(team)
        teams = regions[words.CA_COUNTIES[team.county].region] if not why else []
        twice = next((other for other in teams if apart(team, other) is not None), None)
        if twice is not None:
            why = why_apart(apart(team, twice) or Apart.SAME, twice)
        if why:
            left.append(LeftOut(seeker=team, reason=why))
        else:
            teams.append(team)
    proposed = [
        _region(str(code), regions[code], rules)
        for code in sorted(regions)
        if len(regions[code]) >= rules.teams
    ]
    there = sorted({*hubs, *(region.hub_county for region in proposed)} & set(county_centers()))
    for code in sorted(regions):
        if len(regions[code]) < rules.teams:
            left += [
                LeftOut(seeker=team, reason=_too_few(team, len(regions[code]), there, rules))
                for team in regions[code]
            ]
    return Regions(
        regions=tuple(proposed),
        left_out=tuple(sorted(left, key=lambda one: (one.seeker.name, one.seeker.ref))),
    )


def miles_between(one: str, other: str) -> int:
    """About how many miles lie between the middles of two counties, as the crow flies."""
    centers = county_centers()
    (north, east), (north2, east2) = centers[one], centers[other]
    half = sin(radians(north2 - north) / 2) ** 2
    half += cos(radians(north)) * cos(radians(north2)) * sin(radians(east2 - east) / 2) ** 2
    return round(2 * EARTH_MILES * asin(sqrt(half)))


def _not_here(team: Seeker) -> str:
    if team.state and team.state != "CA":
        return say("Regions are kept in California.")
    if not team.county:
        return say("Its county is not told; ask for it.")
    if team.county not in words.CA_COUNTIES:
        return say("%(county)s is no county of California; ask which one is meant.", county=team.county)
    return ""


def _region(code: str, teams: Sequence[Seeker], rules: Rules) -> RegionToPropose:
    counties = tuple(county for county, term in words.CA_COUNTIES.items() if str(term.region) == code)
    own = {team.county for team in teams if team.type == "county_office"}
    hub = min(
        counties,
        key=lambda county: (
            county not in own, sum(miles_between(county, team.county) for team in teams), county,
        ),
    )  # fmt: skip
    ways = tuple(
        sorted(
            (Way(team=team, miles=miles_between(hub, team.county)) for team in teams),
            key=lambda way: (way.miles, way.team.name, way.team.ref),
        )
    )
    return RegionToPropose(
        region=code, counties=counties, hub_county=hub, hub=words.CA_COUNTIES[hub].office, ways=ways,
        reasons=_reasons(hub, hub in own, ways, rules),
    )  # fmt: skip


def _reasons(hub: str, waits_itself: bool, ways: Sequence[Way], rules: Rules) -> tuple[str, ...]:
    office = words.CA_COUNTIES[hub].office
    why = (
        say("The %(office)s waits itself, and a county office is what a hub is built on.", office=office)
        if waits_itself
        else say(
            "Of all county offices of the region, the %(office)s lies nearest to the teams together.",
            office=office,
        )
    )
    found = [
        say_many(
            "%(num)s team waits here without a hub.", "%(num)s teams wait here without a hub.", len(ways)
        ),
        why,
        say(
            "The mean way is about %(miles)s miles, as the crow flies between the middles of the counties.",
            miles=round(sum(way.miles for way in ways) / len(ways)),
        ),
    ]
    far = [way for way in ways if way.miles > rules.far_miles]
    if far:
        found.append(
            say_many(
                "One team is more than %(far)s miles away; meet online at times.",
                "%(num)s teams are more than %(far)s miles away; meet online at times.",
                len(far),
                far=rules.far_miles,
            )
        )
    return tuple(found)


def _too_few(team: Seeker, count: int, hubs: Sequence[str], rules: Rules) -> str:
    region = words.CA_COUNTIES[team.county].region
    few = say_many(
        "One team waits in region %(region)s; %(needed)s are needed for a hub.",
        "%(num)s teams wait in region %(region)s; %(needed)s are needed for a hub.",
        count,
        region=region,
        needed=rules.teams,
    )
    if not hubs:
        return few
    miles, nearest = min((miles_between(team.county, hub), hub) for hub in hubs)
    return say(
        "%(few)s The nearest hub, the %(hub)s, is about %(miles)s miles away.",
        few=few,
        hub=words.CA_COUNTIES[nearest].office,
        miles=miles,
    )
