"""协作场景: what a kind of collaboration starts with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScenarioKind(models.TextChoices):
    """The three scenarios that come ready to use."""

    LAUNCH = "launch", _("Launch of a product or service")
    INITIATIVE = "initiative", _("Cross-department initiative")
    INCIDENT = "incident", _("Incident")


class Scenario(models.Model):
    """Defaults of a new project: departments, phases, cadence, task skeleton, risks. Companies add their own."""

    key = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=ScenarioKind.choices)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    description = models.TextField(_("description"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    defaults = models.JSONField(default=dict)
    is_built_in = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
