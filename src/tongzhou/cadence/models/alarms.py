"""What the auditor found wrong, and when each process was last heard of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..states import AlarmKind


class Alarm(models.Model):
    """告警: something is wrong with the system itself; at most one of a kind stands at a time."""

    kind = models.CharField(max_length=20, choices=AlarmKind.choices)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    details = models.CharField(max_length=500, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(cleared_at__isnull=True), name="one_alarm_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=AlarmKind.values), name="alarm_kind_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Heartbeat(models.Model):
    """When a part of the system was last heard of: ``clock``, ``worker``, ``auditor``."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
