"""责任矩阵: who is responsible, accountable, consulted and informed for each task."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..states import RaciLetter
from .tasks import Task


class RaciAssignment(models.Model):
    """One letter that a department, or a person of it, has for a task. R and A of the same task may stand together."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="raci")
    task = models.ForeignKey(Task, models.CASCADE, related_name="raci", verbose_name=_("task"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="raci", verbose_name=_("department"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="raci", verbose_name=_("person")
    )
    letter = models.CharField(_("letter"), max_length=1, choices=RaciLetter.choices)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["department", "letter"], name="raci_by_department")]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "department", "letter"],
                condition=Q(person__isnull=True),
                name="raci_letter_once_a_department",
            ),
            models.UniqueConstraint(
                fields=["task", "department", "person", "letter"],
                condition=Q(person__isnull=False),
                name="raci_letter_once_a_person",
            ),
            models.CheckConstraint(condition=Q(letter__in=RaciLetter.values), name="raci_letter_known"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} · {self.task}"
