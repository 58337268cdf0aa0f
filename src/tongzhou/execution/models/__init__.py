"""Tables of execution."""

from .daily import DailyLine, DailyMessage, DailyUpdate
from .delays import TaskDelay
from .views import BoardView
from .weekly import WeeklyReport

__all__ = ["BoardView", "DailyLine", "DailyMessage", "DailyUpdate", "TaskDelay", "WeeklyReport"]
