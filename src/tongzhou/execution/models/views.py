"""看板视图: a way of looking at the board that somebody keeps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from tongzhou.projects.models import Project

LONGEST_NAME = 60
LONGEST_QUERY = 600


class BoardView(models.Model):
    """View, filters and grouping of the board under a name, for whoever keeps them; shared with the project if wanted.

    ``query`` is what stands behind the question mark of the board's address.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="board_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(pgettext_lazy("of a view of the board", "name"), max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    is_shared = models.BooleanField(default=False)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "owner", "name"], name="one_board_view_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
