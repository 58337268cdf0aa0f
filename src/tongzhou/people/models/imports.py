"""A table of persons that was read and checked, and waits to be confirmed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ImportDraft(models.Model):
    """The rows of one uploaded table, kept until its owner confirms or a day has passed; then only the outcome stays."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    lines = models.JSONField(default=list)
    create_departments = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return self.file_name
