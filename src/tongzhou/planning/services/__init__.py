"""Acts of planning."""

from .baselines import baseline_at_gate, make_baseline, save_snapshot
from .beginning import paste_tasks, skeleton_of, tasks_from_scenario
from .communication import (
    add_communication,
    change_communication,
    remove_communication,
    set_default_communication,
)
from .incoming import take_plan_in
from .leveling import improve_leveling, start_leveling
from .links import link_tasks, set_predecessors, unlink_tasks
from .needs import (
    accept_offer,
    ask_again,
    ask_resource,
    change_need,
    checked_need,
    confirm_offer,
    decline_need,
    offer_resource,
    turn_down_offer,
    withdraw_need,
)
from .needs_import import NeedChange, take_needs_in
from .placing import Direction, place_task, shift_task
from .promises import confirm_promise, object_to_promise
from .questions import answer_question, ask_question, close_question, default_due
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
from .resource_requests import RowVerdict, call_request_back, decide_request, send_request, state_none_needed
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
from .work import (
    accept_done,
    block_task,
    cancel_task,
    reopen_task,
    report_done,
    report_progress,
    return_done,
    start_task,
    take_report_back,
    unblock_task,
)

__all__ = [
    "CellChange",
    "Direction",
    "NeedChange",
    "RowVerdict",
    "accept_done",
    "accept_offer",
    "add_absence",
    "add_budget",
    "add_communication",
    "add_task",
    "add_tasks",
    "add_thing",
    "answer_question",
    "answer_remedy",
    "apply_remedy",
    "ask_again",
    "ask_question",
    "ask_resource",
    "baseline_at_gate",
    "block_task",
    "call_request_back",
    "cancel_task",
    "change_budget",
    "change_communication",
    "change_need",
    "change_task",
    "change_tasks",
    "change_thing",
    "checked_need",
    "checked_values",
    "choose_accountable_word",
    "close_question",
    "confirm_offer",
    "confirm_promise",
    "days_between",
    "decide_request",
    "decline_need",
    "default_due",
    "drop_remedy",
    "free_held_tasks",
    "improve_leveling",
    "letter_departments",
    "link_tasks",
    "make_baseline",
    "object_to_promise",
    "offer_resource",
    "paste_tasks",
    "place_task",
    "propose_remedy",
    "read_letters",
    "remove_absence",
    "remove_communication",
    "remove_tasks",
    "reopen_task",
    "report_done",
    "report_progress",
    "return_done",
    "save_snapshot",
    "send_request",
    "set_capacity",
    "set_default_communication",
    "set_letters",
    "set_predecessors",
    "shift_task",
    "skeleton_of",
    "start_leveling",
    "start_task",
    "state_none_needed",
    "take_back_remedy",
    "take_needs_in",
    "take_plan_in",
    "take_proposal",
    "take_report_back",
    "task_from_commitment",
    "tasks_from_commitments",
    "tasks_from_scenario",
    "turn_down_offer",
    "unblock_task",
    "undo_step",
    "unlink_tasks",
    "withdraw_need",
]
