"""Days that count: working days and the day by which an answer is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ANSWER_DAYS = 5
ANSWER_DAYS_WHEN_NEAR = 1
NEAR = timedelta(days=30)
SATURDAY = 5
END_OF_DAY = time(17)


def working_days_after(day: date, count: int) -> date:
    """The day that is this many working days (Monday to Friday) after `day`."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
    return day


def answer_due(received: date, dated_event: date | None = None) -> date:
    """By when an applicant has an answer: five working days, one where a dated event is 30 days away or less."""
    near = dated_event is not None and received <= dated_event <= received + NEAR
    return working_days_after(received, ANSWER_DAYS_WHEN_NEAR if near else ANSWER_DAYS)


def end_of_working_day(moment: datetime, count: int, zone: str) -> datetime:
    """Five in the afternoon, in this time zone, on the day that is `count` working days after `moment`."""
    here = ZoneInfo(zone)
    day = working_days_after(moment.astimezone(here).date(), count)
    return datetime.combine(day, END_OF_DAY, tzinfo=here).astimezone(UTC)


PROGRAM_ZONE = ZoneInfo("America/Los_Angeles")


def program_day(moment: datetime) -> date:
    """The day it is for the program at this moment."""
    return moment.astimezone(PROGRAM_ZONE).date()
