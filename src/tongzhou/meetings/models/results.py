"""What comes out of a meeting."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.documents.models import StoredFile
from tongzhou.people.models import Department
from tongzhou.projects.models import Commitment

from .meetings import Meeting


class ResourceStatement(Versioned):
    """What a department brings and what it needs, said at the kickoff."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="resource_statements")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    offers = models.TextField(_("brings"), blank=True)
    needs = models.TextField(_("needs"), blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "department"], name="one_statement_a_department")]

    def __str__(self) -> str:
        return str(self.department)


class Resolution(Versioned):
    """决议: one decision; it may have become a commitment without being typed again."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="resolutions")
    text = models.TextField(_("decision"), max_length=2000)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due = models.DateField(_("due"), null=True, blank=True)
    commitment = models.OneToOneField(Commitment, models.SET_NULL, null=True, blank=True, related_name="resolution")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:120]


class OpenPoint(Versioned):
    """待决事项: what the meeting could not settle, who brings the answer, by when."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="open_points")
    text = models.TextField(_("open point"), max_length=2000)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="open_points"
    )
    due = models.DateField(_("due"), null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settlement = models.TextField(_("answer"), blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:120]


class MinutesEdition(models.Model):
    """One frozen version of the minutes, as sent for confirmation: exact content and PDF."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="minutes_edition_once")]

    def __str__(self) -> str:
        return f"{self.meeting} v{self.number}"
