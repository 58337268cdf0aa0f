"""周进展表: a department's report of one week."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..states import OverallStatus, WeeklyState

LONGEST_PART = 4000


class WeeklyReport(Versioned):
    """One department's week. ``ends_on`` is the day of the weekly meeting, by which the week is known.

    ``sv`` and ``cv`` are in person-hours, computed when the report is saved: earned minus planned, earned minus spent.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="weekly_reports")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    state = models.CharField(max_length=10, choices=WeeklyState.choices, default=WeeklyState.DRAFT)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("weekly report", "reporter"),
    )
    overall_status = models.CharField(_("overall progress"), max_length=10, choices=OverallStatus.choices)
    progress = models.PositiveSmallIntegerField(_("percent complete"), default=0)
    done = models.TextField(_("done this week"), max_length=LONGEST_PART, blank=True)
    not_done = models.TextField(_("not done, and why"), max_length=LONGEST_PART, blank=True)
    next_week = models.TextField(_("plan for next week"), max_length=LONGEST_PART, blank=True)
    issues = models.TextField(_("risks and problems"), max_length=LONGEST_PART, blank=True)
    support_needed = models.TextField(_("support needed"), max_length=LONGEST_PART, blank=True)
    milestones = models.TextField(_("milestones"), max_length=LONGEST_PART, blank=True)
    staff = models.PositiveSmallIntegerField(_("people at work"), null=True, blank=True)
    effort_hours = models.DecimalField(_("working hours spent"), max_digits=8, decimal_places=1, null=True, blank=True)
    sv = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True, editable=False)
    cv = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True, editable=False)
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    on_behalf_of = models.CharField(max_length=60, blank=True)
    is_late = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-ends_on", "department__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "department", "ends_on"], name="one_weekly_report_a_department"),
            models.CheckConstraint(condition=Q(state__in=WeeklyState.values), name="weekly_report_state_known"),
            models.CheckConstraint(
                condition=Q(overall_status__in=OverallStatus.values), name="weekly_report_status_known"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="weekly_report_at_most_100"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="weekly_report_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.ends_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The report's page."""
        return reverse("execution:weekly_report", args=[self.project_id, self.ends_on.isoformat(), self.department_id])
