"""依赖: what has to be so before something else can begin or end."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.models import Project

from ..states import LinkKind
from .tasks import Task


class Link(models.Model):
    """紧前 → 紧后: a dependency of two tasks of one project, with a lag in working days (negative: a lead)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="links")
    predecessor = models.ForeignKey(Task, models.CASCADE, related_name="links_out", verbose_name=_("predecessor"))
    successor = models.ForeignKey(Task, models.CASCADE, related_name="links_in", verbose_name=_("successor"))
    kind = models.CharField(_("kind"), max_length=2, choices=LinkKind.choices, default=LinkKind.FINISH_START)
    lag = models.SmallIntegerField(_("lag (working days)"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="link_once_a_pair"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind_known"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="link_joins_two_tasks"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} ({self.kind})"
