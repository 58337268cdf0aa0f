"""依赖约定: what one department promises another where a dependency joins tasks of the two."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..states import LinkKind
from ..work_states import PromiseState, Side
from .tasks import Task


class Promise(models.Model):
    """“B needs X from A by D, accepted when …”: the terms follow the plan, the words are the two departments' own.

    ``item``, ``criterion`` and ``due`` come from the predecessor. ``digest`` is over all terms but the date. What a side has
    confirmed holds as long as the terms are the same and the date is not later: ``state`` follows from that, so a step
    that is taken back brings a confirmed promise back with it. ``promised_due`` is the date both have confirmed for
    the present terms. The tasks have no constraint in the database, as the pair outlives a link that is drawn anew.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="promises")
    predecessor = models.ForeignKey(Task, models.DO_NOTHING, db_constraint=False, related_name="promises_out")
    successor = models.ForeignKey(Task, models.DO_NOTHING, db_constraint=False, related_name="promises_in")
    provider = models.ForeignKey(Department, models.PROTECT, related_name="promises_given")
    receiver = models.ForeignKey(Department, models.PROTECT, related_name="promises_got")
    kind = models.CharField(_("kind"), max_length=2, choices=LinkKind.choices)
    lag = models.SmallIntegerField(_("lag (working days)"), default=0)
    item = models.CharField(_("deliverable"), max_length=300)
    criterion = models.TextField(_("acceptance criterion"), max_length=2000, blank=True)
    due = models.DateField(_("needed by"), null=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=PromiseState.choices, default=PromiseState.WAITING)
    provider_digest = models.CharField(max_length=64, blank=True)
    provider_due = models.DateField(null=True)
    receiver_digest = models.CharField(max_length=64, blank=True)
    receiver_due = models.DateField(null=True)
    objected_digest = models.CharField(max_length=64, blank=True)
    objected_due = models.DateField(null=True)
    promised_due = models.DateField(null=True)

    class Meta:
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["project", "state"], name="promise_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="promise_once_a_pair"),
            models.CheckConstraint(condition=Q(state__in=PromiseState.values), name="promise_state_known"),
            models.CheckConstraint(condition=~Q(provider=F("receiver")), name="promise_joins_two_departments"),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def stamp(self) -> str:
        """What somebody has in front of their eyes: terms and date."""
        return f"{self.digest}:{self.due.isoformat() if self.due else ''}"

    @property
    def is_slipping(self) -> bool:
        """True when the plan is later than what both had confirmed."""
        return bool(self.promised_due and self.due and self.due > self.promised_due)

    def covered_by(self, side: str) -> bool:
        """True when what this side has confirmed covers the present terms and date."""
        digest, due = getattr(self, f"{side}_digest"), getattr(self, f"{side}_due")
        return digest == self.digest and due is not None and self.due is not None and self.due <= due


class PromiseWord(models.Model):
    """What one side has said, and of exactly which terms: kept for good."""

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="words")
    side = models.CharField(max_length=8, choices=Side.choices)
    agrees = models.BooleanField()
    terms = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    due = models.DateField()
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(side__in=Side.values), name="promise_word_side_known")]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.promise}"
