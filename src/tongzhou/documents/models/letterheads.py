"""A company's own .docx for a standard form."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .files import StoredFile


class Letterhead(models.Model):
    """公司模板: used instead of our layout for the Word version of one form. The newest one counts."""

    form_key = models.CharField(_("form"), max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["-added_at"]

    def __str__(self) -> str:
        return f"{self.form_key}: {self.file}"
