"""核心目标: what the project is for, SMART, agreed by every head, measured to the end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department

from ..figures import shown_number
from .projects import Project


class Objective(Versioned):
    """One objective. ``overruled`` keeps, per SMART letter, the reason why a missing part is accepted."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="objectives")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("objective"), max_length=2000)
    metric = models.CharField(_("metric"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=20, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=20, decimal_places=4, null=True, blank=True)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    source = models.CharField(_("data source"), max_length=200, blank=True)
    company_goal = models.CharField(_("company goal it serves"), max_length=300, blank=True)
    evidence = models.TextField(_("why it is achievable"), max_length=2000, blank=True)
    overruled = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:120]

    @property
    def baseline_text(self) -> str:
        """The present value for the eye."""
        return shown_number(self.baseline)

    @property
    def target_text(self) -> str:
        """The target for the eye."""
        return shown_number(self.target)


class ObjectiveBacking(models.Model):
    """A head's word that the objective is achievable."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="backings")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    objective_version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["objective", "department"], name="backed_once_a_department")]

    def __str__(self) -> str:
        return f"{self.department}: {self.objective}"
