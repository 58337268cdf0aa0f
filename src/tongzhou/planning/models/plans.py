"""计划: the plan as a whole, and its last steps."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongzhou.core.models import Versioned
from tongzhou.projects.models import Project

from ..states import AccountableWord


class Plan(Versioned):
    """The plan of a project. Its ``version`` grows with every step, its row is the lock under which steps are made.

    ``finish`` is the computed end of the whole plan; ``scheduled_at`` when that was computed.
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="plan")
    next_number = models.PositiveIntegerField(default=1)
    start = models.DateField(null=True, blank=True)
    finish = models.DateField(null=True, blank=True)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    accountable_word = models.CharField(
        max_length=10, choices=AccountableWord.choices, default=AccountableWord.APPROVER
    )
    # The last event that those informed have been told of.
    digested_seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.project)


class PlanStep(models.Model):
    """One step of planning that can be taken back: what every row it touched was before, and after.

    ``before`` and ``after``: table → key → columns, ``None`` where the row was not there.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_step_number_once")]

    def __str__(self) -> str:
        return self.label
