"""项目: one collaboration from request to archive, and who takes part."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department

from ..states import Phase
from .scenarios import Scenario


class Tailoring(models.TextChoices):
    """流程裁剪: the process is cut to the size of the project."""

    LIGHT = "light", _("light")
    STANDARD = "standard", _("standard")
    FULL = "full", _("full")


class Project(Versioned):
    """项目. Phases are passed through gates; a suspended project remembers where it stood.

    ``goals_frozen_at``: since then objectives and commitments stand in a memorandum that is being signed or is signed;
    changing them begins with a new version of it.
    """

    code = models.CharField(_("project number"), max_length=30, unique=True)
    name = models.CharField(_("project name"), max_length=120)
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="projects")
    tailoring = models.CharField(_("tailoring"), max_length=10, choices=Tailoring.choices, default=Tailoring.STANDARD)
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.DRAFT)
    phase_before = models.CharField(max_length=12, choices=Phase.choices, blank=True, editable=False)
    stop_reason = models.TextField(blank=True, editable=False)
    initiator = models.ForeignKey(
        Department, models.PROTECT, related_name="initiated", verbose_name=_("initiating department")
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="led_projects", verbose_name=_("project lead")
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored_projects",
        verbose_name=_("sponsor"),
    )
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end"), null=True, blank=True)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    goals_frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["phase", "-changed_at"], name="project_by_phase")]
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="project_phase_known"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The project's home."""
        return reverse("projects:home", args=[self.pk])


class Party(models.Model):
    """协作部门: a department taking part, with its contact person (接口人) for this project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parties")
    department = models.ForeignKey(Department, models.PROTECT, related_name="parties")
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_in",
        verbose_name=_("contact person"),
    )
    is_initiator = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "department"], name="department_once_a_project")]

    def __str__(self) -> str:
        return str(self.department)


class StakeholderRole(models.TextChoices):
    """Named persons beside the departments."""

    MEMBER = "member", _("member")
    OBSERVER = "observer", _("observer")


class Stakeholder(models.Model):
    """干系人: a named person who may see the project: member or observer (知会人)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="stakeholders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stakes")
    role = models.CharField(max_length=10, choices=StakeholderRole.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "person"], name="stakeholder_once")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"
