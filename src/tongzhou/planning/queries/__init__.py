"""Reads about plans."""

from .outline import OutlineRow, outline, outline_of, wbs_numbers
from .schedule import Dates, cycle_through, scheduled
from .tasks import links_of, plan_of, tasks_for

__all__ = [
    "Dates",
    "OutlineRow",
    "cycle_through",
    "links_of",
    "outline",
    "outline_of",
    "plan_of",
    "scheduled",
    "tasks_for",
    "wbs_numbers",
]
