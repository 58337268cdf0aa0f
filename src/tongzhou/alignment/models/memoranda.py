"""《跨部门协作备忘录》: drawn from objectives and commitments, signed by every head, frozen when signed."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.documents.models import StoredFile
from tongzhou.projects.models import Project
from tongzhou.signoff.models import Round

from ..states import MemorandumState


class BreachClause(Versioned):
    """违约条款库: clauses to choose from and edit; the memorandum keeps its own copy."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    condition = models.TextField(_("when"), max_length=2000)
    evidence = models.TextField(_("how it is established"), max_length=2000)
    consequence = models.TextField(_("consequence"), max_length=2000)
    arbiter = models.CharField(_("arbiter"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Memorandum(Versioned):
    """备忘录. ``terms`` holds the prose that people write and the chosen breach clauses.

    Goals and duties are drawn fresh from objectives and commitments each time an edition is frozen for signing.
    ``stages`` says who signs in which stage: rows of ``stage`` with ``department``, or with ``sponsor`` true.
    ``amend_reason`` is why the version before this draft no longer stands.
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="memorandum")
    terms = models.JSONField(default=dict)
    stages = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=MemorandumState.choices, default=MemorandumState.DRAFT)
    edition_number = models.PositiveSmallIntegerField(default=0)
    amend_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=MemorandumState.values), name="memorandum_state_known")
        ]

    def __str__(self) -> str:
        return str(self.project)

    def get_absolute_url(self) -> str:
        """The memorandum's page."""
        return reverse("alignment:memorandum", args=[self.project_id])


class MemorandumEdition(models.Model):
    """One frozen version: the exact content that was shown, its digest, its PDF, and the sealed PDF once all signed.

    ``content`` is the whole signed document (form, head, content); ``reason`` says why it replaced the one before;
    ``seal_problem`` is what went wrong when the sealed PDF was made, until it is made.
    """

    memorandum = models.ForeignKey(Memorandum, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sealed_pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    round = models.OneToOneField(Round, models.PROTECT, null=True, related_name="memorandum_edition")
    reason = models.TextField(blank=True)
    seal_problem = models.CharField(max_length=300, blank=True)
    verify_code = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["memorandum", "number"], name="memorandum_edition_once")]

    def __str__(self) -> str:
        return f"{self.memorandum} V{self.number}"
