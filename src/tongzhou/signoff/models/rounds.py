"""A round: a subject, a digest of exactly what was shown, signatories in stages, their decisions."""

from __future__ import annotations

from datetime import UTC

import rfc8785
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department

from ..states import NOT_FRESH, PASSKEY, Level, RoundState, Verdict


class Round(models.Model):
    """One asking for agreement on one frozen version of a subject.

    ``content`` is the canonical JSON (RFC 8785) of what was shown; ``digest`` its SHA-256; ``pdf_digest`` that of the
    exact PDF. An edit of the subject outdates the round and opens a new one.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    project_id = models.BigIntegerField(null=True, db_index=True)
    subject_version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=300)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    pdf_digest = models.CharField(max_length=64, blank=True)
    scope = models.CharField(max_length=20)
    needs_fresh_identity = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=RoundState.choices, default=RoundState.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "state"], name="round_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], condition=models.Q(state="open"), name="one_open_round_a_subject"
            ),
            models.CheckConstraint(condition=models.Q(state__in=RoundState.values), name="round_state_known"),
        ]

    def __str__(self) -> str:
        return self.title


class Signatory(models.Model):
    """A party that is asked: a department (by head or deputy) or a named person. Stages run in order."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="signatories")
    stage = models.PositiveSmallIntegerField(default=1)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["stage", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "department"], name="department_asked_once"),
            models.CheckConstraint(
                condition=models.Q(department__isnull=False) | models.Q(person__isnull=False),
                name="signatory_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.department or self.person)


class Decision(models.Model):
    """What a signatory said. Insert-only; ``digest`` repeats what the person was shown."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    signatory = models.OneToOneField(Signatory, models.PROTECT, related_name="decision")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=60)
    on_behalf_of = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64)
    identity = models.CharField(max_length=20)
    at = models.DateTimeField()
    seal = models.CharField(max_length=128)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.get_verdict_display()}"

    @property
    def level(self) -> Level | None:
        """How surely it is known who decided; None where an open session was enough (minutes)."""
        if self.identity == PASSKEY:
            return Level.STRONG
        return None if self.identity in NOT_FRESH else Level.BASIC

    def sealed_bytes(self) -> bytes:
        """Everything the server's seal covers: every column of the decision, as canonical JSON (RFC 8785)."""
        facts = [
            str(self.round_id),
            str(self.signatory_id),
            self.verdict,
            self.reason,
            str(self.person_id),
            self.person_name,
            self.on_behalf_of,
            self.digest,
            self.identity,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
        ]
        return bytes(rfc8785.dumps(facts))
