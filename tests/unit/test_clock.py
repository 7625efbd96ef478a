"""Deadlines end at five on a working day, on the clock of whoever has to keep them, whatever that clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lab.clock import PROGRAM_ZONE, answer_due, end_of_working_day, program_day, working_days_after
from tests.soak import times

# Every kind of zone: whole and odd hours, both halves of the earth, changes by half an hour, at midnight, and none.
ZONES = [
    "America/Los_Angeles", "America/New_York", "America/Phoenix", "America/Halifax", "America/St_Johns", "America/Bogota",
    "America/Santiago", "America/Asuncion", "America/Sao_Paulo", "Atlantic/Azores", "Europe/London", "Europe/Berlin",
    "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu", "Asia/Tokyo", "Australia/Lord_Howe", "Australia/Adelaide",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Honolulu", "UTC",
]  # fmt: skip
HOURS = times(24, soak=6)  # between one moment that is tried and the next


def changes_of(zone: str, year: int) -> list[datetime]:
    """The hours of a year after which this zone's clock shows another distance from UTC."""
    here = ZoneInfo(zone)

    def distance(moment: datetime) -> timedelta | None:
        return moment.astimezone(here).utcoffset()

    first = datetime(year, 1, 1, tzinfo=UTC)
    days = [first + timedelta(days=at) for at in range(366)]
    changing = [day for day in days if distance(day) != distance(day + timedelta(days=1))]
    hours = [day + timedelta(hours=at) for day in changing for at in range(24)]
    return [hour for hour in hours if distance(hour) != distance(hour + timedelta(hours=1))]


@pytest.mark.parametrize("zone", ZONES)
def test_a_deadline_is_at_five_on_a_working_day_there(zone):
    here = ZoneInfo(zone)
    moments = [
        change + timedelta(hours=hours)
        for change in changes_of(zone, 2027) or [datetime(2027, 3, 5, tzinfo=UTC)]
        for hours in range(-120, 121, HOURS)
    ]
    for moment in moments:
        for count in (1, 2, 3, 5):
            due = end_of_working_day(moment, count, zone)
            told = due.astimezone(here)
            assert due.tzinfo is UTC and told.time() == time(17) and told.weekday() < 5
            day, left = moment.astimezone(here).date(), 0
            while day < told.date():
                day += timedelta(days=1)
                left += day.weekday() < 5
            assert left == count


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Australia/Lord_Howe", "Pacific/Chatham"])
def test_zones_with_changes_are_tried_around_them(zone):
    assert len(changes_of(zone, 2027)) == 2


def test_the_program_s_day_begins_at_its_own_midnight():
    for change in changes_of("America/Los_Angeles", 2027):
        for hours in range(-48, 49):
            moment = change + timedelta(hours=hours)
            day = program_day(moment)
            midnight = datetime.combine(day, time(), tzinfo=PROGRAM_ZONE)
            following = datetime.combine(day + timedelta(days=1), time(), tzinfo=PROGRAM_ZONE)
            assert midnight <= moment.astimezone(PROGRAM_ZONE) and moment.timestamp() < following.timestamp()


def test_an_answer_is_due_in_five_working_days_and_in_one_before_a_near_event():
    friday = date(2026, 11, 20)
    assert answer_due(friday) == date(2026, 11, 27) == working_days_after(friday, 5)
    assert answer_due(friday, friday + timedelta(days=30)) == date(2026, 11, 23)
    assert answer_due(friday, friday + timedelta(days=31)) == date(2026, 11, 27)
    assert answer_due(friday, friday - timedelta(days=1)) == date(2026, 11, 27)
