"""The outbox: a message is a row first, in the transaction of its cause; the worker sends it later."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """Where a message stands; ``unknown`` means sent, but nobody answered."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    RETRYING = "retrying", _("retrying")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("outcome unknown")


class Delivery(models.Model):
    """One message on its way by mail; ``calendar`` carries an .ics invitation.

    ``link_purpose``, ``link_subject``, ``link_until``: what it offers to do by link. The link itself is made when the mail
    goes out: its token is nowhere but in the mail.
    """

    unique_key = models.CharField(max_length=160, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    calendar = models.TextField(blank=True)
    project_id = models.BigIntegerField(null=True)
    link_purpose = models.CharField(max_length=60, blank=True)
    link_subject = models.BigIntegerField(null=True, blank=True)
    link_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_due")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="delivery_state_known")
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.subject}"
