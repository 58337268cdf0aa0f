"""Legal moves of a meeting and its minutes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core.transitions import Transition


class MeetingState(models.TextChoices):
    """From invitation to locked minutes."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("in session")
    MINUTES = "minutes", _("minutes being written")
    CONFIRMING = "confirming", _("minutes being confirmed")
    LOCKED = "locked", _("minutes locked")
    CANCELLED = "cancelled", _("cancelled")


class MeetingKind(models.TextChoices):
    """会议类型."""

    KICKOFF = "kickoff", _("kickoff meeting")
    WEEKLY = "weekly", _("weekly sync")
    HUDDLE = "huddle", _("problem huddle")
    EMERGENCY = "emergency", _("emergency meeting")
    ACCEPTANCE = "acceptance", _("acceptance meeting")
    RETROSPECTIVE = "retrospective", _("retrospective")


class AttendeeRole(models.TextChoices):
    """As what somebody is invited."""

    LEAD = "lead", _("project lead")
    HEAD = "head", _("department head")
    CONTACT = "contact", _("contact person")
    SPONSOR = "sponsor", _("sponsor")
    DEPUTY = "deputy", _("deputy")
    MEMBER = "member", _("member")
    GUEST = "guest", _("guest")


START = Transition("start", frozenset({MeetingState.PLANNED}), MeetingState.RUNNING, _("Start the meeting"))
END = Transition(
    "end", frozenset({MeetingState.PLANNED, MeetingState.RUNNING}), MeetingState.MINUTES, _("End the meeting")
)
SEND_MINUTES = Transition(
    "send_minutes", frozenset({MeetingState.MINUTES}), MeetingState.CONFIRMING, _("Send minutes for confirmation")
)
REWORK_MINUTES = Transition(
    "rework_minutes", frozenset({MeetingState.CONFIRMING}), MeetingState.MINUTES, _("Rework the minutes")
)
LOCK_MINUTES = Transition(
    "lock_minutes", frozenset({MeetingState.CONFIRMING}), MeetingState.LOCKED, _("Lock the minutes")
)
CANCEL = Transition("cancel", frozenset({MeetingState.PLANNED}), MeetingState.CANCELLED, _("Cancel the meeting"))

WRITABLE = frozenset({MeetingState.PLANNED, MeetingState.RUNNING, MeetingState.MINUTES})
# Kinds in which the departments agree on what the project is for, and what each contributes.
ALIGNS = frozenset({MeetingKind.KICKOFF, MeetingKind.ACCEPTANCE, MeetingKind.RETROSPECTIVE})
