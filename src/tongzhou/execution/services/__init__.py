"""Acts of execution."""

from .daily import post_update, state_delay
from .digest import compose_message, remind_silent
from .weekly import (
    ask_for_reports,
    begin_report,
    call_weekly_meeting,
    lock_reports,
    remind_of_reports,
    reports_fell_due,
    save_report,
    submit_report,
    take_report_back,
)

__all__ = [
    "ask_for_reports",
    "begin_report",
    "call_weekly_meeting",
    "compose_message",
    "lock_reports",
    "post_update",
    "remind_of_reports",
    "remind_silent",
    "reports_fell_due",
    "save_report",
    "state_delay",
    "submit_report",
    "take_report_back",
]
