"""Acts on working calendars."""

from .calendars import change_calendar, create_calendar, set_week, use_for_company
from .days import clear_day, import_days, set_day

__all__ = [
    "change_calendar",
    "clear_day",
    "create_calendar",
    "import_days",
    "set_day",
    "set_week",
    "use_for_company",
]
