"""阶段门: passing one is an act of the lead; what was met and missing at that moment is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .projects import Project


class GatePass(models.Model):
    """One passing of a gate; ``reason`` stays visible when conditions were missing (带条件通过)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="gate_passes")
    gate = models.PositiveSmallIntegerField()
    passed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_conditional = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    conditions = models.JSONField(default=list)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.project} · {self.gate}"
