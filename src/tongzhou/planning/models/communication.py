"""沟通机制: when, how and through which channel the project's people speak with each other."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.models import Versioned
from tongzhou.projects.models import Project

from ..states import CommunicationForm, CommunicationKind, Frequency, NonWorkdayRule, Weekday

LONGEST_MINUTES = 7 * 24 * 60


class CommunicationLine(Versioned):
    """One line of the communication plan (沟通计划表); one for each kind.

    ``at`` is the company's wall clock. ``weekday`` counts for weekly lines, ``on`` for what happens once.
    ``response_minutes`` and ``decision_minutes`` are the two clocks of an emergency.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="communication")
    kind = models.CharField(_("kind of communication"), max_length=12, choices=CommunicationKind.choices)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency.choices)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices, null=True, blank=True)
    on = models.DateField(_("date"), null=True, blank=True)
    at = models.TimeField(_("time"), null=True, blank=True)
    form = models.CharField(pgettext_lazy("of communication", "form"), max_length=8, choices=CommunicationForm.choices)
    place = models.CharField(_("place or link"), max_length=300, blank=True)
    channel = models.CharField(_("channel"), max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    audience = models.CharField(_("audience"), max_length=300, blank=True)
    input = models.CharField(_("needed before"), max_length=300, blank=True)
    output = models.CharField(_("comes out of it"), max_length=300, blank=True)
    non_workday_rule = models.CharField(
        _("on a non-working day"), max_length=8, choices=NonWorkdayRule.choices, default=NonWorkdayRule.SKIP
    )
    response_minutes = models.PositiveIntegerField(_("response within (minutes)"), null=True, blank=True)
    decision_minutes = models.PositiveIntegerField(_("decision within (minutes)"), null=True, blank=True)
    escalation = models.CharField(_("escalation"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="communication_kind_once"),
            models.CheckConstraint(condition=Q(kind__in=CommunicationKind.values), name="communication_kind_known"),
            models.CheckConstraint(
                condition=~Q(frequency="week") | Q(weekday__isnull=False), name="communication_week_has_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
