"""Acts of planning."""

from .links import link_tasks, unlink_tasks
from .steps import undo_step
from .tasks import (
    add_task,
    add_tasks,
    change_task,
    change_tasks,
    place_task,
    remove_tasks,
    task_from_commitment,
    tasks_from_commitments,
)

__all__ = [
    "add_task",
    "add_tasks",
    "change_task",
    "change_tasks",
    "link_tasks",
    "place_task",
    "remove_tasks",
    "task_from_commitment",
    "tasks_from_commitments",
    "undo_step",
    "unlink_tasks",
]
