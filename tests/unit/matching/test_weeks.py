"""Hours by the week: what a month says, what was said for a week, and what a window allows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.matching import weeks

MONDAY = date(2026, 11, 16)
TODAY = date(2026, 11, 19)
HALF_A_YEAR = st.integers(0, 180).map(lambda days: TODAY + timedelta(days=days))


def test_twelve_weeks_begin_with_the_monday_of_this_one() -> None:
    ahead = weeks.weeks_ahead(TODAY)
    assert (ahead[0], ahead[-1], len(ahead)) == (MONDAY, date(2027, 2, 1), 12)
    assert all(day.weekday() == 0 for day in ahead)


def test_a_month_is_fifty_two_twelfths_of_a_week() -> None:
    assert weeks.share_of_month(26) == pytest.approx(6)
    assert weeks.hours_of_week(26, {}, MONDAY) == pytest.approx(6)
    assert weeks.hours_of_week(26, {MONDAY.isoformat(): 0.0}, MONDAY) == 0


@given(st.integers(0, 200), HALF_A_YEAR, st.integers(0, 400))
def test_where_nothing_is_said_the_month_counts(hours: int, first: date, days: int) -> None:
    allowed = weeks.month_in_window(hours, {}, starts_on=first, ends_on=first + timedelta(days=days))
    assert allowed == hours


@pytest.mark.parametrize(
    ("said", "starts", "days", "allowed"),
    [
        ({0: 0.0}, MONDAY, 7, 0),  # the only week of the window is off
        ({0: 0.0}, MONDAY, 28, 19),  # one of four: three quarters of 26
        ({0: 0.0}, MONDAY + timedelta(weeks=1), 28, 26),  # it lies before the window
        ({0: 0.0, 1: 12.0}, MONDAY, 14, 26),  # hours that were moved by a week stay hours
        ({0: 0.0}, MONDAY + timedelta(days=5), 7, 18),  # two days of the week are in the window
        ({0: 12.0}, MONDAY, 7, 52),  # more than usual
    ],
)
def test_a_window_allows_the_mean_of_its_days(
    said: dict[int, float], starts: date, days: int, allowed: int
) -> None:
    told = {(MONDAY + number * weeks.WEEK).isoformat(): hours for number, hours in said.items()}
    ends = starts + timedelta(days=days - 1)
    assert weeks.month_in_window(26, told, starts_on=starts, ends_on=ends) == allowed


@given(st.integers(1, 100), st.integers(0, 11), st.floats(0, 60), st.floats(0, 60), st.integers(6, 120))
def test_more_in_a_week_never_allows_less(
    month: int, number: int, some: float, more: float, days: int
) -> None:
    monday = weeks.weeks_ahead(TODAY)[number].isoformat()
    less, most = sorted((some, more))
    window = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=days)}
    assert weeks.month_in_window(month, {monday: less}, **window) <= weeks.month_in_window(
        month, {monday: most}, **window
    )


def test_only_what_differs_and_lies_ahead_is_kept() -> None:
    old = {"2026-11-09": 0.0, "2026-11-23": 4.0, "2026-11-30": 0.0}
    changes = {date(2026, 11, 23): 2.3, date(2026, 12, 7): 9.0}
    # Ten hours a month are 2.3 a week, as a page shows it: that is the usual again.
    assert weeks.weeks_to_keep(10, old, changes, today=TODAY) == {"2026-11-30": 0.0, "2026-12-07": 9.0}


def test_a_pause_leaves_the_share_of_the_other_days() -> None:
    away = weeks.weeks_away(26, {}, first=date(2026, 11, 26), last=date(2026, 12, 6), today=TODAY)
    assert away == {date(2026, 11, 23): 2.6, date(2026, 11, 30): 0.0}
    assert weeks.weeks_away(26, {}, first=date(2028, 1, 1), last=date(2028, 2, 1), today=TODAY) == {}
