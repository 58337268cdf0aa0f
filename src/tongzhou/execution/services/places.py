"""Addresses that messages lead to."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from tongzhou.projects.models import Project

# What the reminder of a daily update offers to do by link.
CONFIRM_UPDATE = "execution.confirm_update"


def day_link(project: Project, day: date) -> str:
    """The day of the project."""
    return reverse("execution:daily_day", args=[project.pk, day.isoformat()])


def write_link(project: Project, day: date, department_id: int) -> str:
    """Where a department writes its update."""
    return reverse("execution:daily_write", args=[project.pk, day.isoformat(), department_id])


def report_link(project: Project, ends_on: date, department_id: int) -> str:
    """Where a department writes its weekly report."""
    return reverse("execution:weekly_report", args=[project.pk, ends_on.isoformat(), department_id])


def week_link(project: Project, ends_on: date) -> str:
    """The week of the project."""
    return reverse("execution:weekly_week", args=[project.pk, ends_on.isoformat()])
