"""What a person finds under the bell."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Notification(models.Model):
    """One message to one person, made by one event; ``unique_key`` keeps it from coming twice."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    event_seq = models.BigIntegerField(null=True)
    unique_key = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    project_id = models.BigIntegerField(null=True)
    is_urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # When it goes into the person's daily mail; none where it has gone out or never will.
    digest_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "read_at", "-at"], name="notification_inbox")]
        constraints = [models.UniqueConstraint(fields=["person", "unique_key"], name="notified_once")]

    def __str__(self) -> str:
        return self.title
