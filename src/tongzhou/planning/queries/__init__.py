"""Reads about plans."""

from .baselines import (
    PlanDifference,
    baselines_for,
    content_of,
    difference,
    latest_baseline,
    snapshot,
)
from .gantt import Move, Preview, gantt_rows, preview
from .outline import OutlineKey, OutlineRow, outline, outline_keys, outline_of, wbs_numbers, wbs_of
from .raci import Matrix, matrix_columns, memberships_among, parts_in, raci_matrix
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
    "Matrix",
    "Move",
    "OutlineKey",
    "OutlineRow",
    "PlanCounts",
    "PlanDifference",
    "Preview",
    "baselines_for",
    "commitments_without_task",
    "content_of",
    "cycle_through",
    "department_names",
    "departments_answered_for",
    "difference",
    "gantt_rows",
    "latest_baseline",
    "links_of",
    "matrix_columns",
    "memberships_among",
    "outline",
    "outline_keys",
    "outline_of",
    "owner_names",
    "parts_in",
    "plan_counts",
    "plan_of",
    "predecessors_by_task",
    "predecessors_of",
    "preview",
    "raci_matrix",
    "scheduled",
    "snapshot",
    "tasks_for",
    "wbs_numbers",
    "wbs_of",
]
