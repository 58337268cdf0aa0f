"""The calendar against an oracle that walks day by day and minute by minute."""

# ruff: noqa: DTZ001 - moments of the calendar are local times without a zone

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.engine.workcal import (
    FIVE_DAY_WEEK,
    HOLIDAY,
    MORNING_ONLY,
    OFFICE_HOURS,
    CalendarError,
    Interval,
    OutsideCalendarError,
    Shift,
    WorkCalendar,
)

# The Dragon Boat days of 2026 (19-21 June off) and the National Day of 2026 with its make-up days.
JUNE_2026 = WorkCalendar.of(
    FIVE_DAY_WEEK,
    {
        date(2026, 6, 19): HOLIDAY,
        date(2026, 6, 24): MORNING_ONLY,
        date(2026, 6, 27): OFFICE_HOURS,
    },
    declared_years=[2025, 2026],
)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Any week with at least one working day, and exceptions around the year's turn."""
    hours = st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True).map(_pairs)
    week = draw(st.lists(hours, min_size=7, max_size=7))
    if not any(week):
        week[draw(st.integers(0, 6))] = [(540, 600)]
    days = st.dates(date(2025, 12, 1), date(2026, 2, 28))
    return WorkCalendar.of(week, draw(st.dictionaries(days, hours, max_size=20)), [2025])


def _pairs(points: list[int]) -> list[Interval]:
    points = sorted(points)[: len(points) // 2 * 2]
    return list(zip(points[::2], points[1::2], strict=True))


near = st.dates(date(2025, 11, 1), date(2026, 3, 31))
moments = st.datetimes(datetime(2025, 12, 10), datetime(2026, 2, 10)).map(lambda m: m.replace(second=0, microsecond=0))


def works(calendar: WorkCalendar, day: date) -> bool:
    for exception, intervals in calendar.exceptions:
        if exception == day:
            return len(intervals) > 0
    return len(calendar.week[day.weekday()]) > 0


def walk(calendar: WorkCalendar, day: date, n: int) -> date:
    if n == 0:
        while not works(calendar, day):
            day += timedelta(days=1)
        return day
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= works(calendar, day)
    return day


def works_at(calendar: WorkCalendar, moment: datetime) -> bool:
    intervals = calendar.week[moment.weekday()]
    for exception, exceptional in calendar.exceptions:
        if exception == moment.date():
            intervals = exceptional
    return any(start <= moment.hour * 60 + moment.minute < end for start, end in intervals)


MINUTE = timedelta(minutes=1)


@given(calendars(), near, st.integers(-40, 40))
def test_adding_working_days_agrees_with_walking(calendar: WorkCalendar, day: date, n: int) -> None:
    assert calendar.add_workdays(day, n) == walk(calendar, day, n)


@given(calendars(), near, near)
def test_counting_working_days_agrees_with_walking(calendar: WorkCalendar, a: date, b: date) -> None:
    first, last = min(a, b), max(a, b)
    walked = sum(works(calendar, first + timedelta(days=i)) for i in range(1, (last - first).days + 1))
    assert calendar.count_workdays(a, b) == (walked if b >= a else -walked)
    assert calendar.duration_workdays(first, last) == walked + works(calendar, first)
    assert list(calendar.workdays(first, last)) == [
        d for d in (first + timedelta(days=i) for i in range((last - first).days + 1)) if works(calendar, d)
    ]


@given(calendars(), near, st.integers(1, 60))
def test_counting_undoes_adding(calendar: WorkCalendar, day: date, n: int) -> None:
    assert calendar.count_workdays(day, calendar.add_workdays(day, n)) == n


@given(calendars(), near)
def test_a_day_off_is_shifted_by_its_rule(calendar: WorkCalendar, day: date) -> None:
    assert calendar.is_workday(day) == works(calendar, day)
    if works(calendar, day):
        assert {calendar.shift(day, rule) for rule in Shift} == {day}
        assert calendar.previous_workday(day) == day
    else:
        assert calendar.shift(day, Shift.SKIP) is None
        assert calendar.shift(day, Shift.AFTER) == calendar.next_workday(day) == walk(calendar, day, 1)
        assert calendar.shift(day, Shift.BEFORE) == calendar.previous_workday(day) == walk(calendar, day, -1)


@settings(max_examples=60)
@given(calendars(), moments, st.integers(0, 400))
def test_adding_working_minutes_agrees_with_walking(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    end, left = start, minutes
    while left:
        left -= works_at(calendar, end)
        end += MINUTE
    assert calendar.add_working_minutes(start, minutes) == end
    begin, left = start, minutes
    while left:
        begin -= MINUTE
        left -= works_at(calendar, begin)
    assert calendar.subtract_working_minutes(start, minutes) == begin
    assert calendar.add_working_minutes(start, -minutes) == begin
    assert calendar.working_minutes_between(start, end) == minutes
    assert calendar.working_minutes_between(end, start) == -minutes
    assert calendar.working_minutes_between(begin, start) == minutes


@settings(max_examples=60)
@given(calendars(), moments)
def test_next_working_moment_agrees_with_walking(calendar: WorkCalendar, start: datetime) -> None:
    moment = start
    while not works_at(calendar, moment):
        moment += MINUTE
    assert calendar.next_working_moment(start) == moment
    assert calendar.is_working(start) == (moment == start)


@given(calendars(), moments, st.integers(0, 5000), st.integers(0, 5000))
def test_minutes_added_in_two_steps_are_minutes_added_at_once(
    calendar: WorkCalendar, start: datetime, a: int, b: int
) -> None:
    two_steps = calendar.add_working_minutes(calendar.add_working_minutes(start, a), b)
    assert two_steps == calendar.add_working_minutes(start, a + b)


def test_a_holiday_is_skipped_and_a_make_up_saturday_counts() -> None:
    thursday = date(2026, 6, 18)
    assert JUNE_2026.add_workdays(thursday, 1) == date(2026, 6, 22)
    assert JUNE_2026.add_workdays(date(2026, 6, 26), 1) == date(2026, 6, 27)
    assert JUNE_2026.add_workdays(date(2026, 6, 28), -1) == date(2026, 6, 27)
    assert JUNE_2026.minutes_on(date(2026, 6, 24)) == 180


def test_two_hours_from_late_friday_end_on_monday() -> None:
    friday = datetime(2026, 6, 12, 17, 30)
    assert JUNE_2026.add_working_minutes(friday, 30) == datetime(2026, 6, 12, 18, 0)
    assert JUNE_2026.add_working_minutes(friday, 120) == datetime(2026, 6, 15, 10, 30)
    assert JUNE_2026.add_working_minutes(datetime(2026, 6, 12, 11, 30), 60) == datetime(2026, 6, 12, 13, 30)
    assert JUNE_2026.next_working_moment(datetime(2026, 6, 12, 12, 0)) == datetime(2026, 6, 12, 13, 0)
    assert JUNE_2026.subtract_working_minutes(datetime(2026, 6, 15, 9, 30), 30) == datetime(2026, 6, 15, 9, 0)


def test_seconds_are_kept() -> None:
    moment = datetime(2026, 6, 12, 17, 59, 30)
    assert JUNE_2026.add_working_minutes(moment, 1) == datetime(2026, 6, 15, 9, 0, 30)
    assert JUNE_2026.working_time_between(moment, datetime(2026, 6, 15, 9, 0, 30)) == timedelta(seconds=60)
    assert JUNE_2026.working_minutes_between(moment, datetime(2026, 6, 12, 18, 0)) == 0
    assert JUNE_2026.working_minutes_between(datetime(2026, 6, 12, 18, 0), moment) == 0


def test_years_without_declared_holidays_are_named() -> None:
    assert JUNE_2026.undeclared_years(date(2025, 12, 1), date(2028, 1, 5)) == (2027, 2028)
    assert JUNE_2026.undeclared_years(date(2026, 1, 1), date(2025, 1, 1)) == ()


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1, 1, 1), date(9999, 12, 31)])
def test_far_years_follow_the_weekly_pattern(day: date) -> None:
    assert JUNE_2026.is_workday(day) == (day.weekday() < 5)


