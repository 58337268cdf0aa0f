"""What execution registers with the packages below, and what it does when a meeting ends."""

from __future__ import annotations

from tongzhou.cadence import ladders
from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.documents import standard_forms
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.states import MeetingKind

from . import due, duties, links
from .services import lock_reports, waiting
from .weekly_form import WEEKLY_REPORT


def register() -> None:
    """Makes handlers of rules, duties and forms known; called when the app is ready."""
    due.register()
    duties.register_finders()
    ladders.register(waiting.DAILY_KIND)
    ladders.register(waiting.WEEKLY_KIND)
    links.register()
    standard_forms.register(WEEKLY_REPORT)


@on("meetings.meeting.ended")
def take_up_reports(event: AuditEvent) -> None:
    """What the weekly meeting has looked at stays as it was."""
    meeting = Meeting.objects.get(pk=event.subject_id)
    if meeting.kind == MeetingKind.WEEKLY:
        lock_reports(meeting)
