"""Tables of execution."""

from .daily import DailyLine, DailyMessage, DailyUpdate
from .delays import TaskDelay
from .weekly import WeeklyReport

__all__ = ["DailyLine", "DailyMessage", "DailyUpdate", "TaskDelay", "WeeklyReport"]
