"""The company's calendar as the engine computes with it, and the few questions everybody asks."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from tongzhou.core import clock
from tongzhou.engine.workcal import FIVE_DAY_WEEK, HOLIDAY, OFFICE_HOURS, Intervals, WorkCalendar

from .. import models
from ..public_holidays import declared_years, public_holidays

# Years around the present for which public holidays are looked up.
YEARS_BACK, YEARS_AHEAD = 3, 5


def company_calendar() -> WorkCalendar:
    """The calendar all deadlines are counted on; a plain five-day week where the company has set none."""
    row = models.WorkCalendar.objects.filter(is_company=True).values_list("pk", "stamp").first()
    return _calendar(*(row or (0, "")), clock.today().year)


def calendar_of(row: models.WorkCalendar) -> WorkCalendar:
    """Any calendar of the company's as the engine computes with it."""
    return _calendar(row.pk, row.stamp, clock.today().year)


def known_years() -> range:
    """Years whose public holidays are looked up; others follow the week and the company's own days."""
    year = clock.today().year
    return range(year - YEARS_BACK, year + YEARS_AHEAD + 1)


def add_working_days(moment: datetime, days: int) -> datetime:
    """The same time of day, ``days`` working days later (aware, in the company's zone)."""
    local = moment.astimezone(clock.company_zone())
    return datetime.combine(company_calendar().add_workdays(local.date(), days), local.timetz())


def is_workday(day: date) -> bool:
    """True when the company works on the day."""
    return company_calendar().is_workday(day)


def undeclared_years(first: date, last: date) -> tuple[int, ...]:
    """Years of the period whose holidays and make-up workdays (调休) are not known yet."""
    return company_calendar().undeclared_years(first, last)


@lru_cache(maxsize=32)
def _calendar(pk: int, stamp: str, year: int) -> WorkCalendar:
    calendar = models.WorkCalendar.objects.filter(pk=pk).first()
    week: list[Intervals] = list(FIVE_DAY_WEEK)
    region, overrides = "CN", []
    if calendar is not None:
        week = [tuple((start, end) for start, end in calendar.week.get(str(day), [])) for day in range(1, 8)]
        region, overrides = calendar.public_holidays, list(calendar.days.all())
    full_day = full_day_of(week)
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    exceptions: dict[date, Intervals] = {
        day: full_day if works else HOLIDAY for day, works in public_holidays(region, years).items()
    }
    for override in overrides:
        exceptions[override.date] = hours_of(override.kind, full_day)
    return WorkCalendar.of(
        week,
        exceptions,
        declared_years(region, years) | {o.date.year for o in overrides if o.kind == models.DayKind.MAKE_UP},
    )


def full_day_of(week: list[Intervals]) -> Intervals:
    """The hours of a whole working day that the week itself leaves free: those of its first working day."""
    return next((hours for hours in week if hours), OFFICE_HOURS)


def hours_of(kind: str, full_day: Intervals) -> Intervals:
    """The working hours of a day of this kind."""
    if kind == models.DayKind.HOLIDAY:
        return HOLIDAY
    return full_day[:1] if kind == models.DayKind.HALF else full_day
