"""What a person has seen of a project, so that it can say what changed since."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .projects import Project


class LastLook(models.Model):
    """How far in the event log a person had read when they last came (``seen_before``), and have by now (``seen``)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_before = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "person"], name="one_look_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.project_id}: {self.seen}"
