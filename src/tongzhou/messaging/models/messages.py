"""The outbox of groups: a message is a row first, in the transaction of its cause; the worker sends it later."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..states import MessageGrade, MessageState
from .channels import Channel


class GroupMessage(models.Model):
    """One message to one group, once per ``unique_key``.

    ``due_at`` is when it is due, ``next_try_at`` when it goes out (a little later around the full and half hour), and
    ``not_after`` when nobody wants it any more.
    ``carrier`` is the message in which this one went out with it. ``handed_over`` counts attempts that may have arrived:
    what an emergency's 第 N 次发送 is counted by. ``settled_at``: somebody has seen the trouble and let it be.
    """

    unique_key = models.CharField(max_length=160, unique=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="messages")
    project_id = models.BigIntegerField(null=True, db_index=True)
    grade = models.CharField(max_length=10, choices=MessageGrade.choices, default=MessageGrade.DIGEST)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    link_label = models.CharField(max_length=80, blank=True)
    # Keys of the persons it calls; whoever has left by then is not called.
    mentions = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    not_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_over = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    carrier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="carried")
    code = models.CharField(max_length=40, blank=True)
    service_text = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_text = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="group_message_due"),
            models.Index(fields=["channel", "-created_at"], name="group_message_of_channel"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="group_message_state_known"),
            models.CheckConstraint(condition=Q(grade__in=MessageGrade.values), name="group_message_grade_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> str:
        """How its last attempt ended, in words."""
        return str(self.channel.service.words_for(self.code)) if self.code else ""
