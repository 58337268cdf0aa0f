"""Working-day calendars as data."""

from .calendars import CalendarDay, DayKind, WorkCalendar

__all__ = ["CalendarDay", "DayKind", "WorkCalendar"]
