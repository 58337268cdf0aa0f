"""解决方案: a way out of a resource conflict, accepted by the departments it touches, then one step of the plan."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..resource_states import RemedyState, Verdict, Way


class Remedy(Versioned):
    """One way out of conflicts of a project.

    ``content`` is what it changes, as it was computed: ``holds`` (task → day before which it does not begin), ``moves``
    (what follows from them, in dates), ``exchanges`` (who takes whose place in a booking), ``period`` (of a booking that
    follows no task), the project's end before and after, its lower bound, reasons. ``basis`` is the digest of the plan
    and bookings it was computed from: when that has changed, it must be computed anew. ``step``: the step of the plan
    that carried it out.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="remedies")
    number = models.PositiveIntegerField(editable=False)
    way = models.CharField(max_length=10, choices=Way.choices)
    key = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=RemedyState.choices)
    content = models.JSONField(default=dict)
    basis = models.CharField(max_length=64, blank=True)
    seconds = models.PositiveSmallIntegerField(default=0)
    better = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    searched_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    step = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="remedy_number_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(state=RemedyState.SEARCHING), name="one_search_a_project"
            ),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="remedy_way_known"),
            models.CheckConstraint(condition=Q(state__in=RemedyState.values), name="remedy_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.number}"

    @property
    def moves(self) -> list[dict[str, Any]]:
        """Tasks that get other dates."""
        found: list[dict[str, Any]] = self.content.get("moves", [])
        return found

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        """Bookings that get another person, thing or account."""
        found: list[dict[str, Any]] = self.content.get("exchanges", [])
        return found


class RemedyConsent(models.Model):
    """会签: the answer of one department whose tasks move or whose people are exchanged.

    ``needs_head``: it gives other people or money, which only the head (or the deputy for resources) may promise.
    """

    remedy = models.ForeignKey(Remedy, models.CASCADE, related_name="consents")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    needs_head = models.BooleanField(default=False)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.WAITING, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["remedy", "department"], name="remedy_consent_once_a_department"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="remedy_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.remedy} · {self.department}"