def test_beyond_the_last_year_is_a_clear_error() -> None:
    with pytest.raises(OutsideCalendarError):
        JUNE_2026.add_workdays(date(9999, 12, 31), 1)
    with pytest.raises(OutsideCalendarError):
        JUNE_2026.add_workdays(date(1, 1, 1), -1)
    with pytest.raises(OutsideCalendarError):
        JUNE_2026.add_working_minutes(datetime(9999, 12, 31, 17), 61)


def test_a_calendar_without_any_working_day_answers_with_a_clear_error() -> None:
    empty = WorkCalendar.of([()] * 7)
    with pytest.raises(OutsideCalendarError):
        empty.next_workday(date(2026, 1, 1))
    with pytest.raises(OutsideCalendarError):
        empty.next_working_moment(datetime(2026, 1, 1, 9))
    assert empty.count_workdays(date(2026, 1, 1), date(2027, 1, 1)) == 0


@pytest.mark.parametrize("intervals", [[(600, 540)], [(0, 1441)], [(-1, 5)], [(0, 60), (30, 90)], [(60, 60)]])
def test_intervals_that_make_no_sense_are_refused(intervals: list[Interval]) -> None:
    with pytest.raises(CalendarError):
        WorkCalendar.of([intervals] * 7)


def test_touching_intervals_are_joined_and_a_week_has_seven_days() -> None:
    assert WorkCalendar.of([[(60, 90), (0, 60)]] * 7).week[0] == ((0, 90),)
    with pytest.raises(CalendarError):
        WorkCalendar.of([[]] * 6)


def test_a_moment_with_a_zone_is_refused() -> None:
    with pytest.raises(CalendarError):
        JUNE_2026.next_working_moment(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_night_shift_runs_through_midnight() -> None:
    nights = WorkCalendar.of([[(0, 360), (1320, 1440)]] * 7)
    assert nights.add_working_minutes(datetime(2026, 6, 12, 23), 60) == datetime(2026, 6, 13, 0, 0)
    assert nights.add_working_minutes(datetime(2026, 6, 12, 23), 90) == datetime(2026, 6, 13, 0, 30)


def test_equal_calendars_hash_alike() -> None:
    again = WorkCalendar.of(JUNE_2026.week, dict(JUNE_2026.exceptions), JUNE_2026.declared_years)
    assert again == JUNE_2026
    assert hash(again) == hash(JUNE_2026)
