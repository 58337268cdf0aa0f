"""Reads about working days."""

from .working_days import add_working_days, company_calendar, is_workday, undeclared_years

__all__ = ["add_working_days", "company_calendar", "is_workday", "undeclared_years"]
