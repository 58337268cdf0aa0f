"""日历订阅: an address from which a calendar program fetches what is due."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.models import Project


class CalendarFeed(models.Model):
    """A secret address of one person's calendar, or of one project as that person may see it; hashed at rest."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    label = models.CharField(_("where you use it"), max_length=80)
    is_busy_only = models.BooleanField(_("only show when I am busy"), default=False)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.label} (…{self.hint})"
