"""The calendar over arrays says the same as the calendar over single days."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_workcal import JUNE_2026, calendars, moments, near
from tongzhou.engine import workcal_arrays as arrays
from tongzhou.engine.workcal import CalendarError, OutsideCalendarError, Shift, WorkCalendar

many_days = st.lists(near, min_size=1, max_size=30)


@given(calendars(), many_days, st.integers(-40, 40))
def test_adding_agrees_with_single_days(calendar: WorkCalendar, days: list[date], n: int) -> None:
    expected = [calendar.add_workdays(day, n) for day in days]
    assert arrays.add_workdays(calendar, np.array(days, "datetime64[D]"), n).tolist() == expected
    numbers = np.array(days, "datetime64[D]").astype(np.int32)
    result = arrays.add_workdays(calendar, numbers, np.full(len(days), n))
    assert result.dtype == np.int32
    assert result.astype("datetime64[D]").tolist() == expected


@given(calendars(), many_days, near)
def test_counting_and_shifting_agree_with_single_days(calendar: WorkCalendar, days: list[date], until: date) -> None:
    array = np.array(days, "datetime64[D]")
    counted = arrays.count_workdays(calendar, array, np.array([until], "datetime64[D]"))
    assert counted.tolist() == [calendar.count_workdays(day, until) for day in days]
    assert arrays.are_workdays(calendar, array).tolist() == [calendar.is_workday(day) for day in days]
    for rule in Shift:
        assert arrays.shift(calendar, array, rule).tolist() == [calendar.shift(day, rule) for day in days]


@given(calendars(), st.lists(st.tuples(moments, st.integers(-2000, 2000)), min_size=1, max_size=20))
def test_minutes_agree_with_single_moments(calendar: WorkCalendar, pairs: list[tuple[datetime, int]]) -> None:
    starts = np.array([start for start, _ in pairs], "datetime64[m]")
    steps = np.array([step for _, step in pairs])
    ends = arrays.add_working_minutes(calendar, starts, steps)
    assert ends.tolist() == [calendar.add_working_minutes(start, step) for start, step in pairs]
    between = arrays.working_minutes_between(calendar, starts, ends)
    assert between.tolist() == steps.tolist()


def test_days_left_out_are_marked_in_integer_arrays_too() -> None:
    saturday = np.array(["2026-06-13", "2026-06-15"], "datetime64[D]")
    assert arrays.shift(JUNE_2026, saturday.astype(np.int32), Shift.SKIP).tolist() == [arrays.NO_DAY, 20619]


def test_years_without_declared_holidays_are_named() -> None:
    days = np.array(["2026-01-01", "2031-05-05", "2027-01-01"], "datetime64[D]")
    assert arrays.undeclared_years(JUNE_2026, days) == (2027, 2031)


def test_no_days_in_give_no_days_out() -> None:
    none = np.array([], "datetime64[D]")
    assert arrays.add_workdays(JUNE_2026, none, 3).size == 0
    assert arrays.add_working_minutes(JUNE_2026, none.astype("datetime64[m]"), 3).size == 0
    assert arrays.working_minutes_between(JUNE_2026, none, none).size == 0


def test_nonsense_is_refused_clearly() -> None:
    with pytest.raises(CalendarError):
        arrays.next_workdays(JUNE_2026, np.array(["NaT"], "datetime64[D]"))
    with pytest.raises(CalendarError):
        arrays.next_workdays(JUNE_2026, np.array([1.5]))
    with pytest.raises(OutsideCalendarError):
        arrays.next_workdays(JUNE_2026, np.array([10_000_000]))
    with pytest.raises(OutsideCalendarError):
        arrays.add_workdays(JUNE_2026, np.array(["9999-12-31"], "datetime64[D]"), 5)
