"""Acts of execution."""

from .board import MOST_AT_ONCE, Bulk, act_on_tasks, drop_view, keep_view, place_work
from .daily import may_state, post_update, state_delay
from .digest import compose_message, remind_silent
from .weekly import (
    ask_for_reports,
    begin_report,
    call_weekly_meeting,
    lock_reports,
    reports_fell_due,
    save_report,
    submit_report,
    take_report_back,
)

__all__ = [
    "MOST_AT_ONCE",
    "Bulk",
    "act_on_tasks",
    "ask_for_reports",
    "begin_report",
    "call_weekly_meeting",
    "compose_message",
    "drop_view",
    "keep_view",
    "lock_reports",
    "may_state",
    "place_work",
    "post_update",
    "remind_silent",
    "reports_fell_due",
    "save_report",
    "state_delay",
    "submit_report",
    "take_report_back",
]
