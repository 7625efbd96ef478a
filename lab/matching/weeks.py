"""A consultant's hours week by week: what a month says, unless they said otherwise for a week.

The exchange format knows hours a month. Beside them a consultant may say, for each of the next twelve
weeks, how many hours they give in it; only weeks that differ from the month's share are kept, by the
Monday they begin on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

WEEKS_AHEAD = 12
WEEKS_IN_MONTH = 52 / 12
MOST_IN_A_WEEK = 60
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


def monday_of(day: date) -> date:
    """The Monday of the week of this day."""
    return day - timedelta(days=day.weekday())


def weeks_ahead(today: date) -> list[date]:
    """The Mondays of this week and the eleven after it."""
    return [monday_of(today) + number * WEEK for number in range(WEEKS_AHEAD)]


def share_of_month(hours_month: float) -> float:
    """The hours of a week of which nothing else is said: a month is 52/12 weeks."""
    return hours_month / WEEKS_IN_MONTH


def hours_of_week(hours_month: float, said: Mapping[str, float], monday: date) -> float:
    """The hours of the week that begins on this Monday."""
    return said.get(monday.isoformat(), share_of_month(hours_month))


def month_in_window(hours_month: float, said: Mapping[str, float], *, starts_on: date, ends_on: date) -> int:
    """The hours a month that the weeks from one day to another allow, in whole hours.

    The rule is the mean over the days of the window, each with a seventh of its week: hours may be moved
    from week to week inside the time of the work, so one week off does not close a window of three months,
    and a month off in three takes a third. Weeks of which nothing is said count with the share of the month.
    """
    days = (ends_on - starts_on).days + 1
    if days < 1:
        return max(0, int(hours_month))
    usual = share_of_month(hours_month)
    differs = sum(
        (said[monday.isoformat()] - usual) / 7 * _days_inside(monday, starts_on, ends_on)
        for monday in _mondays(starts_on, ends_on)
        if monday.isoformat() in said
    )
    # The least bit more keeps a sum that is whole from being cut below itself.
    return max(0, int(hours_month + differs / days * 7 * WEEKS_IN_MONTH + 1e-9))


def weeks_to_keep(
    hours_month: float, said: Mapping[str, float], changes: Mapping[date, float], *, today: date
) -> dict[str, float]:
    """What is kept after some weeks were said anew: weeks ahead that differ from the share of the month.

    Somebody who types the share as it was shown, to one decimal, has said nothing different.
    """
    now = {**said, **{monday.isoformat(): hours for monday, hours in changes.items()}}
    usual = round(share_of_month(hours_month), 1)
    ahead = {monday.isoformat() for monday in weeks_ahead(today)}
    return {
        monday: hours for monday, hours in sorted(now.items()) if monday in ahead and round(hours, 1) != usual
    }


def weeks_away(
    hours_month: float, said: Mapping[str, float], *, first: date, last: date, today: date
) -> dict[date, float]:
    """The hours of the weeks that a pause from one day to another touches, for the days that are left of each."""
    return {
        monday: round(
            hours_of_week(hours_month, said, monday) * (1 - _days_inside(monday, first, last) / 7), 1
        )
        for monday in weeks_ahead(today)
        if _days_inside(monday, first, last)
    }


def _mondays(starts_on: date, ends_on: date) -> Iterator[date]:
    monday = monday_of(starts_on)
    while monday <= ends_on:
        yield monday
        monday += WEEK


def _days_inside(monday: date, starts_on: date, ends_on: date) -> int:
    first, last = max(monday, starts_on), min(monday + WEEK - DAY, ends_on)
    return max(0, (last - first).days + 1)
