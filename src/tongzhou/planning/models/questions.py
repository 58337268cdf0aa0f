"""征询: a question about a task to those who are consulted (C), and what each answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..work_states import QuestionState
from .tasks import Task


class Question(models.Model):
    """What is asked of those consulted, and until when. ``task`` has no constraint, as that of a report."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="questions")
    task = models.ForeignKey(Task, models.DO_NOTHING, db_constraint=False, related_name="questions")
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.OPEN)
    text = models.TextField(_("question"), max_length=2000)
    due_at = models.DateTimeField(_("due"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=QuestionState.values), name="question_state_known")]

    def __str__(self) -> str:
        return str(self.task)


class Opinion(models.Model):
    """意见: what one of those consulted answers; a department (``person`` empty) answers by its contact person or head."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="opinions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("opinion"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "department", "person"], name="opinion_once_a_person"),
            models.UniqueConstraint(
                fields=["question", "department"], condition=Q(person__isnull=True), name="opinion_once_a_department"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.question}"
