"""Acts of planning."""

from .baselines import baseline_at_gate, make_baseline, save_snapshot
from .beginning import paste_tasks, skeleton_of, tasks_from_scenario
from .communication import (
    add_communication,
    change_communication,
    remove_communication,
    set_default_communication,
)
from .leveling import improve_leveling, start_leveling
from .links import link_tasks, set_predecessors, unlink_tasks
from .needs import (
    accept_offer,
    ask_again,
    ask_resource,
    change_need,
    confirm_offer,
    decline_need,
    offer_resource,
    turn_down_offer,
    withdraw_need,
)
from .placing import Direction, place_task, shift_task
from .raci import CellChange, choose_accountable_word, letter_departments, read_letters, set_letters
from .remedies import (
    answer_remedy,
    apply_remedy,
    drop_remedy,
    free_held_tasks,
    propose_remedy,
    take_back_remedy,
)
from .resolving import take_proposal
from .resource_requests import RowVerdict, call_request_back, decide_request, send_request
from .steps import undo_step
from .supply import add_absence, add_budget, add_thing, change_budget, change_thing, remove_absence, set_capacity
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
    "RowVerdict",
    "accept_offer",
    "add_absence",
    "add_budget",
    "add_communication",
    "add_task",
    "add_tasks",
    "add_thing",
    "answer_remedy",
    "apply_remedy",
    "ask_again",
    "ask_resource",
    "baseline_at_gate",
    "call_request_back",
    "change_budget",
    "change_communication",
    "change_need",
    "change_task",
    "change_tasks",
    "change_thing",
    "checked_values",
    "choose_accountable_word",
    "confirm_offer",
    "days_between",
    "decide_request",
    "decline_need",
    "drop_remedy",
    "free_held_tasks",
    "improve_leveling",
    "letter_departments",
    "link_tasks",
    "make_baseline",
    "offer_resource",
    "paste_tasks",
    "place_task",
    "propose_remedy",
    "read_letters",
    "remove_absence",
    "remove_communication",
    "remove_tasks",
    "save_snapshot",
    "send_request",
    "set_capacity",
    "set_default_communication",
    "set_letters",
    "set_predecessors",
    "shift_task",
    "skeleton_of",
    "start_leveling",
    "take_back_remedy",
    "take_proposal",
    "task_from_commitment",
    "tasks_from_commitments",
    "tasks_from_scenario",
    "turn_down_offer",
    "undo_step",
    "unlink_tasks",
    "withdraw_need",
]
