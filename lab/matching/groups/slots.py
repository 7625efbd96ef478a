"""A monthly hour that lies within everybody's working day, summer and winter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lab.matching.groups.rules import Rules, zone_name
from lab.said import Said, listed, say

WEEK = 2  # the second week of a month is free of its beginning and of most holidays
_DAYS = (
    say("second Monday"), say("second Tuesday"), say("second Wednesday"), say("second Thursday"),
    say("second Friday"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Slot:
    """The second such weekday of every month at this hour of this zone."""

    weekday: int
    starts: time
    minutes: int
    zone: str
    first: date
    times: tuple[tuple[str, time], ...]  # the first meeting in every zone of the members

    @property
    def sentence(self) -> Said:
        """«second Tuesday of the month, 90 minutes: 10:00 Pacific and 13:00 Eastern»."""
        return _sentence(self.weekday, self.minutes, self.times)

    @property
    def kept(self) -> dict[str, Any]:
        """What a network keeps of it."""
        return {
            "weekday": self.weekday, "starts": f"{self.starts:%H:%M}", "minutes": self.minutes, "zone": self.zone,
        }  # fmt: skip


def slot_told(kept: Mapping[str, Any], *, zone: str, today: date) -> tuple[Said, datetime]:
    """What a network keeps of its hour, as somebody in this zone would say it, and when it meets next.

    Where it is another day for them by then, the hour is told in the zone of the network.
    """
    weekday, home = int(kept["weekday"]), ZoneInfo(str(kept["zone"]))
    starts = time.fromisoformat(str(kept["starts"]))
    following = datetime.combine(_days(today, weekday, ahead=timedelta(0))[0], starts, tzinfo=home)
    here = following.astimezone(ZoneInfo(zone))
    same_day = here.date() == following.date()
    told = (zone, here.time()) if same_day else (str(kept["zone"]), starts)
    return _sentence(weekday, int(kept["minutes"]), (told,)), following


def _sentence(weekday: int, minutes: int, times: Iterable[tuple[str, time]]) -> Said:
    hours = [say("%(hour)s %(zone)s time", hour=f"{at:%H:%M}", zone=zone_name(zone)) for zone, at in times]
    return say(
        "%(day)s of the month, %(minutes)s minutes: %(times)s",
        day=_DAYS[weekday],
        minutes=minutes,
        times=listed(hours, ", "),
    )


def slot_for(zones: Iterable[str], rules: Rules, *, today: date, weekday: int = 1) -> Slot | None:
    """The hour that is farthest from everybody's first and last working hour; None where there is none."""
    known = sorted(set(zones))
    if not known:
        return None
    home = "America/Los_Angeles" if "America/Los_Angeles" in known else known[0]
    days = _days(today, weekday)
    found = []
    for half in range(48):
        starts = time(half // 2, 30 * (half % 2))
        room = min(_room(starts, home, known, day, rules) for day in days)
        if room >= 0:
            found.append((-room, half, starts))
    if not found:
        return None
    starts = min(found)[2]
    first = datetime.combine(days[0], starts, tzinfo=ZoneInfo(home))
    times = sorted((first.astimezone(ZoneInfo(zone)).time(), zone) for zone in known)
    return Slot(
        weekday=weekday, starts=starts, minutes=rules.minutes, zone=home, first=days[0],
        times=tuple((zone, at) for at, zone in times),
    )  # fmt: skip


def most_who_can_meet(zones: Iterable[str], rules: Rules, *, today: date) -> frozenset[str]:
    """The time zones with the most people among them that share an hour."""
    every = list(zones)
    # Zones lie on a line, so those that can meet are neighbours on it: the first and the last say it all.
    noon = datetime.combine(today, time(12), tzinfo=ZoneInfo("UTC"))
    order = sorted(
        set(every), key=lambda zone: (noon.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(), zone)
    )
    best: list[str] = []
    for start in range(len(order)):
        for end in range(len(order), start, -1):
            part = order[start:end]
            if sum(every.count(zone) for zone in part) <= sum(every.count(zone) for zone in best):
                break
            if slot_for(part, rules, today=today) is not None:
                best = part
                break
    return frozenset(best)


def _days(today: date, weekday: int, ahead: timedelta = timedelta(weeks=2)) -> list[date]:
    """The next twelve second such weekdays of a month, two weeks ahead at least unless told otherwise."""
    found: list[date] = []
    month = today.replace(day=1)
    while len(found) < 12:
        day = month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * (WEEK - 1))
        if day >= today + ahead:
            found.append(day)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _room(starts: time, home: str, zones: list[str], day: date, rules: Rules) -> int:
    """Minutes between the meeting and the nearer end of the working day, of whoever has the least."""
    begins = datetime.combine(day, starts, tzinfo=ZoneInfo(home))
    least = 24 * 60
    for zone in zones:
        local = begins.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        least = min(least, minute - rules.opens * 60, rules.closes * 60 - minute - rules.minutes)
    return least
