"""A meeting: when, where, who, about what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..states import AttendeeRole, MeetingKind, MeetingState


class Meeting(Versioned):
    """会议. The notes taken in it become the minutes (会议纪要), confirmed by each department, then locked."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=14, choices=MeetingKind.choices)
    title = models.CharField(_("title"), max_length=160)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    location = models.CharField(_("place or link"), max_length=300, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="chaired_meetings", verbose_name=_("chair")
    )
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recorded_meetings", verbose_name=_("recorder")
    )
    next_meeting_at = models.DateTimeField(_("next meeting"), null=True, blank=True)
    first_sync_at = models.DateTimeField(_("first progress sync"), null=True, blank=True)
    cc = models.CharField(_("copy to"), max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=MeetingState.choices, default=MeetingState.PLANNED)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    invitation_sequence = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("meetings:meeting", args=[self.pk])


class Attendance(models.TextChoices):
    """Who was invited, said what, and came."""

    INVITED = "invited", _("invited")
    ACCEPTED = "accepted", _("will come")
    DECLINED = "declined", _("will not come")
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")


class Attendee(models.Model):
    """应到/实到: one person of one meeting. ``instead_of``: the person invited first, who cannot come."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendances")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True, choices=AttendeeRole.choices)
    attendance = models.CharField(max_length=10, choices=Attendance.choices, default=Attendance.INVITED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("comes instead of"),
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="attendee_once")]

    def __str__(self) -> str:
        return str(self.person)


class AgendaItem(Versioned):
    """议题: topic, points made, where people differed, what was concluded."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(default=0)
    topic = models.CharField(_("topic"), max_length=200)
    points = models.TextField(_("points made"), blank=True)
    disagreements = models.TextField(_("differences"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.topic
