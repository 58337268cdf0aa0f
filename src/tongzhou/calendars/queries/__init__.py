"""Reads about working days."""

from .day_reasons import reason_off
from .working_days import add_working_days, calendar_of, company_calendar, is_workday, known_years, undeclared_years
from .years import DayFacts, MonthFacts, YearFacts, calendars, own_days, the_company_calendar, weekday_name, year_of

__all__ = [
    "DayFacts",
    "MonthFacts",
    "YearFacts",
    "add_working_days",
    "calendar_of",
    "calendars",
    "company_calendar",
    "is_workday",
    "known_years",
    "own_days",
    "reason_off",
    "the_company_calendar",
    "undeclared_years",
    "weekday_name",
    "year_of",
]
