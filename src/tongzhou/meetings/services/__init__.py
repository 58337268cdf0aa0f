"""Acts on meetings and their minutes."""

from .agenda import add_agenda_item, change_agenda_item, move_agenda_item, remove_agenda_item
from .attendance import answer_invitation, check_attendance, check_everybody_in, invite, uninvite
from .commitments import (
    add_meeting_commitment,
    change_meeting_commitment,
    withdraw_meeting_commitment,
)
from .meetings import (
    LONGEST_DAYS,
    cancel_meeting,
    change_meeting,
    end_meeting,
    note_closing,
    plan_meeting,
    start_meeting,
)
from .minutes import (
    answer_minutes,
    departments_left,
    lock_with_silence,
    minutes_agreed,
    minutes_decided,
    minutes_fell_due,
    minutes_locked_for_decision,
    minutes_refused,
    remind_of_minutes,
    rework_minutes,
    send_minutes,
)
from .results import (
    add_open_point,
    add_resolution,
    change_open_point,
    change_resolution,
    make_commitment,
    remove_open_point,
    remove_resolution,
    settle_open_point,
)
from .statements import state_resources

__all__ = [
    "LONGEST_DAYS",
    "add_agenda_item",
    "add_meeting_commitment",
    "add_open_point",
    "add_resolution",
    "answer_invitation",
    "answer_minutes",
    "cancel_meeting",
    "change_agenda_item",
    "change_meeting",
    "change_meeting_commitment",
    "change_open_point",
    "change_resolution",
    "check_attendance",
    "check_everybody_in",
    "departments_left",
    "end_meeting",
    "invite",
    "lock_with_silence",
    "make_commitment",
    "minutes_agreed",
    "minutes_decided",
    "minutes_fell_due",
    "minutes_locked_for_decision",
    "minutes_refused",
    "move_agenda_item",
    "note_closing",
    "plan_meeting",
    "remind_of_minutes",
    "remove_agenda_item",
    "remove_open_point",
    "remove_resolution",
    "rework_minutes",
    "send_minutes",
    "settle_open_point",
    "start_meeting",
    "state_resources",
    "uninvite",
    "withdraw_meeting_commitment",
]
