"""The event log, its head, live signals, kept answers of the API, and the try-out clock."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """Anything two people edit: written with ``WHERE id = ? AND version = ?`` only (see ``core.versions``)."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class AuditEvent(models.Model):
    """One recorded act: who, when, what before, what after. Insert-only and chained by SHA-256.

    ``payload`` keeps the canonical JSON of before, after and data exactly as hashed.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=100)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=300)
    project_id = models.BigIntegerField(null=True)
    payload = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["project_id", "-seq"], name="event_by_project"),
            models.Index(fields=["subject_type", "subject_id", "-seq"], name="event_by_subject"),
            models.Index(fields=["actor_id", "-seq"], name="event_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.name}"


class AuditHead(models.Model):
    """The end of the chain: last number and hash, with the server's Ed25519 signature over both."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    signature = models.CharField(max_length=128, blank=True)

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class LiveSignal(models.Model):
    """ "Something about this topic changed": what open pages listen to. Kept for an hour."""

    topic = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.topic} {self.name}"


class KeptAnswer(models.Model):
    """The answer given to one ``Idempotency-Key`` of one actor; kept 24 hours."""

    actor_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key


class TryOutClock(models.Model):
    """How far the demo company's clock has been moved forward. One row, demo only."""

    ahead_seconds = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"+{self.ahead_seconds} s"
