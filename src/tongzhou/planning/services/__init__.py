"""Acts of planning."""

from .baselines import baseline_at_gate, make_baseline, save_snapshot
from .beginning import paste_tasks, skeleton_of, tasks_from_scenario
from .communication import (
    add_communication,
    change_communication,
    remove_communication,
    set_default_communication,
)
from .links import link_tasks, set_predecessors, unlink_tasks
from .placing import Direction, place_task, shift_task
from .raci import CellChange, choose_accountable_word, read_letters, set_letters
from .steps import undo_step
from .tasks import (
    add_task,
    add_tasks,
    change_task,
    change_tasks,
    checked_values,
    days_between,
    remove_tasks,
    task_from_commitment,
    tasks_from_commitments,
)

__all__ = [
    "CellChange",
    "Direction",
    "add_communication",
    "add_task",
    "add_tasks",
    "baseline_at_gate",
    "change_communication",
    "change_task",
    "change_tasks",
    "checked_values",
    "choose_accountable_word",
    "days_between",
    "link_tasks",
    "make_baseline",
    "paste_tasks",
    "place_task",
    "read_letters",
    "remove_communication",
    "remove_tasks",
    "save_snapshot",
    "set_default_communication",
    "set_letters",
    "set_predecessors",
    "shift_task",
    "skeleton_of",
    "task_from_commitment",
    "tasks_from_commitments",
    "tasks_from_scenario",
    "undo_step",
    "unlink_tasks",
]
