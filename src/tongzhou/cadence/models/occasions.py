"""Something that falls due by rule: one row per due time, whoever fires it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core import clock

if TYPE_CHECKING:
    from .rules import Rule


class OccasionState(models.TextChoices):
    """Where an occasion stands."""

    WAITING = "waiting", _("waiting")
    FIRING = "firing", _("being handled")
    DONE = "done", _("done")
    CALLED_OFF = "called_off", _("called off")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("left out: too late")


# A clock looks every second; what is done later than this was not looked after, and says so.
LATE_AFTER = timedelta(minutes=2)


class Occasion(models.Model):
    """``kind`` names the handler. Claimed by conditional update with a lease, under a ``claim`` of its own each time.

    What falls due once exists once a (kind, subject, due_at). What recurs by rule exists once a (kind, subject, ``slot``):
    the slot is the usual day, so that an occasion which moves (holidays, zone, rule) is the same one.
    """

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    project_id = models.BigIntegerField(null=True, db_index=True)
    due_at = models.DateTimeField()
    slot = models.CharField(max_length=20, blank=True)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=OccasionState.choices, default=OccasionState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    # The rule it comes from, put at hand for a batch that is being fired.
    rule: Rule | None = None

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="occasion_due"),
            models.Index(fields=["subject_type", "subject_id"], name="occasion_by_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "due_at"],
                condition=models.Q(slot=""),
                name="one_occasion_a_due_time",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "slot"],
                condition=~models.Q(slot=""),
                name="one_occasion_a_slot",
            ),
            models.CheckConstraint(condition=models.Q(state__in=OccasionState.values), name="occasion_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def late_by(self) -> timedelta:
        """How long ago it fell due; zero while that is the time a clock takes to look."""
        late = clock.now() - self.due_at
        return late if late > LATE_AFTER else timedelta(0)
