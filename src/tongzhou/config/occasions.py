"""What falls due in packages that stand beside the clock: meetings and cadence know nothing of each other.

The top floor listens to what meetings record, plans the occasions, and calls the meeting's own service when one is due.
"""

from __future__ import annotations

import json
from datetime import datetime

from tongzhou.cadence.models import Occasion
from tongzhou.cadence.occasions import register
from tongzhou.cadence.services import call_off, plan_occasion
from tongzhou.core.actor import system
from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.services import minutes_fell_due, remind_of_minutes

MINUTES_REMINDER, MINUTES_DEADLINE = "meetings.minutes_reminder", "meetings.minutes_deadline"


def register_occasions() -> None:
    """Makes the kinds known; called from ``AppConfig.ready()``."""
    register(MINUTES_REMINDER, minutes_reminder)
    register(MINUTES_DEADLINE, minutes_deadline)


def minutes_reminder(occasion: Occasion) -> str:
    """Departments that have not confirmed the minutes hear of it once more."""
    silent = remind_of_minutes(occasion.subject_id, occasion.data["edition"], by=system("clock"))
    return f"reminded: {len(silent)}"


def minutes_deadline(occasion: Occasion) -> str:
    """Who has not answered is silent from now on."""
    silent = minutes_fell_due(occasion.subject_id, occasion.data["edition"], by=system("clock"))
    return f"silent: {len(silent)}"


@on("meetings.minutes.sent")
def plan_minutes(event: AuditEvent) -> None:
    """A reminder before the deadline, and the deadline."""
    payload = json.loads(event.payload)
    meeting = Meeting.objects.get(pk=event.subject_id)
    data = {"edition": payload["after"]["edition"]}
    for kind, moment in ((MINUTES_REMINDER, "remind_at"), (MINUTES_DEADLINE, "due_at")):
        due_at = datetime.fromisoformat(payload["data"][moment])
        plan_occasion(kind, meeting, due_at, project_id=meeting.project_id, data=data)


@on("meetings.minutes.reworked")
@on("meetings.minutes.locked")
def call_minutes_off(event: AuditEvent) -> None:
    """Nobody is waited for any more."""
    meeting = Meeting.objects.get(pk=event.subject_id)
    for kind in (MINUTES_REMINDER, MINUTES_DEADLINE):
        call_off(meeting, kind=kind)
