"""Reads about plans."""

from .gantt import Move, Preview, gantt_rows, preview
from .outline import OutlineKey, OutlineRow, outline, outline_keys, outline_of, wbs_numbers, wbs_of
from .schedule import Dates, cycle_through, scheduled
from .tasks import (
    PlanCounts,
    commitments_without_task,
    department_names,
    departments_answered_for,
    links_of,
    owner_names,
    plan_counts,
    plan_of,
    predecessors_by_task,
    predecessors_of,
    tasks_for,
)

__all__ = [
    "Dates",
    "Move",
    "OutlineKey",
    "OutlineRow",
    "PlanCounts",
    "Preview",
    "commitments_without_task",
    "cycle_through",
    "department_names",
    "departments_answered_for",
    "gantt_rows",
    "links_of",
    "outline",
    "outline_keys",
    "outline_of",
    "owner_names",
    "plan_counts",
    "plan_of",
    "predecessors_by_task",
    "predecessors_of",
    "preview",
    "scheduled",
    "tasks_for",
    "wbs_numbers",
    "wbs_of",
]
