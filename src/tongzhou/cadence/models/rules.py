"""节奏: when a project's channels come up, as the communication mechanism set them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongzhou.core import clock
from tongzhou.core.models import Versioned
from tongzhou.engine.workcal import Shift
from tongzhou.projects.models import Project

from ..states import Recurrence, RuleKind
from ..timetable import Timing


class Rhythm(Versioned):
    """A project's time: its zone, and how far ahead its occasions are planned.

    ``planned_with`` names the working calendar they were planned on: a changed holiday table makes them be planned anew.
    The row is also the lock under which a project's occasions are planned.
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="rhythm")
    zone = models.CharField(_("time zone"), max_length=40, blank=True)
    planned_until = models.DateField(null=True, blank=True, db_index=True)
    planned_with = models.CharField(max_length=40, blank=True, db_index=True)

    def __str__(self) -> str:
        return str(self.project)

    @property
    def zone_info(self) -> ZoneInfo:
        """The project's zone; the company's where none is set."""
        return ZoneInfo(self.zone) if self.zone else clock.company_zone()


class Rule(Versioned):
    """One thing the clock keeps for a project, once a kind. A rule that is taken away stays, so that none fires twice."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="rules")
    kind = models.CharField(_("kind"), max_length=16, choices=RuleKind.choices)
    recurrence = models.CharField(_("frequency"), max_length=8, choices=Recurrence.choices)
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True, blank=True)
    on = models.DateField(_("date"), null=True, blank=True)
    at = models.TimeField(_("time"))
    shift = models.CharField(_("on a non-working day"), max_length=8, default=Shift.SKIP.value)
    workdays_before = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="rule_kind_once"),
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind_known"),
            models.CheckConstraint(condition=Q(recurrence__in=Recurrence.values), name="rule_recurrence_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def timing(self) -> Timing:
        """How it recurs, for the timetable."""
        return Timing(
            Recurrence(self.recurrence), self.at, self.weekday, self.on, Shift(self.shift), self.workdays_before
        )
