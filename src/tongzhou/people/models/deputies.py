"""授权代理: a head lets somebody sign for a department, for named acts and a period."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .departments import Department


class Scope(models.TextChoices):
    """What a deputy may do for the head; no scope chosen means all of them."""

    REPLY = "reply", _("answer collaboration requests")
    MINUTES = "minutes", _("confirm minutes")
    MEMORANDUM = "memorandum", _("sign memoranda")
    RESOURCES = "resources", _("decide on resources")
    CHANGE = "change", _("confirm changes")
    ACCEPTANCE = "acceptance", _("sign acceptance")


class Delegation(models.Model):
    """A dated record; revoked, never deleted. Ends by itself when head or deputy leaves."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="delegations")
    head = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_given")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_held")
    scopes = models.JSONField(default=list, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(head=F("deputy")), name="nobody_is_own_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} → {self.head} ({self.department})"
