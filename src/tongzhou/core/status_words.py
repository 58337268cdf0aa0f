"""How a state looks: an icon, a tone and a word, the same on every page. Colour alone never says anything."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TONES = frozenset({"neutral", "ink", "progress", "good", "late", "warn", "low"})


@dataclass(frozen=True, slots=True)
class StatusWord:
    """The look of one state code; `label` is used where the caller gives none."""

    tone: str
    icon: str
    label: str | Promise


STATUS_WORDS: dict[str, StatusWord] = {
    # life of a thing
    "draft": StatusWord("neutral", "pencil", _("Draft")),
    "submitted": StatusWord("progress", "send", _("Submitted")),
    "open": StatusWord("progress", "circle-dot", _("Open")),
    "active": StatusWord("progress", "circle-dot", _("Active")),
    "waiting": StatusWord("neutral", "hourglass", _("Waiting")),
    "pending": StatusWord("neutral", "hourglass", _("Pending")),
    "aligning": StatusWord("progress", "heart-handshake", _("Aligning")),
    "planning": StatusWord("progress", "route", _("Planning")),
    "executing": StatusWord("progress", "rocket", _("Executing")),
    "closing": StatusWord("progress", "package", _("Closing")),
    "closed": StatusWord("good", "archive", _("Closed")),
    "locked": StatusWord("good", "lock", _("Locked")),
    "suspended": StatusWord("warn", "player-pause", _("Suspended")),
    "cancelled": StatusWord("neutral", "ban", _("Cancelled")),
    "outdated": StatusWord("warn", "history", _("Outdated")),
    # work
    "not_started": StatusWord("neutral", "circle", _("Not started")),
    "in_progress": StatusWord("progress", "progress", _("In progress")),
    "reported": StatusWord("warn", "hourglass", _("Reported done")),
    "done": StatusWord("good", "circle-check", _("Done")),
    "late": StatusWord("late", "clock-exclamation", _("Late")),
    "blocked": StatusWord("late", "hand-stop", _("Blocked")),
    "kept": StatusWord("good", "circle-check", _("Kept")),
    "broken": StatusWord("late", "link-off", _("Broken")),
    # answers
    "accepted": StatusWord("good", "check", _("Accepted")),
    "accepted_with_conditions": StatusWord("warn", "list-check", _("Accepted with conditions")),
    "counter_offer": StatusWord("warn", "calendar-due", _("Other date offered")),
    "needs_clarification": StatusWord("warn", "message-question", _("Needs clarification")),
    "declined": StatusWord("late", "x", _("Declined")),
    "unanswered": StatusWord("neutral", "hourglass", _("No answer yet")),
    "agreed": StatusWord("good", "check", _("Agreed")),
    "agreed_with_conditions": StatusWord("warn", "list-check", _("Agreed with conditions")),
    "objected": StatusWord("late", "message-2", _("Objected")),
    "confirmed": StatusWord("good", "checks", _("Confirmed")),
    "silent": StatusWord("neutral", "point", _("Silent")),
    "signed": StatusWord("good", "signature", _("Signed")),
    "unsigned": StatusWord("neutral", "writing", _("Not signed yet")),
    "approved": StatusWord("good", "rubber-stamp", _("Approved")),
    "rejected": StatusWord("late", "circle-x", _("Rejected")),
    # conditions and checks
    "met": StatusWord("good", "circle-check", _("Met")),
    "not_met": StatusWord("warn", "circle-dashed", _("Not met")),
    "conditional": StatusWord("warn", "alert-triangle", _("Passed with a reason")),
    "passed": StatusWord("good", "circle-check", _("Passed")),
    "valid": StatusWord("good", "shield-check", _("Valid")),
    "invalid": StatusWord("late", "shield-exclamation", _("Invalid")),
    # risk and urgency
    "high": StatusWord("late", "alert-triangle", _("High")),
    "medium": StatusWord("warn", "alert-circle", _("Medium")),
    "low": StatusWord("low", "arrow-down", _("Low")),
    "emergency": StatusWord("late", "urgent", _("Emergency")),
    "urgent": StatusWord("warn", "alarm", _("Urgent")),
    "normal": StatusWord("neutral", "minus", _("Normal")),
    # messages
    "queued": StatusWord("neutral", "hourglass", _("Queued")),
    "sending": StatusWord("progress", "send", _("Sending")),
    "sent": StatusWord("good", "checks", _("Sent")),
    "retrying": StatusWord("warn", "refresh", _("Retrying")),
    "failed": StatusWord("late", "circle-x", _("Failed")),
    "unknown": StatusWord("warn", "help-circle", _("Outcome unknown")),
}


def status_word(code: object) -> StatusWord:
    """The look of a state; a code without an entry is shown neutrally under its own name."""
    key = str(getattr(code, "value", code)).lower()
    return STATUS_WORDS.get(key) or StatusWord("neutral", "point", str(getattr(code, "label", key)))
