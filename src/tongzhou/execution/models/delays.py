"""延期与风险: what people say of a task that is late or in danger."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.planning.models import Task
from tongzhou.projects.models import Project

from ..states import RiskLevel

LONGEST_REASON = 300


class TaskDelay(Versioned):
    """The stated risk of a task and why: for a late task the reason of its lateness. One for each task, the latest word.

    That a task is late is computed from its date and status, never typed.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="task_delays")
    task = models.ForeignKey(Task, models.DO_NOTHING, db_constraint=False, related_name="delays")
    risk = models.CharField(_("risk level"), max_length=6, choices=RiskLevel.choices)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task"], name="one_delay_a_task"),
            models.CheckConstraint(condition=Q(risk__in=RiskLevel.values), name="delay_risk_known"),
        ]

    def __str__(self) -> str:
        return self.reason
