"""What execution registers with the packages below, and what it does when a meeting ends."""

from __future__ import annotations

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.documents import standard_forms
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.states import MeetingKind

from . import due, duties
from .board_form import PROGRESS_BOARD
from .services import lock_reports
from .weekly_form import WEEKLY_REPORT


def register() -> None:
    """Makes handlers of rules, duties and forms known; called when the app is ready."""
    due.register()
    duties.register_finders()
    standard_forms.register(WEEKLY_REPORT)
    standard_forms.register(PROGRESS_BOARD)


@on("meetings.meeting.ended")
def take_up_reports(event: AuditEvent) -> None:
    """What the weekly meeting has looked at stays as it was."""
    meeting = Meeting.objects.get(pk=event.subject_id)
    if meeting.kind == MeetingKind.WEEKLY:
        lock_reports(meeting)
