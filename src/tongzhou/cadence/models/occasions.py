"""Something that falls due by rule: one row per due time, whoever fires it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OccasionState(models.TextChoices):
    """Where an occasion stands."""

    WAITING = "waiting", _("waiting")
    FIRING = "firing", _("being handled")
    DONE = "done", _("done")
    CALLED_OFF = "called_off", _("called off")
    FAILED = "failed", _("failed")


class Occasion(models.Model):
    """``kind`` names the handler; (kind, subject, due_at) exists once. Claimed by conditional update with a lease."""

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    project_id = models.BigIntegerField(null=True, db_index=True)
    due_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=OccasionState.choices, default=OccasionState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="occasion_due"),
            models.Index(fields=["subject_type", "subject_id"], name="occasion_by_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "due_at"], name="one_occasion_a_due_time"
            ),
            models.CheckConstraint(condition=models.Q(state__in=OccasionState.values), name="occasion_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"
