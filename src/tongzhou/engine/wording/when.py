"""Reckoning with dates as people mean them: every answer without a year of its own lies today or later."""

from __future__ import annotations

import calendar as gregorian
from datetime import date, timedelta

from tongzhou.engine.workcal import CalendarError, WorkCalendar

LAST_YEAR = 9999


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day (2月30日)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_day(today: date, month: int, day: int) -> date | None:
    """The next such day of the year, today included; 29 February waits for a leap year. None when it never comes."""
    for year in range(today.year, min(today.year + 9, LAST_YEAR + 1)):
        found = day_of(year, month, day)
        if found and found >= today:
            return found
    return None


def add_days(day: date, days: int) -> date | None:
    """Some days later; None beyond the year 9999."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def add_months(day: date, months: int) -> date | None:
    """The same day some months later, or the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= years <= LAST_YEAR:
        return None
    return date(years, month + 1, min(day.day, gregorian.monthrange(years, month + 1)[1]))


def add_workdays(day: date, days: int, calendar: WorkCalendar | None) -> date | None:
    """Working days later by the calendar, or by Monday to Friday where none is given."""
    try:
        return (calendar or WorkCalendar.of()).add_workdays(day, days)
    except CalendarError:
        return None


def month_end(year: int, month: int) -> date | None:
    """Its last day; months beyond 12 run into the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not 1 <= year <= LAST_YEAR:
        return None
    return date(year, month, gregorian.monthrange(year, month)[1])


def next_month_end(today: date, month: int) -> date | None:
    """The last day of the next such month that has not ended."""
    return month_end(today.year if month >= today.month else today.year + 1, month)


def part_of_month(year: int, month: int, part: str) -> date | None:
    """Where 初, 上旬, 中, 中旬, 下旬, 底 of a month end: the 10th, 15th, 20th or last day."""
    last = {"初": 10, "上旬": 10, "中": 15, "中旬": 20}.get(part)
    end = month_end(year, month)
    return end if last is None or end is None else end.replace(day=last)


def quarter_end(year: int, quarter: int) -> date | None:
    """The last day of a quarter; quarters beyond 4 run into the next year."""
    return month_end(year, quarter * 3)


def next_quarter_end(today: date, quarter: int) -> date | None:
    """The last day of the next such quarter that has not ended."""
    return quarter_end(today.year if quarter >= this_quarter(today) else today.year + 1, quarter)


def this_quarter(today: date) -> int:
    """1 to 4."""
    return (today.month + 2) // 3


def weekday_of(today: date, weekday: int, weeks: int | None) -> date | None:
    """A weekday (Monday is 0) of the week `weeks` ahead, or the next one where no week is named; never past."""
    if weeks is None:
        return add_days(today, (weekday - today.weekday()) % 7)
    found = add_days(today, weekday - today.weekday() + 7 * weeks)
    return add_days(found, 7) if found and found < today else found
