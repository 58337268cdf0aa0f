"""日常沟通: what a department posts each working day, and the one message that is made of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department
from tongzhou.planning.models import Task
from tongzhou.projects.models import Project

from ..states import LineSection

LONGEST_LINE = 200
LONGEST_NOTE = 1000


class DailyUpdate(Versioned):
    """One department's update of one working day.

    ``on_behalf_of``: the head for whom a deputy posted. ``is_late``: posted after the message of the day was due.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="daily_updates")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    note = models.TextField(_("note"), max_length=LONGEST_NOTE, blank=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=60, blank=True)
    posted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["-day", "department__position", "pk"]
        indexes = [models.Index(fields=["project", "-day"], name="daily_update_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["project", "department", "day"], name="one_daily_update_a_department")
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page of its day."""
        return reverse("execution:daily_day", args=[self.project_id, self.day.isoformat()])


class DailyLine(models.Model):
    """One short line of an update; ``task`` where it speaks of one.

    The task has no constraint in the database: a task removed and brought back by undo finds its lines again.
    """

    update = models.ForeignKey(DailyUpdate, models.CASCADE, related_name="lines")
    section = models.CharField(max_length=8, choices=LineSection.choices)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(pgettext_lazy("of a daily update", "line"), max_length=LONGEST_LINE)
    task = models.ForeignKey(Task, models.DO_NOTHING, db_constraint=False, null=True, related_name="daily_lines")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(section__in=LineSection.values), name="daily_line_section_known")
        ]

    def __str__(self) -> str:
        return self.text


class DailyMessage(models.Model):
    """The one message of a day to the project's group, as it was composed; composed once.

    ``facts`` are what it says as data, ``title`` and ``body`` the words that went out.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="daily_messages")
    day = models.DateField()
    due_at = models.DateTimeField()
    composed_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    facts = models.JSONField()
    title = models.CharField(max_length=300)
    body = models.TextField()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "day"], name="one_daily_message_a_day"),
        ]

    def __str__(self) -> str:
        return self.title
