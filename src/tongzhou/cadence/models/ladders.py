"""升级: who is told, one after the other, as long as what is awaited has not happened."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..states import LadderState, Rung, Severity


class Ladder(models.Model):
    """One escalation under way: what is awaited (a subject of a registered kind), of whom, and which step is next.

    ``slot`` tells the turns of what recurs apart: the report of one week is not that of the next.
    """

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=200)
    slot = models.CharField(max_length=20, blank=True)
    project = models.ForeignKey(Project, models.CASCADE, related_name="ladders")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    link = models.CharField(max_length=300, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    state = models.CharField(max_length=10, choices=LadderState.choices, default=LadderState.RUNNING)
    rungs = models.JSONField(default=list)
    step = models.PositiveSmallIntegerField(default=0)
    awaited_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="ladder_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "slot"],
                condition=~Q(state="stopped"),
                name="one_standing_ladder",
            ),
            models.CheckConstraint(condition=Q(state__in=LadderState.values), name="ladder_state_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="ladder_severity_known"),
        ]

    def __str__(self) -> str:
        return self.subject_label


class LadderStep(models.Model):
    """A step that was taken: who was told, as what, when, and when that person took it on."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    rung = models.CharField(max_length=10, choices=Rung.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "number", "person"], name="told_once_a_step"),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="ladder_rung_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.rung}"
