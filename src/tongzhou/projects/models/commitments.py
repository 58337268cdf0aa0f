"""关键配合事项: the thread through all phases — who promised what, how much, by when, by which test."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department

from ..figures import shown_number
from ..states import CommitmentState
from .objectives import Objective
from .projects import Project


class Commitment(Versioned):
    """One promise of one department, owned by a named person, followed from kickoff to settlement."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="commitments")
    number = models.PositiveSmallIntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="commitments", verbose_name=_("department"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("owner"),
    )
    objective = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="commitments", verbose_name=_("objective")
    )
    action = models.TextField(_("what is promised"), max_length=2000)
    deliverable = models.CharField(_("deliverable"), max_length=300, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    acceptance = models.TextField(_("acceptance criterion"), max_length=2000, blank=True)
    breach_clause = models.CharField(_("breach clause"), max_length=40, blank=True)
    overruled_reason = models.TextField(blank=True)
    source = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=CommitmentState.choices, default=CommitmentState.PROPOSED)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="commitment_number_once"),
            models.CheckConstraint(condition=models.Q(state__in=CommitmentState.values), name="commitment_state_known"),
        ]

    def __str__(self) -> str:
        return self.action[:120]

    @property
    def quantity_text(self) -> str:
        """How much, with its unit, for the eye."""
        return f"{shown_number(self.quantity)} {self.unit}".strip() if self.quantity is not None else ""
