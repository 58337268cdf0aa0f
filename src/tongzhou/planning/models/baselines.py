"""基准: what the plan was when it was agreed; every later one can be compared with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.models import Project


class BaselineKind(models.TextChoices):
    """Why a snapshot was taken."""

    DRAFT = "draft", _("snapshot")
    GATE = "gate", _("baseline of gate 2")
    CHANGE = "change", _("baseline of a change")


class Baseline(models.Model):
    """A frozen copy of tasks, dependencies, letters, resources and objectives.

    ``content`` is the canonical JSON (RFC 8785) of all that, ``digest`` its SHA-256. Written once, never changed.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="baselines")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=BaselineKind.choices)
    name = models.CharField(_("name"), max_length=120, blank=True)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    tasks = models.PositiveIntegerField(default=0)
    start = models.DateField(null=True)
    finish = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="baseline_number_once")]

    def __str__(self) -> str:
        return self.name or f"{self.get_kind_display()} {self.number}"
