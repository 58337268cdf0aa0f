"""任务: a piece of work in the breakdown (WBS) of a project."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department
from tongzhou.projects.models import Commitment, Objective, Project

from ..states import DateConstraint
from ..work_states import TaskStatus

LONGEST_DURATION = 2_000
DEEPEST = 8


class Task(Versioned):
    """One task of the plan.

    ``rank`` is its place in the outline read from top to bottom (parents before children), ``depth`` how far it is
    indented; the WBS number follows from both. ``duration`` is in working days, 0 for a milestone. ``start``, ``finish``,
    ``total_float`` (working days) and ``is_critical`` are computed from durations, links, constraints and the calendar,
    never typed: ``finish`` is the last day worked on, a milestone stands at the end of its day. ``held_until`` is the day
    before which levelling lets it not begin, beside any constraint of people. A summary task (``is_summary``) spans what
    lies below it.

    ``status``, ``percent`` and the actual dates are what its doers report; done is only what has been accepted.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="tasks")
    number = models.PositiveIntegerField(_("task number"), editable=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    rank = models.PositiveIntegerField(default=0, editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    is_summary = models.BooleanField(default=False, editable=False)
    title = models.CharField(_("task"), max_length=200)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("department")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("owner")
    )
    duration = models.PositiveSmallIntegerField(_("duration (working days)"), default=1)
    shortest = models.PositiveSmallIntegerField(_("shortest duration"), null=True, blank=True)
    longest = models.PositiveSmallIntegerField(_("longest duration"), null=True, blank=True)
    effort_hours = models.DecimalField(_("effort (hours)"), max_digits=9, decimal_places=2, null=True, blank=True)
    is_milestone = models.BooleanField(_("milestone"), default=False)
    constraint = models.CharField(
        _("date constraint"), max_length=4, choices=DateConstraint.choices, default=DateConstraint.NONE, blank=True
    )
    constraint_on = models.DateField(_("constraint date"), null=True, blank=True)
    held_until = models.DateField(_("held back by levelling until"), null=True, blank=True, editable=False)
    deliverable = models.CharField(_("deliverable"), max_length=300, blank=True)
    acceptance = models.TextField(_("acceptance criterion"), max_length=2000, blank=True)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    objective = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("objective")
    )
    commitment = models.ForeignKey(
        Commitment, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("commitment")
    )
    start = models.DateField(_("planned start"), null=True, blank=True, editable=False)
    finish = models.DateField(_("planned finish"), null=True, blank=True, editable=False)
    total_float = models.IntegerField(_("total float"), null=True, blank=True, editable=False)
    free_float = models.IntegerField(_("free float"), null=True, blank=True, editable=False)
    is_critical = models.BooleanField(default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=TaskStatus.choices, default=TaskStatus.NOT_STARTED, editable=False
    )
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0, editable=False)
    actual_start = models.DateField(_("actual start"), null=True, blank=True, editable=False)
    actual_finish = models.DateField(_("actual finish"), null=True, blank=True, editable=False)
    hindrance = models.CharField(_("what blocks it"), max_length=1000, blank=True, editable=False)

    class Meta:
        ordering = ["rank", "pk"]
        indexes = [
            models.Index(fields=["project", "rank"], name="task_by_outline"),
            models.Index(fields=["owner", "start", "finish"], name="task_by_owner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="task_number_once"),
            models.CheckConstraint(condition=Q(constraint__in=DateConstraint.values), name="task_constraint_known"),
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="task_status_known"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent_at_most_100"),
            models.CheckConstraint(
                condition=Q(constraint="") | Q(constraint_on__isnull=False), name="task_constraint_has_date"
            ),
            models.CheckConstraint(
                condition=Q(is_milestone=False) | Q(duration=0), name="task_milestone_takes_no_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title
