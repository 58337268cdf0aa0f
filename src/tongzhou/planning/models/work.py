"""完成报告: what R says is done, with its evidence, and what A says to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.models import Project

from ..work_states import ReportState
from .tasks import Task


class DoneReport(models.Model):
    """A task reported done: words or a figure, a link, files in the slot ``done:<key>``; at least one of them.

    ``task`` has no constraint in the database: a task that is removed and brought back by undo finds its reports again.
    ``on_behalf_of``: the head for whom a deputy decided.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="done_reports")
    task = models.ForeignKey(Task, models.DO_NOTHING, db_constraint=False, related_name="done_reports")
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.WAITING)
    evidence = models.TextField(_("evidence"), max_length=2000, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    finished_on = models.DateField(_("finished on"))
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    on_behalf_of = models.CharField(max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(state="waiting"), name="one_waiting_done_report"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="done_report_state_known"),
        ]

    def __str__(self) -> str:
        return str(self.task)

    @property
    def slot(self) -> str:
        """Where its files lie."""
        return f"done:{self.pk}"
