"""允许外发的主机: hosts beside those of the chat services that messages may go to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AllowedHost(models.Model):
    """A host that an administrator has allowed; ``*.`` in front stands for everything below it.

    ``port`` 0 stands for any. ``is_private``: it may lie in a private network, at this one port only. What is taken off the
    list is no row any more; the record keeps who allowed it and for how long.
    """

    host = models.CharField(_("host"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=0)
    is_private = models.BooleanField(_("in a private network"), default=False)
    note = models.CharField(_("what it is for"), max_length=120)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["host", "port", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["host", "port"], name="host_allowed_once"),
            models.CheckConstraint(condition=Q(is_private=False) | Q(port__gt=0), name="private_host_by_its_port_only"),
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host
