"""群机器人 and its like: where messages to a group go, and the queue of each robot."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.models import Versioned

from ..channels import kind_of
from ..channels.contract import Kind
from ..states import ChannelKind

COMPANY = "company"
DEPARTMENT = "people.department"
PROJECT = "projects.project"


class Robot(models.Model):
    """One address of a service: one queue and one rate, however many channels and workers use it.

    ``fingerprint`` is a keyed digest of the address. ``recent`` are the moments (seconds since 1970) of the last minute's
    messages; whoever holds the lease is the only one that sends and the only one that writes it.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    silent_until = models.DateTimeField(null=True, blank=True)
    recent = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.fingerprint[:8]


class Channel(Versioned):
    """One way to one group; belongs to the company, a department or a project.

    Address and secret are encrypted; ``…_tail`` are the last four characters, the only ones anybody sees again.
    ``tested_at`` is the last time a test message arrived with the present address and secret.
    """

    kind = models.CharField(pgettext_lazy("of channel", "service"), max_length=10, choices=ChannelKind.choices)
    owner_type = models.CharField(max_length=30)
    owner_id = models.BigIntegerField(default=0)
    name = models.CharField(pgettext_lazy("of channel", "name"), max_length=80)
    address_hidden = models.TextField()
    address_tail = models.CharField(max_length=4)
    secret_hidden = models.TextField(blank=True)
    secret_tail = models.CharField(max_length=4, blank=True)
    robot = models.ForeignKey(Robot, models.PROTECT, related_name="channels")
    language = models.CharField(_("language of the messages"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    last_code = models.CharField(max_length=40, blank=True)
    last_service_text = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["owner_type", "owner_id", "name", "pk"]
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="channel_by_owner")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChannelKind.values), name="channel_kind_known"),
            models.CheckConstraint(
                condition=Q(owner_type__in=(COMPANY, DEPARTMENT, PROJECT)), name="channel_owner_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def project_id(self) -> int | None:
        """The project it belongs to; the event log asks for it."""
        return self.owner_id if self.owner_type == PROJECT else None

    @property
    def service(self) -> Kind:
        """The service that carries it."""
        return kind_of(self.kind)

    @property
    def last_words(self) -> str:
        """What the last answer means."""
        return str(self.service.words_for(self.last_code)) if self.last_code else ""

    def get_absolute_url(self) -> str:
        """The page of the channel."""
        return reverse("messaging:channel", args=[self.pk])
