"""The company's working week and the days that differ from it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned


def standard_week() -> dict[str, Any]:
    """Monday to Friday 9:00–12:00 and 13:00–18:00, in minutes of the day; key = ISO weekday."""
    return {str(day): [[540, 720], [780, 1080]] for day in range(1, 6)}


class WorkCalendar(Versioned):
    """工作日历. One is the company's; departments elsewhere may have their own."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    week = models.JSONField(_("working hours"), default=standard_week)
    public_holidays = models.CharField(_("public holidays of"), max_length=8, default="CN", blank=True)
    is_company = models.BooleanField(default=False)
    # New and random with every write. A number that grows would not do as a key: an act that is rolled back after
    # somebody computed with it leaves its number to the next one.
    stamp = models.CharField(max_length=16, default="", blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_company"], condition=models.Q(is_company=True), name="one_company_calendar"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DayKind(models.TextChoices):
    """What an override says of a day."""

    HOLIDAY = "holiday", _("day off")
    WORKDAY = "workday", _("working day")
    MAKE_UP = "make_up", _("make-up working day")
    HALF = "half", _("half day (morning)")


class CalendarDay(models.Model):
    """One day that differs from the week or from the public holidays; the company's word is the last."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "date"], name="one_override_a_day"),
            models.CheckConstraint(condition=models.Q(kind__in=DayKind.values), name="calendar_day_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
